// Lets the tools run one function of a running instance. Loopback only, and only with the token in instance.json.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FunctionError } from '../lambda/function-error.ts';
import { type Reply, serve } from '../servers/json-server.ts';

export interface Control {
  url: string;
  token: string;
  stop: () => Promise<void>;
}

export type ControlAnswer =
  | { result: unknown }
  | { error: { type: string; message: string; trace: readonly string[] } };

const reply = (status: number, body: ControlAnswer): Reply => ({ status, body });

const refuse = (status: number, type: string, message: string) =>
  reply(status, { error: { type, message, trace: [] } });

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const given = Buffer.from(request.headers.authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export async function startControl(
  invoke: (functionId: string, event: unknown) => Promise<unknown>,
): Promise<Control> {
  const token = randomBytes(24).toString('base64url');
  const { url, stop } = await serve(async (request, body) => {
    if (!isAuthorized(request, token)) return refuse(401, 'Unauthorized', 'A token is required.');
    if (request.method !== 'POST' || request.url !== '/invoke')
      return refuse(404, 'NotFound', 'There is only POST /invoke.');
    try {
      const { function_id, event } = JSON.parse(body.toString());
      return reply(200, { result: await invoke(function_id, event) });
    } catch (error) {
      if (!(error instanceof FunctionError)) return refuse(400, 'InvalidRequest', String(error));
      return reply(200, {
        error: { type: error.errorType, message: error.message, trace: error.trace },
      });
    }
  });
  return { url, token, stop };
}
