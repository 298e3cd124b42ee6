import { beforeAll, describe, expect, it } from 'vitest';
import { newUser, request } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { aUuid, expectError, expectFault } from '../answers.ts';
import { walk } from '../walk.ts';
import { type Account, enter, figures, getGains, newAccount } from './ledger.ts';

const none = {
  rows: 0,
  unknown_cost: 0,
  unknown_proceeds: 0,
  proceeds_usd: '0',
  cost_usd: '0',
  gain_usd: '0',
  gain_usd_min: '0',
  gain_usd_max: '0',
  fees_usd: '0',
};

describe('a sale across two lots', () => {
  let account: Account;
  let lots: string[];

  beforeAll(async () => {
    account = await newAccount(2);
    await enter(account, 'BUY 4 100 2021-01-01');
    await enter(account, 'BUY 5 111 2021-06-01');
    await enter(account, 'SELL 6 120 2022-01-02');
    const gas = await enter(account, 'FEE 0.5 100 2022-03-01');
    const path = `/balance/${gas.balance_uuid}/lots`;
    const { body } = await request('GET', path, { token: account.user.token });
    lots = body.items.map(({ uuid }: { uuid: string }) => uuid);
  });

  it('has a row for each slice, down to the lot and both transactions', async () => {
    const { items } = await getGains(account, 'year=2022');
    const wallet_uuid = account.wallets[0].uuid;
    const common = { uuid: aUuid, symbol: 'ETH', chain_id: 1, wallet_uuid, method: 'FIFO', fee_usd: '0' };
    const ids = { token_uuid: aUuid, balance_uuid: aUuid, transaction_uuid: aUuid, acquisition_uuid: aUuid };
    const gain = (gain_usd: string) => ({ gain_usd, gain_usd_min: gain_usd, gain_usd_max: gain_usd });
    expect(items).toEqual([
      {
        ...common,
        ...ids,
        kind: 'SELL',
        ...{ amount: '4', proceeds_usd: '480', cost_usd: '400', ...gain('80'), term: 'long' },
        acquired_at: '2021-01-01T00:00:00.000Z',
        disposed_at: '2022-01-02T00:00:00.000Z',
        lot_uuid: lots[0],
      },
      {
        ...common,
        ...ids,
        kind: 'SELL',
        ...{ amount: '2', proceeds_usd: '240', cost_usd: '222', ...gain('18'), term: 'short' },
        acquired_at: '2021-06-01T00:00:00.000Z',
        disposed_at: '2022-01-02T00:00:00.000Z',
        lot_uuid: lots[1],
      },
      {
        ...common,
        ...ids,
        kind: 'FEE',
        ...{ amount: '0.5', proceeds_usd: '50', cost_usd: '55.5', ...gain('-5.5'), term: 'short' },
        acquired_at: '2021-06-01T00:00:00.000Z',
        disposed_at: '2022-03-01T00:00:00.000Z',
        lot_uuid: lots[1],
      },
    ]);
  });

  it('adds up by term, with gas as a fee', async () => {
    const { totals, state } = await getGains(account, 'year=2022&limit=1');
    const complete = { unknown_cost: 0, unknown_proceeds: 0 };
    const gain = (gain_usd: string) => ({ gain_usd, gain_usd_min: gain_usd, gain_usd_max: gain_usd });
    expect(state).toBe('current');
    expect(totals).toEqual({
      ...complete,
      ...{ rows: 3, proceeds_usd: '770', cost_usd: '677.5', ...gain('92.5'), fees_usd: '50' },
      short_term: {
        ...complete,
        ...{ rows: 2, proceeds_usd: '290', cost_usd: '277.5', ...gain('12.5'), fees_usd: '50' },
      },
      long_term: {
        ...complete,
        ...{ rows: 1, proceeds_usd: '480', cost_usd: '400', ...gain('80'), fees_usd: '0' },
      },
      unknown_term: none,
      is_complete: true,
    });
  });

  it.each([1, 2, 3])('gives every row once, in order, %i at a time', async (limit) => {
    const { items } = await getGains(account, 'year=2022');
    expect(await walk(account.user, '/gains?year=2022', limit)).toEqual(items);
  });

  it('keeps years apart at midnight in UTC', async () => {
    expect((await getGains(account, 'year=2021')).totals).toMatchObject(none);
    expect((await getGains(account, 'year=2023')).items).toEqual([]);
  });

  it('is of one wallet, of a portfolio, or of all there are', async () => {
    const [full, empty] = account.wallets;
    const portfolio = await createPortfolio(account.user, [full]);
    const emptyPortfolio = await createPortfolio(account.user, [empty]);
    const rowsOf = async (query: string) => (await getGains(account, `year=2022&${query}`)).totals.rows;
    expect(await rowsOf(`wallet=${full.uuid}`)).toBe(3);
    expect(await rowsOf(`wallet=${empty.uuid}`)).toBe(0);
    expect(await rowsOf(`portfolio=${portfolio.uuid}`)).toBe(3);
    expect(await rowsOf(`portfolio=${emptyPortfolio.uuid}`)).toBe(0);
  });

  it('says what it rests on: engine, methods, and a digest that only a change changes', async () => {
    const report = await getGains(account, 'year=2022');
    expect(report).toMatchObject({
      year: 2022,
      wallet_uuid: null,
      portfolio_uuid: null,
      engine_version: 'replay/2',
      settings: {
        holding_years: 1,
        wallets: [{ wallet_uuid: account.wallets[0].uuid, method: 'FIFO', years: [] }],
      },
    });
    expect((await getGains(account, 'year=2022')).ledger_hash).toBe(report.ledger_hash);
    expect((await getGains(account, 'year=2021')).ledger_hash).not.toBe(report.ledger_hash);
    await enter(account, 'BUY 1 5 2023-01-01');
    expect((await getGains(account, 'year=2022')).ledger_hash).toBe(report.ledger_hash);
    await enter(account, 'BUY 1 5 2022-12-31');
    expect((await getGains(account, 'year=2022')).ledger_hash).not.toBe(report.ledger_hash);
  });

  it("does not reveal another user's gains, nor that there are any", async () => {
    const { token } = await newUser();
    const portfolio = await createPortfolio(account.user, account.wallets);
    const wallet = account.wallets[0].uuid;
    const ask = (query: string) => request('GET', `/gains?year=2022${query}`, { token });
    expectError(await ask(`&wallet=${wallet}`), 404, 'WalletError', 'Wallet not found');
    expectError(await ask(`&portfolio=${portfolio.uuid}`), 404, 'PortfolioError', 'Portfolio not found');
    expect((await ask('')).body.items).toEqual([]);
    const { items } = await getGains(account, 'year=2022');
    expectError(await ask(`&cursor=${items[0].uuid}`), 400, 'BadRequestException', 'cursor');
  });
});

