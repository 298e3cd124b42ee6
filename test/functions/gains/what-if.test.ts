import { beforeAll, expect, it } from 'vitest';
import type { Json } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { sql } from '../database.ts';
import { type Account, enter, figures, getGains, keepBy, newAccount, post } from './ledger.ts';

const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;
/** So many days ago, as a date. */
const ago = (days: number): string => new Date(today - days * dayMs).toISOString().slice(0, 10);

let account: Account;
let balance_uuid: string;

beforeAll(async () => {
  account = await newAccount();
  await enter(account, 'BUY 1 100 2020-03-01');
  await enter(account, `BUY 1 400 ${ago(100)}`);
  balance_uuid = (await enter(account, `BUY 1 250 ${ago(10)}`)).balance_uuid;
});

const tryOut = async (fields: Json, by = account): Promise<Json> => {
  const { status, body } = await post(by, 'what-if', { balance_uuid, price_usd: '300', ...fields });
  expect(status).toBe(200);
  return body;
};

const costs = ({ slices }: Json) => slices.map(({ cost_usd }: Json) => cost_usd);

it('shows each slice, its term, and how long until it would be long-term', async () => {
  const body = await tryOut({ amount: '1.5', fee_usd: '3' });
  expect(body).toMatchObject({ balance_uuid, method: 'FIFO', state: 'current' });
  const [old, young] = body.slices;
  expect(old).toMatchObject({
    amount: '1',
    cost_usd: '100',
    proceeds_usd: '298',
    gain_usd: '198',
    term: 'long',
  });
  expect(figures(old, 'long_term_from', 'days_until_long_term')).toEqual({
    ...{ long_term_from: '2021-03-02T00:00:00.000Z', days_until_long_term: 0 },
  });
  expect(young).toMatchObject({ amount: '0.5', cost_usd: '200', proceeds_usd: '149', gain_usd: '-51' });
  expect(young.term).toBe('short');
  const days = (Date.parse(young.long_term_from) - Date.parse(body.sold_at)) / dayMs;
  expect(young.days_until_long_term).toBe(Math.ceil(days));
  expect([266, 267]).toContain(young.days_until_long_term);
  expect(body.totals).toMatchObject({ gain_usd: '147', fees_usd: '3', is_complete: true });
  expect([body.totals.short_term.gain_usd, body.totals.long_term.gain_usd]).toEqual(['-51', '198']);
  expect(body.left).toEqual({ amount: '1.5', unknown_basis_amount: '0', cost_basis_usd: '450' });
});

it('chooses lots by any method', async () => {
  expect(costs(await tryOut({ amount: '2', method: 'FIFO' }))).toEqual(['100', '400']);
  expect(costs(await tryOut({ amount: '2', method: 'LIFO' }))).toEqual(['250', '400']);
  expect(costs(await tryOut({ amount: '2', method: 'HIFO' }))).toEqual(['400', '250']);
  expect(costs(await tryOut({ amount: '2', method: 'LOFO' }))).toEqual(['100', '250']);
  expect(costs(await tryOut({ amount: '3', method: 'AVERAGE' }))).toEqual(['250', '250', '250']);
});

