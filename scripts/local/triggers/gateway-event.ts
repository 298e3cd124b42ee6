import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Endpoint } from '#shared/contract/endpoint.ts';

export interface GatewayRequest {
  endpoint: Endpoint;
  /** Path and query string as they were sent. */
  url: string;
  params: Record<string, string>;
  headers: Record<string, readonly string[]>;
  body: Buffer;
  sourceIp: string;
  now: Date;
}

const textTypes = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i;

/** "10/Mar/2020:05:16:23 +0000" */
function accessLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Absent collections are missing from an event, never empty. */
const unlessEmpty = <Key extends string, T>(key: Key, entries: [string, T][]) =>
  entries.length > 0 ? ({ [key]: Object.fromEntries(entries) } as Record<Key, Record<string, T>>) : {};

function queryParameters(rawQueryString: string): [string, string][] {
  const query = new URLSearchParams(rawQueryString);
  return [...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]);
}

function requestBody(body: Buffer, contentType: string | undefined) {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = contentType === undefined || textTypes.test(contentType);
  return {
    body: body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: !isText,
  };
}

/** An HTTP request as API Gateway passes it on: payload format 2.0. */
export function gatewayEvent(request: GatewayRequest): APIGatewayProxyEventV2 {
  const { endpoint, url, params, headers, sourceIp, now } = request;
  const question = url.indexOf('?');
  const rawPath = question < 0 ? url : url.slice(0, question);
  const rawQueryString = question < 0 ? '' : url.slice(question + 1);
  const routeKey = `${endpoint.method} ${endpoint.path}`;
  const domainName = headers.host?.[0] ?? 'localhost';
  const cookies = headers.cookie?.flatMap((line) => line.split(/; */)).filter(Boolean) ?? [];
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name !== 'cookie')
        .map(([name, values]) => [name, values.join(',')]),
    ),
    ...unlessEmpty('queryStringParameters', queryParameters(rawQueryString)),
    ...unlessEmpty(
      'pathParameters',
      Object.entries(params).map(([name, value]): [string, string] => [name, decodeURIComponent(value)]),
    ),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split(/[.:]/)[0] ?? '',
      http: {
        method: endpoint.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent']?.join(',') ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: accessLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...requestBody(request.body, headers['content-type']?.[0]),
  };
}
