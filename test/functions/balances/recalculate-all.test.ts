import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, record } from '../../support/api.ts';
import { sql } from '../database.ts';
import { asOperator, itIsForOperators } from '../operator.ts';
import { purchase } from '../purchase.ts';

itIsForOperators('POST', '/balance/recalculate/all');

const recalculate = () => asOperator('POST', '/balance/recalculate/all');

it('replays the balances of every user, and repairs what something has damaged', async () => {
  const users = [await newUser(), await newUser()];
  const wallets: Json[] = [];
  for (const user of users) {
    const wallet = await newWallet(user);
    await record(user, wallet, purchase);
    wallets.push(wallet);
  }
  const state = () => Promise.all(users.map((user, place) => balancesOf(user, wallets[place])));
  const before = await state();
  const uuids = before.flat().map(({ uuid }) => uuid);
  await sql('UPDATE balances SET amount = 7, raw_amount = 7, cost_basis_usd = 7 WHERE uuid = ANY($1)', [
    uuids,
  ]);
  const { status, body } = await recalculate();
  expect([status, body]).toEqual([
    202,
    { balances: expect.any(Number), announced: expect.any(Number), state: 'recalculating' },
  ]);
  expect(body.balances).toBeGreaterThanOrEqual(2);
  for (let patience = 200; patience > 0; patience -= 1) {
    if ((await state()).flat().every((balance) => balance.state === 'current')) break;
    await sleep(100);
  }
  expect(await state()).toEqual(before);
});
