import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { anInstant, expectError, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { spamToken, verifiedToken } from '../verified-token.ts';

const hourMs = 3_600_000;

let user: TestUser;
let wallet: Json;
let portfolio: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  portfolio = await createPortfolio(user, [wallet]);
});

const enter = async (token_uuid: string, fields: object = {}, to = wallet): Promise<Json> => {
  const entry = { transaction_type: 'BUY', amount: '1', price_usd: '1', timestamp: '2024-01-01T00:00:00Z' };
  const chain_id = (fields as { chain_id?: number }).chain_id ?? 1;
  const { status, body } = await record(user, to, { ...entry, token_uuid, chain_id, ...fields });
  expect(status).toBe(201);
  return body;
};

const summary = async (of = portfolio): Promise<Json> => {
  const { status, body } = await request('GET', `/portfolio/${of.uuid}/summary`, { token: user.token });
  expect(status).toBe(200);
  return body;
};

const nothing = {
  value_usd: '0',
  cost_basis_usd: '0',
  unrealized_pnl_usd: '0',
  unrealized_pnl_usd_min: '0',
  unrealized_pnl_usd_max: '0',
  realized_pnl_usd: '0',
  realized_pnl_usd_min: '0',
  realized_pnl_usd_max: '0',
  fees_usd: '0',
  change_24h_usd: null,
  change_24h_percent: null,
  change_24h_complete: false,
  allocation: { by_token: [], by_chain: [] },
  unpriced_tokens: 0,
  unpriced_cost_basis_usd: '0',
  unpriced: [],
  unverified_tokens: 0,
  unverified_value_usd: '0',
  disputed: [],
  stale_tokens: 0,
  disputed_tokens: 0,
  disputed_value_usd: '0',
  unverified: [],
  spam_tokens: 0,
  basis_complete: true,
  state: 'current',
};

const token = (uuid: string) => expect.objectContaining({ uuid });

describe('the summary of a portfolio', () => {
  it('is of nothing where there is nothing', async () => {
    expect(await summary()).toEqual({ portfolio_uuid: portfolio.uuid, ...nothing, as_of: anInstant });
  });

  it('adds up what its wallets have, and no other', async () => {
    const [ether, elsewhere] = [await verifiedToken('3'), await verifiedToken('1', '56')];
    const second = await newWallet(user);
    await request('PUT', `/portfolio/${portfolio.uuid}/wallet/${second.uuid}`, { token: user.token });
    await enter(ether, { amount: '1', fee_usd: '0.5' });
    await enter(ether, { amount: '2' }, second);
    await enter(elsewhere, { amount: '0.5', chain_id: 56 }, second);
    await enter(ether, { amount: '100' }, await newWallet(user));
    expect(await summary()).toMatchObject({
      value_usd: '9.5',
      cost_basis_usd: '4',
      unrealized_pnl_usd: '5.5',
      fees_usd: '0.5',
      allocation: {
        by_token: [
          { token: token(ether), chain_id: 1, amount: '3', value_usd: '9', share: '0.947368' },
          { token: token(elsewhere), chain_id: 56, amount: '0.5', value_usd: '0.5', share: '0.052632' },
        ],
        by_chain: [
          { chain_id: 1, value_usd: '9', share: '0.947368' },
          { chain_id: 56, value_usd: '0.5', share: '0.052632' },
        ],
      },
    });
    await request('DELETE', `/wallet/${second.uuid}`, { token: user.token });
    expect(await summary()).toMatchObject({ value_usd: '3', allocation: { by_chain: [{ share: '1' }] } });
  });

  it('keeps what has no price or no name apart, and leaves spam out', async () => {
    const [unpriced, unverified] = [await verifiedToken(), (await newToken({ priceUsd: '7' })).uuid];
    const neither = (await newToken()).uuid;
    await enter(await verifiedToken('10'));
    await enter(unpriced, { price_usd: '5' });
    await enter(unverified, { amount: '2' });
    await enter(neither, { transaction_type: 'TRANSFER_IN', price_usd: null });
    await enter(await spamToken('1000000'));
    const { allocation, unpriced: without, unverified: nameless, ...totals } = await summary();
    expect(allocation.by_token).toHaveLength(1);
    expect(without).toEqual([
      { token: token(unpriced), chain_id: 1, amount: '1', cost_basis_usd: '5' },
      { token: token(neither), chain_id: 1, amount: '1', cost_basis_usd: null },
    ]);
    expect(nameless).toEqual([
      {
        token: token(unverified),
        chain_id: 1,
        amount: '2',
        price_usd: '7',
        value_usd: '14',
        price_source: 'coingecko',
        price_at: anInstant,
        price_state: 'current',
      },
      {
        token: token(neither),
        chain_id: 1,
        amount: '1',
        price_usd: null,
        value_usd: null,
        price_source: null,
        price_at: null,
        price_state: 'none',
      },
    ]);
    expect(totals).toMatchObject({
      value_usd: '10',
      unpriced_tokens: 2,
      unpriced_cost_basis_usd: '5',
      unverified_tokens: 2,
      unverified_value_usd: '14',
      spam_tokens: 1,
      basis_complete: false,
    });
  });

  it('gives a gain as an interval where a cost is unknown', async () => {
    await enter(await verifiedToken('10'), { transaction_type: 'TRANSFER_IN', price_usd: null });
    expect(await summary()).toMatchObject({
      unrealized_pnl_usd: null,
      unrealized_pnl_usd_min: '0',
      unrealized_pnl_usd_max: '10',
      basis_complete: false,
    });
  });

  it("is the same 404 for another's portfolio as for none", async () => {
    const stranger = await newUser();
    for (const uuid of [portfolio.uuid, nobodys]) {
      const answer = await request('GET', `/portfolio/${uuid}/summary`, { token: stranger.token });
      expectError(answer, 404, 'PortfolioError', 'Portfolio not found');
    }
  });
});

