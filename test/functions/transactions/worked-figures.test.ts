/** The worked figures of the cost-basis rules, from requests to answers. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  type TestUser,
} from '../../support/api.ts';
import { newToken } from '../database.ts';

let user: TestUser;
let token: string;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  token = (await newToken({ priceUsd: '400' })).uuid;
});

type Line = readonly [type: string, amount: string, price: string | null, at: string, fee?: string];

const enter = async (wallet: Json, lines: readonly Line[]) => {
  for (const [transaction_type, amount, price_usd, date, fee_usd = null] of lines) {
    const timestamp = `${date}T00:00:00Z`;
    const fields = { token_uuid: token, transaction_type, amount, price_usd, fee_usd, timestamp };
    expect((await record(user, wallet, fields)).status).toBe(201);
  }
};

const balanceOf = async (wallet: Json): Promise<Json> => (await balancesOf(user, wallet))[0];
const lotsOf = async (balance: Json, query = '') => everyItem(user, `/balance/${balance.uuid}/lots${query}`);
const matchesOf = async (balance: Json) => everyItem(user, `/balance/${balance.uuid}/matches`);

it('figure 1: a lot that is gone has no part in the cost of the next', async () => {
  const wallet = await newWallet(user);
  await enter(wallet, [
    ['BUY', '1', '100', '2024-01-01'],
    ['SELL', '1', '200', '2024-01-02'],
    ['BUY', '1', '400', '2024-01-03'],
  ]);
  expect(await balanceOf(wallet)).toMatchObject({
    amount: '1',
    realized_pnl_usd: '100',
    cost_basis_usd: '400',
    price_usd: '400',
    value_usd: '400',
    unrealized_pnl_usd: '0',
    avg_buy_price_usd: '400',
    avg_sell_price_usd: '200',
    total_buy_value_usd: '500',
    total_sell_value_usd: '200',
    basis_complete: true,
    shortfall: '0',
  });
});

it('figure 2: a sale takes the older lot whole and a slice of the next', async () => {
  const wallet = await newWallet(user);
  await enter(wallet, [
    ['BUY', '4', '100', '2024-01-01'],
    ['BUY', '5', '111', '2024-01-02'],
    ['SELL', '6', '120', '2024-01-03'],
  ]);
  const balance = await balanceOf(wallet);
  const matches = await matchesOf(balance);
  expect(
    matches.map(({ amount, cost_usd, gain_usd, proceeds_usd }) => [amount, cost_usd, proceeds_usd, gain_usd]),
  ).toEqual([
    ['4', '400', '480', '80'],
    ['2', '222', '240', '18'],
  ]);
  expect(balance).toMatchObject({ amount: '3', cost_basis_usd: '333', realized_pnl_usd: '98' });
  const [open] = await lotsOf(balance, '?open=true');
  expect(open).toMatchObject({
    amount: '5',
    remaining_amount: '3',
    remaining_cost_usd: '333',
    unit_cost_usd: '111',
  });
});

it('figure 3: shares of a fee are rounded, and their sum is not', async () => {
  const wallet = await newWallet(user);
  await enter(wallet, [
    ['BUY', '3', '0.30', '2024-01-01', '0.10'],
    ['SELL', '1', '1', '2024-01-02'],
    ['SELL', '1', '1', '2024-01-03'],
    ['SELL', '1', '1', '2024-01-04'],
  ]);
  const balance = await balanceOf(wallet);
  const [lot] = await lotsOf(balance);
  expect(lot).toMatchObject({ cost_usd: '1', remaining_cost_usd: '0', remaining_amount: '0' });
  expect((await matchesOf(balance)).map(({ cost_usd }) => cost_usd)).toEqual([
    '0.333333333333333333',
    '0.333333333333333334',
    '0.333333333333333333',
  ]);
  expect(balance).toMatchObject({
    amount: '0',
    cost_basis_usd: '0',
    realized_pnl_usd: '2',
    avg_buy_price_usd: null,
  });
});

it('figure 4: lots are per wallet', async () => {
  const [a, b] = [await newWallet(user), await newWallet(user)];
  await enter(a, [['BUY', '10', '100', '2024-01-01']]);
  await enter(b, [
    ['BUY', '10', '50', '2024-01-02'],
    ['SELL', '10', '80', '2024-01-03'],
  ]);
  expect(await balanceOf(b)).toMatchObject({
    amount: '0',
    realized_pnl_usd: '300',
    total_sell_value_usd: '800',
  });
  expect((await matchesOf(await balanceOf(b))).map(({ cost_usd }) => cost_usd)).toEqual(['500']);
  expect(await balanceOf(a)).toMatchObject({ amount: '10', cost_basis_usd: '1000', realized_pnl_usd: '0' });
});

it('figure 6: a fee lessens proceeds and adds to cost', async () => {
  const wallet = await newWallet(user);
  await enter(wallet, [
    ['BUY', '1', '0', '2024-01-01'],
    ['SELL', '1', '1000', '2024-01-02', '30'],
    ['BUY', '1', '1000', '2024-01-03', '30'],
  ]);
  expect(await balanceOf(wallet)).toMatchObject({
    realized_pnl_usd: '970',
    total_sell_value_usd: '970',
    avg_sell_price_usd: '970',
    cost_basis_usd: '1030',
    total_buy_value_usd: '1030',
    avg_buy_price_usd: '1030',
    fees_usd: '60',
    value_usd: '400',
    unrealized_pnl_usd: '-630',
  });
});

it('figure 7: gas realizes its market value less its cost', async () => {
  const wallet = await newWallet(user);
  await enter(wallet, [
    ['BUY', '1', '178.615', '2020-01-01'],
    ['FEE', '0.01', '4072.51', '2021-06-01'],
  ]);
  const balance = await balanceOf(wallet);
  expect(balance).toMatchObject({
    amount: '0.99',
    realized_pnl_usd: '38.93895',
    fees_usd: '40.7251',
    cost_basis_usd: '176.82885',
    total_sell_value_usd: '0',
  });
  const [burnt] = await matchesOf(balance);
  expect(burnt).toMatchObject({
    kind: 'FEE',
    cost_usd: '1.78615',
    proceeds_usd: '40.7251',
    gain_usd: '38.93895',
    term: 'long',
  });
});

describe('what is unknown', () => {
  it('is null in a balance, a lot and a match, and never zero', async () => {
    token = (await newToken()).uuid;
    const wallet = await newWallet(user);
    await enter(wallet, [
      ['TRANSFER_IN', '2', null, '2024-01-01'],
      ['SELL', '1', '15', '2024-01-02'],
    ]);
    const balance = await balanceOf(wallet);
    expect(balance).toMatchObject({
      cost_basis_usd: null,
      avg_buy_price_usd: null,
      price_usd: null,
      value_usd: null,
      unrealized_pnl_usd: null,
      realized_pnl_usd: '0',
      realized_pnl_usd_min: '0',
      realized_pnl_usd_max: '15',
      basis_complete: false,
      shortfall: '0',
    });
    const [lot] = await lotsOf(balance);
    expect(lot).toMatchObject({
      basis_known: false,
      cost_usd: null,
      unit_cost_usd: null,
      remaining_cost_usd: null,
    });
    const [match] = await matchesOf(balance);
    expect(match).toMatchObject({ cost_usd: null, proceeds_usd: '15', gain_usd: null });
  });
});
