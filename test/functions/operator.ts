/** What operators do, for tests: calls with the administrator's token, and reference data of a test's own. */
import { randomBytes, randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Answer, type Json, newUser, request } from '../support/api.ts';
import { thePlatform } from '../support/the-platform.ts';
import { expectError } from './answers.ts';

interface Options {
  body?: unknown;
  headers?: Record<string, string>;
}

export const asOperator = (
  method: string,
  path: string,
  { headers, ...rest }: Options = {},
): Promise<Answer> =>
  request(method, path, { ...rest, headers: { 'x-auth-token': thePlatform().adminToken, ...headers } });

/** A good body for a new EVM chain. */
export const chainBody = (fields: Record<string, unknown> = {}) => ({
  chain_id: randomInt(1e9, 1e14),
  kind: 'evm',
  short_name: `c${randomBytes(6).toString('hex')}`,
  name: 'A chain',
  explorer_url: 'https://example.org',
  explorer_tx_path: '/tx/',
  explorer_address_path: '/address/',
  finality_confirmations: 12,
  finality_unit: 'block',
  block_time_ms: 2000,
  ...fields,
});

export const newChain = async (fields: Record<string, unknown> = {}): Promise<Json> =>
  (await asOperator('POST', '/chains', { body: chainBody(fields) })).body;

export const someAddress = (): string => `0x${randomBytes(20).toString('hex')}`;

/** A good body for a new token on Ethereum. */
export const tokenBody = (fields: Record<string, unknown> = {}) => ({
  chain_id: 1,
  contract_address: someAddress(),
  symbol: 'TKN',
  name: 'A token',
  decimals: 18,
  ...fields,
});

export const newToken = async (fields: Record<string, unknown> = {}): Promise<Json> =>
  (await asOperator('POST', '/tokens', { body: tokenBody(fields) })).body;

/** A good body for a new RPC endpoint of Ethereum. */
export const rpcBody = (fields: Record<string, unknown> = {}) => ({
  chain_id: 1,
  url: `https://rpc.example.org/${randomBytes(8).toString('hex')}`,
  ...fields,
});

export const newRpc = async (fields: Record<string, unknown> = {}): Promise<Json> =>
  (await asOperator('POST', '/rpcs', { body: rpcBody(fields) })).body;

/** Users and strangers are refused alike, whatever they ask for. */
export const itIsForOperators = (method: string, path: string, body?: unknown): void => {
  it('is for operators only', async () => {
    const { token } = await newUser();
    const given = body === undefined ? {} : { body };
    const refusals = [
      await request(method, path, given),
      await request(method, path, { ...given, token }),
      await request(method, path, { ...given, headers: { 'x-auth-token': 'guessed' } }),
    ];
    for (const refusal of refusals) expectError(refusal, 403, 'AuthorizationError');
  });
};

/** A change is refused when its `If-Match` names another state, and made when it names what is there. */
export const expectHeedsIfMatch = async (
  etag: string | null,
  change: (ifMatch: string) => Promise<Answer>,
): Promise<Answer> => {
  expect(etag).toMatch(/^"[\w-]{22}"$/);
  expectError(await change('"stale"'), 412, 'PreconditionFailed');
  const answer = await change(etag ?? '');
  expect(answer.status).toBeLessThan(300);
  return answer;
};
