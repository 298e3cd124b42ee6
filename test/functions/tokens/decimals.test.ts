import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { sql } from '../database.ts';
import { importFiles, other, own, tokensFile } from '../imports/exports.ts';
import { asOperator, itIsForOperators, newToken, someAddress } from '../operator.ts';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const correct = (uuid: string, decimals: number, headers: Record<string, string> = {}) =>
  asOperator('POST', `/tokens/${uuid}/decimals`, { body: { decimals }, headers });

const balanceOf = async (contract: string): Promise<Json> =>
  (await balancesOf(user, wallet)).find(({ token }) => token.contract_address === contract);

const untilCurrent = async (): Promise<void> => {
  for (let patience = 100; patience > 0; patience -= 1) {
    if ((await balancesOf(user, wallet)).every(({ state }) => state === 'current')) return;
    await sleep(100);
  }
  throw new Error('the balances were not recalculated within 10 seconds');
};

const amounts = async (): Promise<string[][]> =>
  (await everyItem(user, `/wallet/transactions/${wallet.uuid}`))
    .reverse()
    .map(({ amount, raw_amount }) => [amount, raw_amount]);

const trade = (token: Json, fields: Record<string, unknown>) =>
  record(user, wallet, {
    contract_address: token.contract_address,
    transaction_type: 'BUY',
    price_usd: '2',
    timestamp: '2024-01-01T00:00:00Z',
    ...fields,
  });

itIsForOperators('POST', `/tokens/${nobodys}/decimals`, { decimals: 6 });

describe('a token that an import assumed to have 18 decimals', () => {
  const contract = someAddress();

  const transfers = (address: string) =>
    tokensFile([
      { tx: `${address} in`, in: '100.25', contract: address },
      { tx: `${address} out`, day: 1, out: '40', to: other, contract: address },
    ]);

  it('keeps its amounts when it has 6: raw amounts, lots and cost basis follow', async () => {
    await importFiles(user, wallet, [transfers(contract)]);
    const [{ token }] = await balancesOf(user, wallet);
    const priced = { timestamp: '2024-03-10T00:00:00Z', price_usd: '2', amount: '10' };
    await trade(token, priced);
    await trade(token, {
      ...priced,
      transaction_type: 'SELL',
      amount: '65.25',
      timestamp: '2024-03-11T00:00:00Z',
    });
    const before = await balanceOf(token.contract_address);
    expect(before).toMatchObject({ amount: '5', raw_amount: '5000000000000000000', cost_basis_usd: '10' });
    const lotsBefore = await everyItem(user, `/balance/${before.uuid}/lots`);

    const answer = await correct(token.uuid, 6);
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      token_uuid: token.uuid,
      decimals: 6,
      transactions: 4,
      balances: 1,
      state: 'recalculating',
    });
    await untilCurrent();
    expect(await amounts()).toEqual([
      ['100.25', '100250000'],
      ['40', '40000000'],
      ['10', '10000000'],
      ['65.25', '65250000'],
    ]);
    const after = await balanceOf(token.contract_address);
    expect(after).toEqual({ ...before, raw_amount: '5000000', token: { ...before.token, decimals: 6 } });
    const anew = ({ uuid, ...lot }: Json) => lot;
    const lots = await everyItem(user, `/balance/${after.uuid}/lots`);
    expect(lots.map(anew)).toEqual(lotsBefore.map(anew));

    // What the file says again agrees with what the correction made of it.
    const again = await importFiles(user, wallet, [transfers(contract)]);
    expect(again.body.files[0]).toMatchObject({ imported: 0, duplicates: 2 });
    expect(await balanceOf(token.contract_address)).toEqual(after);
    expect(own).toMatch(/^0x/);
  });

  it('derives the same again when new evidence of a hash comes', async () => {
    const address = someAddress();
    const first = tokensFile([{ tx: `${address} a`, in: '1.5', contract: address }]);
    await importFiles(user, wallet, [first]);
    const [{ token }] = await balancesOf(user, wallet);
    await correct(token.uuid, 2);
    await untilCurrent();
    const more = tokensFile([
      { tx: `${address} a`, in: '1.5', contract: address },
      { tx: `${address} a`, in: '0.25', contract: address },
    ]);
    await importFiles(user, wallet, [more]);
    await untilCurrent();
    expect(await balanceOf(token.contract_address)).toMatchObject({ amount: '1.75', raw_amount: '175' });
  });
});

