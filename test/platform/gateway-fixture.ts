import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Endpoint, Method } from '#shared/contract/endpoint.ts';
import { type GatewayOptions, startGateway } from '../../scripts/local/triggers/gateway.ts';

const endpoint = (id: string, method: Method, path: string): Endpoint => ({
  id,
  method,
  path,
  summary: id,
  auth: 'public',
  role: 'documents',
  status: 200,
  errors: [],
  shapes: { response: z.unknown() },
});

export const endpoints = [
  endpoint('things/get', 'GET', '/thing/{thing_id}'),
  endpoint('things/list', 'GET', '/thing/all'),
  endpoint('things/parts', 'GET', '/thing/{thing_id}/{part}'),
  endpoint('things/history', 'GET', '/thing/history/{thing_id}'),
  endpoint('things/create', 'POST', '/thing'),
];

/** A gateway in front of one function, stopped after the test. */
export async function gateway(
  invoke: GatewayOptions['invoke'],
  options: Partial<GatewayOptions> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const started = await startGateway({ port: 0, endpoints, invoke, ...options });
  onTestFinished(started.stop);
  return started;
}

/** A gateway whose functions answer the event they got. */
export async function echo() {
  const { url } = await gateway(async (functionId, event) => ({ functionId, event }));
  return async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    return (await response.json()) as { functionId: string; event: APIGatewayProxyEventV2 };
  };
}

/** Sends exactly these bytes, which fetch would tidy up. */
export function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}
