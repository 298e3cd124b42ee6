import { expect } from 'vitest';
import { request, type TestUser } from '../support/api.ts';
import { expectError } from './answers.ts';

/** The entity tag of what a path answers now. */
const etagOf = async (user: TestUser, path: string): Promise<string> =>
  (await request('GET', path, { token: user.token })).headers.get('etag') ?? '';

interface Change {
  method: string;
  /** What is changed, where it differs from what is read. */
  path?: string;
  body?: unknown;
}

/** A change that heeds If-Match: a stale tag changes nothing, the present one does. */
export const expectIfMatch = async (
  user: TestUser,
  resource: string,
  { method, path = resource, body }: Change,
): Promise<void> => {
  const change = (tag: string) =>
    request(method, path, { token: user.token, headers: { 'if-match': tag }, ...(body ? { body } : {}) });
  const tag = await etagOf(user, resource);
  expect(tag).toMatch(/^"[\w-]{22}"$/);
  expectError(await change('"stale"'), 412, 'PreconditionFailed');
  expect(await etagOf(user, resource)).toBe(tag);
  expect((await change(tag)).status).toBeLessThan(300);
};

/** Of two changes at once from one reading, one is refused: neither is lost unseen. */
export const expectOneWins = async (
  user: TestUser,
  path: string,
  bodies: readonly [unknown, unknown],
): Promise<void> => {
  const headers = { 'if-match': await etagOf(user, path) };
  const answers = await Promise.all(
    bodies.map((body) => request('PUT', path, { token: user.token, headers, body })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
};
