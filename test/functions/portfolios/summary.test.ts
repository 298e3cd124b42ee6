import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { anInstant, expectError, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { spamToken, verifiedToken } from '../verified-token.ts';

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
