import type { Endpoint } from '#shared/contract/endpoint.ts';

interface Match {
  endpoint: Endpoint;
  /** Still encoded, as they stand in the path. */
  params: Record<string, string>;
}

export type Router = (method: string, rawPath: string) => Match | undefined;

const isParameter = (segment: string) => segment.startsWith('{');

/** Orders routes so that the first that matches is the most specific one: static segments before parameters. */
function bySpecificity(a: string[], b: string[]): number {
  for (const [index, segment] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 0;
    if (isParameter(segment) !== isParameter(other)) return isParameter(segment) ? 1 : -1;
  }
  return 0;
}

function matchSegments(pattern: string[], path: string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const given = path[index] ?? '';
    if (isParameter(segment)) {
      if (given === '') return undefined;
      params[segment.slice(1, -1)] = given;
    } else if (segment !== given) return undefined;
  }
  return params;
}

export function createRouter(endpoints: readonly Endpoint[]): Router {
  const routes = endpoints
    .map((endpoint) => ({ endpoint, segments: endpoint.path.split('/') }))
    .sort((a, b) => bySpecificity(a.segments, b.segments));
  return (method, rawPath) => {
    const path = rawPath.split('/');
    for (const { endpoint, segments } of routes) {
      const params = endpoint.method === method ? matchSegments(segments, path) : undefined;
      if (params) return { endpoint, params };
    }
    return undefined;
  };
}
