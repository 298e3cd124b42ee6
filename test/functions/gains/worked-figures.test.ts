/** The worked figures of the cost-basis rules, through the reports. */
import { expect, it } from 'vitest';
import { newToken } from '../database.ts';
import { enter, figures, forget, getGains, newAccount, post } from './ledger.ts';

const gains = ['proceeds_usd', 'cost_usd', 'gain_usd', 'gain_usd_min', 'gain_usd_max'];

it('1: what was sold before does not weigh on what is held', async () => {
  const account = await newAccount();
  const token_uuid = (await newToken({ priceUsd: '400' })).uuid;
  await enter(account, 'BUY 1 100 2024-01-01', { token_uuid });
  await enter(account, 'SELL 1 200 2024-01-02', { token_uuid });
  await enter(account, 'BUY 1 400 2024-01-03', { token_uuid });
  const { totals } = await getGains(account, 'year=2024');
  expect(figures(totals, 'gain_usd', 'is_complete')).toEqual({ gain_usd: '100', is_complete: true });
  const { body } = await post(account, 'compare', { wallet_uuid: account.wallets[0].uuid });
  expect(body.results).toHaveLength(6);
  for (const result of body.results) {
    expect(figures(result, 'cost_basis_usd', 'unrealized_gain_usd', 'unvalued_balances')).toEqual({
      ...{ cost_basis_usd: '400', unrealized_gain_usd: '0', unvalued_balances: 0 },
    });
    expect(result.totals.gain_usd).toBe('100');
  }
});

it('2: a sale across two lots, as it would be and as it is', async () => {
  const account = await newAccount();
  await enter(account, 'BUY 4 100 2015-10-01');
  const { balance_uuid } = await enter(account, 'BUY 5 111 2015-10-02');
  const { body } = await post(account, 'what-if', { balance_uuid, amount: '6', price_usd: '120' });
  expect(
    body.slices.map((slice: object) => figures(slice, 'amount', 'cost_usd', 'gain_usd', 'term')),
  ).toEqual([
    { amount: '4', cost_usd: '400', gain_usd: '80', term: 'long' },
    { amount: '2', cost_usd: '222', gain_usd: '18', term: 'long' },
  ]);
  expect(body.left).toEqual({ amount: '3', unknown_basis_amount: '0', cost_basis_usd: '333' });
  await enter(account, 'SELL 6 120 2015-10-03');
  const { items } = await getGains(account, 'year=2015');
  expect(items.map((row: object) => figures(row, 'amount', 'cost_usd', 'gain_usd', 'term'))).toEqual([
    { amount: '4', cost_usd: '400', gain_usd: '80', term: 'short' },
    { amount: '2', cost_usd: '222', gain_usd: '18', term: 'short' },
  ]);
});

it('5: coins that move keep their dates and costs', async () => {
  const account = await newAccount(2);
  const transaction_hash = `0x${'5'.repeat(64)}`;
  await enter(account, 'BUY 1 1000 2020-06-01');
  await enter(account, 'BUY 1 3000 2021-12-01');
  await enter(account, 'TRANSFER_OUT 1.5 - 2022-02-01', { transaction_hash });
  await enter(account, 'TRANSFER_IN 1.5 - 2022-02-01', { wallet: 1, transaction_hash });
  const { balance_uuid } = await enter(account, 'SELL 0.5 4000 2022-03-01', { wallet: 1 });
  await enter(account, 'SELL 1 4000 2022-03-02', { wallet: 1 });
  const { items, totals, settings } = await getGains(account, `year=2022&wallet=${account.wallets[1].uuid}`);
  expect(
    items.map((row: object) => figures(row, 'amount', 'acquired_at', 'cost_usd', 'gain_usd', 'term')),
  ).toEqual([
    {
      amount: '0.5',
      acquired_at: '2020-06-01T00:00:00.000Z',
      cost_usd: '500',
      gain_usd: '1500',
      term: 'long',
    },
    {
      amount: '0.5',
      acquired_at: '2020-06-01T00:00:00.000Z',
      cost_usd: '500',
      gain_usd: '1500',
      term: 'long',
    },
    {
      amount: '0.5',
      acquired_at: '2021-12-01T00:00:00.000Z',
      cost_usd: '1500',
      gain_usd: '500',
      term: 'short',
    },
  ]);
  expect(totals).toMatchObject({ cost_usd: '2500', gain_usd: '3500', rows: 3 });
  // The report on one wallet rests on the other's transactions too.
  expect(settings.wallets).toHaveLength(2);
  expect(items[0].balance_uuid).toBe(balance_uuid);
  // The youngest first takes the dear lot along, and one wallet's past changes the other's.
  const { body } = await post(account, 'compare', { wallet_uuid: account.wallets[1].uuid, year: 2022 });
  expect(body.transactions).toBe(6);
  const costs = body.results.map(
    ({ method, totals: each }: { method: string; totals: { cost_usd: string } }) => [method, each.cost_usd],
  );
  expect(costs).toEqual([
    [null, '2500'],
    ['FIFO', '2500'],
    ['LIFO', '3500'],
    ['HIFO', '3500'],
    ['LOFO', '2500'],
    ['AVERAGE', '3000'],
  ]);
});

it('7: gas realizes its market value less its cost', async () => {
  const account = await newAccount();
  await enter(account, 'BUY 1 178.615 2020-01-01');
  await enter(account, 'FEE 0.01 4072.51 2021-06-01');
  const { items, totals } = await getGains(account, 'year=2021');
  expect(items[0]).toMatchObject({
    kind: 'FEE',
    amount: '0.01',
    proceeds_usd: '40.7251',
    cost_usd: '1.78615',
  });
  expect(figures(totals, 'gain_usd', 'fees_usd')).toEqual({ gain_usd: '38.93895', fees_usd: '40.7251' });
});

it('8: a shortfall is an interval', async () => {
  const account = await newAccount();
  await enter(account, 'BUY 2 10 2024-01-01');
  const gone = await enter(account, 'BUY 1 1 2024-01-02');
  await enter(account, 'SELL 3 15 2024-01-03');
  await forget(account, gone);
  const { items, totals } = await getGains(account, 'year=2024');
  expect(items.map((row: object) => figures(row, 'amount', 'term', ...gains))).toEqual([
    {
      ...{ amount: '2', term: 'short', proceeds_usd: '30', cost_usd: '20' },
      ...{ gain_usd: '10', gain_usd_min: '10', gain_usd_max: '10' },
    },
    {
      ...{ amount: '1', term: null, proceeds_usd: '15', cost_usd: null },
      ...{ gain_usd: null, gain_usd_min: '0', gain_usd_max: '15' },
    },
  ]);
  expect(items[1]).toMatchObject({ acquired_at: null, lot_uuid: null, acquisition_uuid: null, method: null });
  expect(figures(totals, 'unknown_cost', 'is_complete', ...gains)).toEqual({
    ...{ unknown_cost: 1, is_complete: false, proceeds_usd: '45', cost_usd: '20' },
    ...{ gain_usd: '10', gain_usd_min: '10', gain_usd_max: '25' },
  });
  expect(figures(totals.unknown_term, 'rows', 'gain_usd_min', 'gain_usd_max')).toEqual({
    ...{ rows: 1, gain_usd_min: '0', gain_usd_max: '15' },
  });
  const { body } = await post(account, 'compare', { wallet_uuid: account.wallets[0].uuid });
  for (const { totals: each } of body.results) expect(each).toEqual(totals);
});
