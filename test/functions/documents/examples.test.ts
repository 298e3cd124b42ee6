/**
 * The examples of the description, sent as they stand, one after the other, by one user: only what names something, which
 * is nothing in the examples, is replaced by what came before.
 */
import { expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { type Json, request } from '../../support/api.ts';
import { thePlatform } from '../../support/the-platform.ts';

const withBody = endpoints.filter(({ shapes }) => shapes.body);

/** The name by which later requests know what these make. */
const makers: Record<string, string> = {
  'wallets/create': 'wallet_uuid',
  'transactions/create': 'transaction_uuid',
  'portfolios/create': 'portfolio_uuid',
  'tokens/create': 'token_uuid',
  'rpcs/create': 'rpc_uuid',
};

/** What a query must have, from the parameters' own examples. */
const queryOf = ({ parameters }: Json): string => {
  const required = parameters.filter((one: Json) => one.in === 'query' && one.required);
  const pairs = required.map(({ name, schema }: Json) => [name, schema.examples?.[0] ?? schema.enum[0]]);
  return new URLSearchParams(pairs).toString();
};

/** The same with real names, however deep. */
const named = (value: Json, known: Record<string, string>): Json => {
  if (Array.isArray(value)) return value.map((item) => named(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, known[name] ?? named(item, known)]),
  );
};

/** The two sides of a transfer between wallets of the user, for the example that links them. */
const transferOf = async (token: string, wallet_uuid: string) => {
  const { body: other } = await request('POST', '/wallet', { token, body: { name: 'Other' } });
  const record = async (transaction_type: string, wallet: string) => {
    const transfer = { chain_id: 1, transaction_type, amount: '0.1', timestamp: '2024-06-01T00:00:00Z' };
    const { body } = await request('POST', '/transaction', {
      token,
      body: { wallet_uuid: wallet, ...transfer },
    });
    return String(body.uuid);
  };
  return { out: await record('TRANSFER_OUT', wallet_uuid), in: await record('TRANSFER_IN', other.uuid) };
};

/** A sale, for the example that names its lots. */
const saleOf = async (token: string, wallet_uuid: string): Promise<string> => {
  const sale = { transaction_type: 'SELL', amount: '0.5', timestamp: '2024-06-01T00:00:00Z' };
  const { body } = await request('POST', '/transaction', {
    token,
    body: { wallet_uuid, chain_id: 1, ...sale },
  });
  return body.uuid;
};

it('every example of a body does what it says', async () => {
  const document = (await request('GET', '/openapi.json')).body;
  const known: Record<string, string> = {};
  let token = '';
  // A changed password ends the session that all the others need.
  const inOrder = withBody.toSorted(
    (left, right) => Number(left.id === 'users/password') - Number(right.id === 'users/password'),
  );
  for (const { id, auth, method, path, status } of inOrder) {
    const operation = document.paths[path][method.toLowerCase()];
    const { example } = operation.requestBody.content['application/json'];
    if (id === 'transfers/link') Object.assign(known, await transferOf(token, known.wallet_uuid ?? ''));
    const subject =
      id === 'transactions/name-lots'
        ? { ...known, transaction_uuid: await saleOf(token, known.wallet_uuid ?? '') }
        : known;
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => subject[name] ?? name);
    const answer = await request(method, `${place}?${queryOf(operation)}`, {
      body: named(example, known),
      ...(auth === 'admin' ? { headers: { 'x-auth-token': thePlatform().adminToken } } : { token }),
    });
    expect({ id, ...answer }).toMatchObject({ id, status });
    if (answer.body?.username) known.username = answer.body.username;
    if (id === 'transactions/create') known.balance_uuid = answer.body.balance_uuid;
    const made = makers[id];
    if (made) known[made] = answer.body.uuid;
    if (id === 'chains/create') known.chain_id = String(answer.body.chain_id);
    if (answer.body?.access_token) token = answer.body.access_token;
    if (answer.body?.refresh_token) known.refresh_token = answer.body.refresh_token;
    if (id === 'imports/create')
      expect(answer.body.files).toMatchObject([{ rows: 1, imported: 1, skipped: [] }]);
  }
});
