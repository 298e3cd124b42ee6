import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, inject, it } from 'vitest';
import {
  type Answer,
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { rowsOf, sql } from '../database.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  const other = await newWallet(user);
  const lines = [
    [wallet, 'BUY', '3', '0.30', '2020-01-01', '0.10'],
    [wallet, 'SELL', '1', '2', '2020-06-01', null],
    [wallet, 'FEE', '0.001', '2', '2020-06-01', null],
    [wallet, 'TRANSFER_OUT', '0.5', null, '2021-01-01', null],
    [other, 'TRANSFER_IN', '0.5', null, '2021-01-01', null],
    [wallet, 'TRANSFER_IN', '5', null, '2021-02-01', null],
    [wallet, 'SELL', '2', '9.99', '2022-01-01', '0.03'],
  ] as const;
  for (const [where, transaction_type, amount, price_usd, date, fee_usd] of lines) {
    const transaction_hash = date === '2021-01-01' ? `0x${'f'.repeat(64)}` : null;
    const timestamp = `${date}T00:00:00Z`;
    await record(user, where, { transaction_type, amount, price_usd, fee_usd, timestamp, transaction_hash });
    await record(user, where, { transaction_type, amount, price_usd, fee_usd, timestamp, chain_id: 56 });
  }
});

const recalculate = (uuid: string): Promise<Answer> =>
  request('POST', `/balance/recalculate/wallet/${uuid}`, {
    headers: { 'x-auth-token': inject('platform').adminToken },
  });

/** Balances, lots and matches, with the transaction of a lot in the place of the lot's own uuid, which is new. */
const stateOf = async (): Promise<Json> => {
  const balances = await balancesOf(user, wallet);
  const state = [];
  for (const balance of balances) {
    const lots = await everyItem(user, `/balance/${balance.uuid}/lots`);
    const matches = await everyItem(user, `/balance/${balance.uuid}/matches`);
    const places = new Map(lots.map(({ uuid }, place) => [uuid, place]));
    state.push({
      balance,
      lots: lots.map((lot) => ({ ...lot, uuid: '' })),
      matches: matches.map((match) => ({ ...match, uuid: '', lot_uuid: places.get(match.lot_uuid) })),
    });
  }
  return state;
};

const untilCurrent = async () => {
  for (let patience = 100; patience > 0; patience -= 1) {
    const balances = await balancesOf(user, wallet);
    if (balances.every(({ state }) => state === 'current')) return;
    await sleep(100);
  }
  throw new Error('the balances were not recalculated within 10 seconds');
};

it('replays every balance of the wallet through the queue, and ends in the same state', async () => {
  const before = await stateOf();
  expect(before).toHaveLength(2);
  const answer = await recalculate(wallet.uuid);
  expect(answer.status).toBe(202);
  expect(answer.body).toEqual({ wallet_uuid: wallet.uuid, balances: 2, state: 'recalculating' });
  const sent = await sql(
    `SELECT message, group_id, sent_at IS NOT NULL AS sent FROM outbox
     WHERE user_id = (SELECT id FROM users WHERE uuid = $1::uuid)`,
    [user.uuid],
  );
  expect(sent).toEqual(Array(2).fill({ message: 'recalculate-balance', group_id: user.uuid, sent: true }));
  await untilCurrent();
  expect(await stateOf()).toEqual(before);
});

it('repairs lots, matches and sums that something has damaged', async () => {
  const before = await stateOf();
  const mine = 'user_id = (SELECT id FROM users WHERE uuid = $1::uuid)';
  await sql(
    `UPDATE lots SET remaining_raw_amount = 0, remaining_lump_usd = 7, unit_price_usd = 7 WHERE ${mine}`,
    [user.uuid],
  );
  await sql(`DELETE FROM lot_matches WHERE ${mine} AND kind = 'SELL'`, [user.uuid]);
  await sql(`UPDATE balances SET amount = 1, raw_amount = 1, realized_pnl_usd = 7 WHERE ${mine}`, [
    user.uuid,
  ]);
  expect(await stateOf()).not.toEqual(before);
  await recalculate(wallet.uuid);
  await untilCurrent();
  expect(await stateOf()).toEqual(before);
});

it('ends in the same state when asked for many times at once', async () => {
  const before = await stateOf();
  const answers = await Promise.all(Array.from({ length: 5 }, () => recalculate(wallet.uuid)));
  expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(202));
  await untilCurrent();
  expect(await stateOf()).toEqual(before);
});

it('has nothing to do in an empty wallet', async () => {
  const empty = await newWallet(user);
  const { status, body } = await recalculate(empty.uuid);
  expect([status, body.balances]).toEqual([202, 0]);
});

it('does not know a wallet that does not exist', async () => {
  const before = await rowsOf(user);
  expectError(await recalculate(nobodys), 404, 'WalletError', 'Wallet not found');
  expect(await rowsOf(user)).toEqual(before);
});