describe('the change of a day', () => {
  const ago = (hours: number) => new Date(Date.now() - hours * hourMs).toISOString();

  const snapshot = (transaction: Json, hours: number, amount: string, price: string | null) =>
    sql(
      `INSERT INTO balances_history (snapshot_date, id, amount, price_usd, realized_pnl_usd)
       SELECT $2, id * 8 + 1, $3, $4, 0 FROM balances WHERE uuid = $1`,
      [transaction.balance_uuid, ago(hours), amount, price],
    );

  const change = async () => {
    const { change_24h_usd, change_24h_percent, change_24h_complete } = await summary();
    return [change_24h_usd, change_24h_percent, change_24h_complete];
  };

  it('is since the last snapshot that is a day old', async () => {
    const bought = await enter(await verifiedToken('12'), { amount: '2' });
    await snapshot(bought, 23, '2', '100');
    await snapshot(bought, 25, '2', '10');
    await snapshot(bought, 26, '2', '1');
    expect(await change()).toEqual(['4', '20', true]);
  });

  it('is unknown where the last one is too old', async () => {
    const bought = await enter(await verifiedToken('12'));
    await snapshot(bought, 23, '1', '100');
    await snapshot(bought, 49, '1', '10');
    expect(await change()).toEqual([null, null, false]);
  });

  it('is of what is known, and says that it is not all', async () => {
    await snapshot(await enter(await verifiedToken('12')), 30, '1', '10');
    await enter(await verifiedToken('5'));
    expect(await change()).toEqual(['2', '20', false]);
    await snapshot(await enter(await verifiedToken('5')), 30, '1', null);
    expect(await change()).toEqual(['2', '20', false]);
  });

  it('knows that what was bought since was not there, and that what was sold was', async () => {
    await enter(await verifiedToken('5'), { timestamp: ago(2) });
    expect(await change()).toEqual(['5', null, true]);
    const coin = await verifiedToken('7');
    const bought = await enter(coin);
    await snapshot(bought, 25, '1', '10');
    await enter(coin, { transaction_type: 'SELL', timestamp: ago(1) });
    expect(await change()).toEqual(['-5', '-50', true]);
  });

  it('does not know the past of what was sold since and is in no snapshot', async () => {
    await snapshot(await enter(await verifiedToken('12')), 25, '1', '10');
    const coin = await verifiedToken('7');
    await enter(coin);
    await enter(coin, { transaction_type: 'SELL', timestamp: ago(1) });
    expect(await change()).toEqual(['2', '20', false]);
  });

  it('is not disturbed by what was closed long ago, by dust, and by what makes no value', async () => {
    await snapshot(await enter(await verifiedToken('12')), 25, '1', '10');
    const closed = await verifiedToken('9');
    await enter(closed);
    await enter(closed, { transaction_type: 'SELL', timestamp: '2024-02-01T00:00:00Z' });
    await enter(await verifiedToken('1000000'), { amount: '0.0000001' });
    await enter(await verifiedToken());
    await enter((await newToken({ priceUsd: '3' })).uuid);
    expect(await change()).toEqual(['2', '20', true]);
  });
});