it('chooses by cost whether or not a replay has put lots into that order yet', async () => {
  const other = await newAccount();
  await keepBy(other, 'HIFO');
  for (const [price, day] of [
    ['100', '2024-01-01'],
    ['-', '2024-01-02'],
    ['400', '2024-01-03'],
    ['250', '2024-01-04'],
  ])
    await enter(other, `TRANSFER_IN 1 ${price} ${day}`);
  const held = (await enter(other, 'BUY 1 100 2024-01-05', { fee_usd: '7' })).balance_uuid;
  const sale = { balance_uuid: held, amount: '5', price_usd: '2' };
  const dear = ['400', '250', '107', '100', null];
  const cheap = ['100', '107', '250', '400', null];
  expect(costs(await tryOut(sale, other))).toEqual(dear);
  expect(costs(await tryOut({ ...sale, method: 'LOFO' }, other))).toEqual(cheap);
  expect(costs(await tryOut({ ...sale, amount: '1' }, other))).toEqual(['400']);
  await sql(
    `WITH own AS (
       UPDATE balances SET dirty_since = '-infinity' WHERE uuid = $1 RETURNING id, wallet_id),
     plain AS (UPDATE lots SET unit_cost_usd = NULL FROM own WHERE balance_id = own.id)
     UPDATE portfolios SET cost_basis_method = 'LOFO' FROM own JOIN portfolio_wallets USING (wallet_id)
     WHERE portfolios.id = portfolio_id`,
    [held],
  );
  expect(await tryOut({ ...sale, amount: '1' }, other)).toMatchObject({
    state: 'recalculating',
    method: 'LOFO',
  });
  expect(costs(await tryOut({ ...sale, amount: '1' }, other))).toEqual(['100']);
  expect(costs(await tryOut(sale, other))).toEqual(cheap);
});

it('is what a sale then is', async () => {
  const other = await newAccount();
  await enter(other, 'BUY 3 0.30 2024-01-01', { fee_usd: '0.10' });
  const held = (await enter(other, 'TRANSFER_IN 1 - 2024-02-01')).balance_uuid;
  const sale = { balance_uuid: held, amount: '3.5', price_usd: '2', fee_usd: '0.5' };
  const { body } = await post(other, 'what-if', sale);
  expect(body.slices[1]).toMatchObject({ cost_usd: null, gain_usd: null, gain_usd_min: '0' });
  await enter(other, `SELL 3.5 2 ${ago(0)}`, { fee_usd: '0.5' });
  const { items, totals } = await getGains(other, `year=${new Date(today).getUTCFullYear()}`);
  const names = [
    'lot_uuid',
    'amount',
    'cost_usd',
    'proceeds_usd',
    'gain_usd',
    'gain_usd_min',
    'gain_usd_max',
  ];
  expect(items.map((row: Json) => figures(row, ...names))).toEqual(
    body.slices.map((slice: Json) => figures(slice, ...names)),
  );
  expect(body.totals).toEqual(totals);
});

it('heeds the method of the year, and rules none out but what pooled costs do', async () => {
  const year = new Date(today).getUTCFullYear();
  const other = await newAccount();
  await enter(other, 'BUY 1 100 2020-01-01');
  await enter(other, 'BUY 1 300 2020-01-02');
  const { balance_uuid: held } = await enter(other, 'SELL 1 500 2021-01-01');
  const sale = { balance_uuid: held, amount: '1', price_usd: '500' };
  await keepBy(other, 'AVERAGE', { [year]: 'HIFO' });
  const ended = (await post(other, 'what-if', sale)).body;
  // The lot that goes on with the averaged cost is called by the name of the one there is.
  expect(ended).toMatchObject({ method: 'HIFO', slices: [{ cost_usd: '200' }] });
  const other2 = await newAccount();
  await enter(other2, 'BUY 2 100 2020-01-01');
  const sold = await enter(other2, `SELL 1 500 ${year}-01-01`);
  await keepBy(other2, 'AVERAGE');
  const pooled = { balance_uuid: sold.balance_uuid, amount: '1', price_usd: '500' };
  expect((await post(other2, 'what-if', pooled)).body.method).toBe('AVERAGE');
  expectFault(await post(other2, 'what-if', { ...pooled, method: 'FIFO' }), 'method');
});

it.each([
  ['0', 'amount'],
  ['3.000000000000000001', 'amount'],
  ['0.0000000000000000001', 'amount'],
  ['-1', 'amount'],
])('refuses to sell %s', async (amount, field) => {
  expectFault(await post(account, 'what-if', { balance_uuid, amount, price_usd: '1' }), field);
});

it("does not reveal another's balance", async () => {
  const stranger = await newAccount();
  const answer = await post(stranger, 'what-if', { balance_uuid, amount: '1', price_usd: '1' });
  expectError(answer, 404, 'BalanceError', 'Balance not found');
});