it.each([
  ['', 'year'],
  ['year=abc', 'year'],
  ['year=1969', 'year'],
  ['year=9999', 'year'],
  ['year=2024.5', 'year'],
  ['year=2024&format=pdf', 'format'],
  ['year=2024&wallet=1', 'wallet'],
])('refuses ?%s', async (query, field) => {
  const { user } = await newAccount(0);
  expectFault(await request('GET', `/gains?${query}`, { token: user.token }), field);
});

it('refuses a wallet and a portfolio at once', async () => {
  const account = await newAccount();
  const portfolio = await createPortfolio(account.user, account.wallets);
  const query = `year=2024&wallet=${account.wallets[0].uuid}&portfolio=${portfolio.uuid}`;
  expectFault(await request('GET', `/gains?${query}`, { token: account.user.token }), 'wallet');
});

it('counts a disposal of unknown proceeds, and adds it to no sum', async () => {
  const account = await newAccount();
  await enter(account, 'BUY 2 100 2021-01-01');
  await enter(account, 'SELL 1 - 2021-02-01');
  await enter(account, 'SELL 1 150 2021-03-01', { fee_usd: '3' });
  const { items, totals } = await getGains(account, 'year=2021');
  expect(figures(items[0], 'proceeds_usd', 'cost_usd', 'gain_usd', 'gain_usd_min', 'gain_usd_max')).toEqual({
    ...{ proceeds_usd: null, cost_usd: '100', gain_usd: null, gain_usd_min: null, gain_usd_max: null },
  });
  expect(totals).toMatchObject({
    ...{ rows: 2, unknown_proceeds: 1, unknown_cost: 0, is_complete: false, fees_usd: '3' },
    ...{ proceeds_usd: '147', cost_usd: '100', gain_usd: '47', gain_usd_min: '47', gain_usd_max: '47' },
  });
});