describe('what was recorded', () => {
  it('as a raw amount keeps it, and its amount, value and cost follow', async () => {
    const token = await newToken();
    await trade(token, { raw_amount: '3000000' });
    await trade(token, {
      raw_amount: '1000000',
      transaction_type: 'SELL',
      timestamp: '2024-02-01T00:00:00Z',
    });
    expect((await correct(token.uuid, 6)).status).toBe(202);
    await untilCurrent();
    expect(await amounts()).toEqual([
      ['3', '3000000'],
      ['1', '1000000'],
    ]);
    const balance = await balanceOf(token.contract_address);
    expect(balance).toMatchObject({ amount: '2', raw_amount: '2000000', cost_basis_usd: '4' });
    const [lot] = await everyItem(user, `/balance/${balance.uuid}/lots`);
    expect(lot).toMatchObject({ amount: '3', remaining_amount: '2', cost_usd: '6', unit_cost_usd: '2' });
  });

  it('stands through a correction and its correction', async () => {
    const token = await newToken();
    await trade(token, { amount: '1.5' });
    await trade(token, { raw_amount: '7', timestamp: '2024-01-02T00:00:00Z' });
    const before = [await amounts(), await balanceOf(token.contract_address)];
    await correct(token.uuid, 30);
    await correct(token.uuid, 18);
    await untilCurrent();
    expect([await amounts(), await balanceOf(token.contract_address)]).toEqual(before);
  });

  it('as a decimal refuses decimals that cannot hold it, and nothing changes', async () => {
    const token = await newToken();
    await trade(token, { amount: '1.123' });
    await trade(token, { amount: '1000000000000' });
    const before = [await amounts(), await balanceOf(token.contract_address)];
    const few = await correct(token.uuid, 2);
    expectError(few, 409, 'ConflictError', /2 decimals \(transactions of more decimal places: 1\)$/);
    expectError(await correct(token.uuid, 70), 409, 'ConflictError', /more than 2\^256 - 1 units: 1\)$/);
    expect([await amounts(), await balanceOf(token.contract_address)]).toEqual(before);
    expect((await correct(token.uuid, 3)).status).toBe(202);
  });

  it('in two wallets finds its other side once both agree, and loses one that agreed by mistake', async () => {
    const second = await newWallet(user);
    const token = await newToken();
    const move = (where: Json, day: number, fields: Record<string, unknown>) =>
      record(user, where, {
        contract_address: token.contract_address,
        timestamp: `2024-01-0${day}T00:00:00Z`,
        ...fields,
      });
    const hash = (digit: string) => `0x${digit.repeat(64)}`;
    await trade(token, { amount: '5' });
    // They will agree with 6 decimals.
    await move(wallet, 2, { transaction_type: 'TRANSFER_OUT', amount: '1', transaction_hash: hash('a') });
    await move(second, 2, {
      transaction_type: 'TRANSFER_IN',
      raw_amount: '1000000',
      transaction_hash: hash('a'),
    });
    // They agree with 18 only.
    const mixed = { raw_amount: '1000000000000000000', transaction_hash: hash('b') };
    await move(wallet, 3, { transaction_type: 'TRANSFER_OUT', amount: '1', transaction_hash: hash('b') });
    const linked = await move(second, 3, { transaction_type: 'TRANSFER_IN', ...mixed });
    expect(linked.body.linked_transaction_uuid).not.toBeNull();
    await correct(token.uuid, 6);
    await untilCurrent();
    const received = await everyItem(user, `/wallet/transactions/${second.uuid}`);
    expect(received.map(({ linked_transaction_uuid }) => linked_transaction_uuid !== null)).toEqual([
      false,
      true,
    ]);
    const balances = await balancesOf(user, second);
    const lots = await everyItem(user, `/balance/${balances[0].uuid}/lots`);
    expect(lots[0]).toMatchObject({ amount: '1', acquired_at: '2024-01-01T00:00:00.000Z', cost_usd: '2' });
  });
});

describe('until the replay', () => {
  it('balances, lots and matches stay the last complete ones', async () => {
    const token = await newToken();
    await trade(token, { amount: '3' });
    await trade(token, { amount: '1', transaction_type: 'SELL', timestamp: '2024-02-01T00:00:00Z' });
    const before = await balanceOf(token.contract_address);
    const seen = async () => ({
      lots: await everyItem(user, `/balance/${before.uuid}/lots`),
      matches: await everyItem(user, `/balance/${before.uuid}/matches`),
    });
    const complete = await seen();
    // As it is between the correction and the replay, which is usually too soon over to be seen.
    await sql('UPDATE tokens SET decimals = 6 WHERE uuid = $1', [token.uuid]);
    await sql(`UPDATE balances SET previous_decimals = 18, dirty_since = '-infinity' WHERE uuid = $1`, [
      before.uuid,
    ]);
    expect(await seen()).toEqual(complete);
    expect(await balanceOf(token.contract_address)).toEqual({
      ...before,
      token: { ...before.token, decimals: 6 },
      state: 'recalculating',
    });
  });

  it('balances remember the decimals, and forget them with it', async () => {
    const token = await newToken();
    await trade(token, { amount: '3' });
    await correct(token.uuid, 6);
    await untilCurrent();
    const [row] = await sql(
      `SELECT previous_decimals, raw_amount FROM balances
       WHERE token_id = (SELECT id FROM tokens WHERE uuid = $1)`,
      [token.uuid],
    );
    expect(row).toEqual({ previous_decimals: null, raw_amount: '3000000' });
  });
});

it('reaches the balances of every user', async () => {
  const token = await newToken();
  await trade(token, { amount: '3' });
  const stranger = await newUser();
  const theirs = await newWallet(stranger);
  await record(stranger, theirs, {
    contract_address: token.contract_address,
    transaction_type: 'BUY',
    amount: '4',
    timestamp: '2024-01-01T00:00:00Z',
  });
  expect((await correct(token.uuid, 6)).body).toMatchObject({ transactions: 2, balances: 2 });
  await untilCurrent();
  expect(await balancesOf(stranger, theirs)).toMatchObject([{ amount: '4', raw_amount: '4000000' }]);
});

it('has nothing to do for decimals that are right, and one effect for one Idempotency-Key', async () => {
  const token = await newToken();
  expect((await correct(token.uuid, 18)).body).toMatchObject({ transactions: 0, balances: 0 });
  await trade(token, { amount: '3' });
  const headers = { 'idempotency-key': token.uuid };
  const first = await correct(token.uuid, 6, headers);
  expect(first.body).toMatchObject({ transactions: 1, balances: 1 });
  expect((await correct(token.uuid, 6, headers)).body).toEqual(first.body);
  const { body } = await request('GET', `/tokens/${token.uuid}`, { token: user.token });
  expect(body.decimals).toBe(6);
});

it('does not know a token that does not exist, nor decimals that cannot be', async () => {
  expectError(await correct(nobodys, 6), 404, 'TokenError');
  const { uuid } = await newToken();
  for (const decimals of [-1, 256, 1.5]) expectFault(await correct(uuid, decimals), 'decimals');
});
