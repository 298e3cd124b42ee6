import { expect } from 'vitest';
import type { Answer, Json } from '../support/api.ts';

/** A uuid that nothing has. */
export const nobodys = '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11';

export const aUuid = expect.stringMatching(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
);
export const anInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** Two refusals are the same where only the request's own id differs. */
export const withoutRequestId = ({ status, body }: Answer) => ({ status, body: { ...body, request_id: '' } });

const innards = /\bat [\w.<>]+ \(|node_modules|\bSELECT\b|\bINSERT INTO\b|drizzle|postgres|\$\d|\.ts:|\.mjs:/;

/** S18: an error answer as every one is: its type, a message for people, the request's id, and nothing of our innards. */
export const expectError = (
  answer: Answer,
  status: number,
  type: string,
  message?: RegExp | string,
): void => {
  const { details, ...rest } = answer.body ?? {};
  expect({ status: answer.status, ...rest }).toEqual({
    status,
    type,
    message: message === undefined ? expect.any(String) : expect.stringMatching(message),
    request_id: answer.headers.get('x-request-id'),
  });
  expect(rest.request_id).toMatch(/^[\w=-]{8,}$/);
  if (details) expect(details[0]).toEqual({ field: expect.any(String), message: expect.any(String) });
  expect(JSON.stringify(answer.body)).not.toMatch(innards);
};

/** A 400 that names the field at fault, in its message and in its details. */
export const expectFault = (answer: Answer, field: string): void => {
  expectError(answer, 400, 'BadRequestException');
  expect(answer.body.details?.map((fault: Json) => fault.field)).toContain(field);
};

/** Ids that are public: of chains, of requests, and those that others give. */
const publicIds = new Set(['chain_id', 'request_id', 'coingecko_id', 'defillama_id']);

/** The internal ids, if any, that a body gives away: integers under a key that is not a public number. */
export const internalIdsIn = (body: Json, path = '$'): string[] => {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => {
    const here = `${path}.${key}`;
    const named = /(^|_)id$/.test(key) && !publicIds.has(key);
    // Who shows that something is deleted means to, and says when it was.
    const shown =
      ['transaction_hash', 'ledger_hash'].includes(key) ||
      (key === 'is_deleted' && 'deleted_at' in body) ||
      // The journal's own hashes are there to be compared.
      (/^(previous_)?hash$/.test(key) && 'subject_uuid' in body);
    const secret = /password|hash$|secret|created_by|is_deleted/.test(key) && !shown;
    return [...(named || secret ? [here] : []), ...internalIdsIn(value, here)];
  });
};
