/** A wallet with more transactions than are deleted while its owner waits. */
import { randomBytes } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import {
  balancesOf,
  invoke,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { newToken, sql } from '../database.ts';

/** As many as are deleted at once, and some. */
const transfers = 10_030;
const hash = `0x${randomBytes(32).toString('hex')}`;

let user: TestUser;
let wallet: Json;
let other: Json;
let token_uuid: string;
let linked: Json;

const enter = async (at: Json, transaction_type: string, fields: object = {}): Promise<Json> => {
  const entry = { token_uuid, transaction_type, amount: '1', timestamp: '2024-02-01T00:00:00Z', ...fields };
  const { status, body } = await record(user, at, entry);
  expect(status).toBe(201);
  return body;
};

const left = () =>
  sql<{ uuid: string }>(
    `SELECT transactions.uuid FROM transactions JOIN wallets ON wallets.id = wallet_id
     WHERE wallets.uuid = $1 AND NOT transactions.is_deleted`,
    [wallet.uuid],
  );

beforeAll(async () => {
  user = await newUser();
  token_uuid = (await newToken()).uuid;
  [wallet, other] = [await newWallet(user), await newWallet(user)];
  const first = { amount: '20000', price_usd: '5', timestamp: '2024-01-01T00:00:00Z' };
  const bought = await enter(wallet, 'BUY', first);
  const own = `0x${randomBytes(32).toString('hex')}`;
  await enter(wallet, 'TRANSFER_OUT', { transaction_hash: own });
  linked = await enter(other, 'TRANSFER_IN', { transaction_hash: own, price_usd: '9' });
  // All of one hash, amount and time: whichever is left would suit any receipt of it.
  await sql(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source, "timestamp",
                               raw_amount, amount, recorded_as, transaction_hash)
     SELECT user_id, wallet_id, balance_id, chain_id, token_id, 'TRANSFER_OUT', source, '2024-02-01',
       raw_amount / 20000, 1, recorded_as, $2 FROM transactions, generate_series(1, $3) WHERE uuid = $1`,
    [bought.uuid, hash, transfers],
  );
  expect((await balancesOf(user, other))[0]).toMatchObject({ cost_basis_usd: '5' });
  expect((await request('DELETE', `/wallet/${wallet.uuid}`, { token: user.token })).status).toBe(204);
});

test('ends its own transfers at once', async () => {
  expect((await balancesOf(user, other))[0]).toMatchObject({ cost_basis_usd: '9', state: 'current' });
  const { body } = await request('GET', `/transaction/${linked.uuid}`, { token: user.token });
  expect(body.linked_transaction_uuid).toBeNull();
});

test('is out of reach at once, with what is left in it', async () => {
  const [one] = await left();
  const received = await enter(other, 'TRANSFER_IN', { transaction_hash: hash });
  expect(received.linked_transaction_uuid).toBeNull();
  const suggestions = await request('GET', '/transfer/suggestions', { token: user.token });
  expect(suggestions.body.items).toEqual([]);
  const calls: [string, string, unknown?][] = [
    ['GET', `/transaction/${one?.uuid}`],
    ['PATCH', `/transaction/${one?.uuid}`, { price_usd: '1' }],
    ['POST', `/transaction/cancel/${one?.uuid}`],
    ['DELETE', `/transaction/${one?.uuid}`],
    ['POST', '/transfer/link', { out: one?.uuid, in: received.uuid }],
  ];
  for (const [method, path, body] of calls) {
    const refused = await request(method, path, { token: user.token, ...(body ? { body } : {}) });
    expect([method, path, refused.status]).toEqual([method, path, 404]);
    expectError(refused, 404, 'TransactionError');
  }
});

test('is emptied by the daily job, and each deletion is journaled', async () => {
  expect(await left()).toHaveLength(transfers + 2 - 10_000);
  await invoke('schedules/purge', { scheduled_time: '2024-03-01T03:17:00Z' });
  expect(await left()).toEqual([]);
  const journaled = await sql(
    `SELECT count(*) AS deleted FROM audit_entries JOIN users ON users.id = user_id
     WHERE users.uuid = $1 AND subject = 'transaction' AND action = 'deleted' AND actor_id = users.id`,
    [user.uuid],
  );
  expect(journaled).toEqual([{ deleted: String(transfers + 2) }]);
});
