/**
 * The examples of the description, sent as they stand, one after the other, by one user: only the uuids are replaced,
 * which are those of nothing, by those of what came before.
 */
import { expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { type Json, request } from '../../support/api.ts';

const posts = endpoints.filter(
  ({ method, auth, shapes }) => method === 'POST' && auth !== 'admin' && shapes.body,
);

/** What a query must have, from the parameters' own examples. */
const queryOf = ({ parameters }: Json): string => {
  const required = parameters.filter((one: Json) => one.in === 'query' && one.required);
  const pairs = required.map(({ name, schema }: Json) => [name, schema.examples?.[0] ?? schema.enum[0]]);
  return new URLSearchParams(pairs).toString();
};

it('every example of a body does what it says', async () => {
  const document = (await request('GET', '/openapi.json')).body;
  const known: Record<string, string> = {};
  let token = '';
  for (const { id, path, status } of posts) {
    const operation = document.paths[path].post;
    const { example } = operation.requestBody.content['application/json'];
    const replaced = Object.fromEntries(
      Object.entries(example).map(([name, value]) => [name, known[name] ?? value]),
    );
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? name);
    const answer = await request('POST', `${place}?${queryOf(operation)}`, { body: replaced, token });
    expect({ id, ...answer }).toMatchObject({ id, status });
    token ||= answer.body.access_token ?? '';
    if (id === 'wallets/create') known.wallet_uuid = answer.body.uuid;
    if (id === 'imports/create')
      expect(answer.body.files).toMatchObject([{ rows: 1, imported: 1, skipped: [] }]);
  }
});
