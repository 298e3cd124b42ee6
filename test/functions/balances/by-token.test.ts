import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { spamToken, verifiedToken } from '../verified-token.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let first: Json;
let second: Json;

beforeEach(async () => {
  user = await newUser();
  first = await newWallet(user);
  second = await newWallet(user);
});

const enter = async (wallet: Json, token_uuid: string, fields: object) => {
  const entry = { token_uuid, transaction_type: 'BUY', timestamp: '2024-01-01T00:00:00Z', ...fields };
  expect((await record(user, wallet, entry)).status).toBe(201);
};

const list = async (query = ''): Promise<Json> => {
  const path = `/balance/user/${user.username}${query}`;
  const { status, body } = await request('GET', path, { token: user.token });
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
  unpriced_tokens: 0,
  unpriced_cost_basis_usd: '0',
  unverified_tokens: 0,
  unverified_value_usd: '0',
  stale_tokens: 0,
  disputed_tokens: 0,
  disputed_value_usd: '0',
  spam_tokens: 0,
  basis_complete: true,
  state: 'current',
};

describe('what a user has of each token', () => {
  it('is nothing at first', async () => {
    expect(await list()).toEqual({ items: [], next_cursor: null, total: nothing });
  });

  it('is what all wallets have of it, exactly', async () => {
    const token = await verifiedToken('2.000000000000000001');
    await enter(first, token, { amount: '3', price_usd: '1', fee_usd: '0.1' });
    await enter(second, token, { amount: '0.5', price_usd: '4' });
    await enter(first, token, {
      transaction_type: 'SELL',
      amount: '1',
      price_usd: '3',
      timestamp: '2024-02-01T00:00:00Z',
    });
    const { items, total } = await list();
    const figures = {
      cost_basis_usd: '4.066666666666666667',
      unrealized_pnl_usd: '0.9333333333333333355',
      realized_pnl_usd: '1.966666666666666667',
      realized_pnl_usd_min: '1.966666666666666667',
      realized_pnl_usd_max: '1.966666666666666667',
      value_usd: '5.0000000000000000025',
      fees_usd: '0.1',
      basis_complete: true,
      state: 'current',
    };
    expect(items).toEqual([
      {
        ...figures,
        token: {
          uuid: token,
          symbol: 'TEST',
          name: 'Test token',
          decimals: 18,
          contract_address: expect.any(String),
        },
        chain_id: 1,
        is_verified: true,
        is_spam: false,
        wallets: 2,
        amount: '2.5',
        price_usd: '2.000000000000000001',
        price_source: 'coingecko',
        price_at: anInstant,
        price_state: 'current',
        shortfall: '0',
      },
    ]);
    expect(total).toEqual({
      ...nothing,
      ...figures,
      unrealized_pnl_usd_min: figures.unrealized_pnl_usd,
      unrealized_pnl_usd_max: figures.unrealized_pnl_usd,
    });
  });

  it('makes a total of what is verified and has a price; the rest is counted apart', async () => {
    await enter(first, await verifiedToken('10'), { amount: '1', price_usd: '4' });
    await enter(first, await verifiedToken(), { amount: '1', price_usd: '50' });
    await enter(first, (await newToken({ priceUsd: '7' })).uuid, { amount: '2', price_usd: '1' });
    await enter(first, await spamToken('1000000'), { amount: '5', price_usd: '0' });
    const { items, total } = await list();
    expect(items.map((item: Json) => item.value_usd)).toEqual(['10', null, '14']);
    expect(total).toEqual({
      ...nothing,
      value_usd: '10',
      cost_basis_usd: '4',
      unrealized_pnl_usd: '6',
      unrealized_pnl_usd_min: '6',
      unrealized_pnl_usd_max: '6',
      unpriced_tokens: 1,
      unpriced_cost_basis_usd: '50',
      unverified_tokens: 1,
      unverified_value_usd: '14',
      stale_tokens: 0,
      disputed_tokens: 0,
      disputed_value_usd: '0',
      spam_tokens: 1,
    });
    const withSpam = await list('?spam=true');
    expect(withSpam.items.map((item: Json) => item.is_spam)).toEqual([false, false, false, true]);
    expect(withSpam.total).toEqual(total);
  });

  it('has an interval for a gain where a cost is unknown', async () => {
    const token = await verifiedToken('10');
    const gift = { transaction_type: 'TRANSFER_IN', amount: '2' };
    await enter(first, token, gift);
    await enter(first, token, {
      transaction_type: 'SELL',
      amount: '1',
      price_usd: '8',
      timestamp: '2024-02-01T00:00:00Z',
    });
    await enter(second, token, { amount: '1', price_usd: '4' });
    const { items, total } = await list();
    expect(items[0]).toMatchObject({ unrealized_pnl_usd: null, basis_complete: false, cost_basis_usd: '4' });
    expect(total).toMatchObject({
      value_usd: '20',
      cost_basis_usd: '4',
      unrealized_pnl_usd: null,
      unrealized_pnl_usd_min: '6',
      unrealized_pnl_usd_max: '16',
      realized_pnl_usd: '0',
      realized_pnl_usd_min: '0',
      realized_pnl_usd_max: '8',
      basis_complete: false,
    });
  });

  it('is read page by page, each with the total of all', async () => {
    for (const price of ['1', '2', '3'])
      await enter(first, await verifiedToken(price), { amount: '1', price_usd: '1' });
    const whole = await list();
    expect(await walk(user, `/balance/user/${user.username}`, 2)).toEqual(whole.items);
    const page = await list('?limit=1');
    expect(page.items).toEqual([whole.items[0]]);
    expect(page.total).toEqual(whole.total);
    expect(page.next_cursor).toBe(whole.items[0].token.uuid);
    const path = `/balance/user/${user.username}?cursor=${nobodys}`;
    expectError(await request('GET', path, { token: user.token }), 400, 'BadRequestException', 'start again');
  });

  it('leaves dust out of the list unless asked for, and never out of the total', async () => {
    await enter(first, await verifiedToken('1000000'), { amount: '0.0000001', price_usd: '1' });
    const { items, total } = await list();
    expect([items, total.value_usd]).toEqual([[], '0.1']);
    expect((await list('?dust=true')).items).toHaveLength(1);
  });

  it('says when it is being recalculated', async () => {
    await enter(first, await verifiedToken('1'), { amount: '1', price_usd: '1' });
    await sql(
      `UPDATE balances SET dirty_since = now() FROM wallets WHERE wallets.id = wallet_id AND wallets.uuid = $1`,
      [first.uuid],
    );
    const { items, total } = await list();
    expect([items[0].state, total.state]).toEqual(['recalculating', 'recalculating']);
  });

  it('forgets a wallet that is deleted', async () => {
    const token = await verifiedToken('1');
    await enter(first, token, { amount: '1', price_usd: '1' });
    await enter(second, token, { amount: '2', price_usd: '1' });
    await request('DELETE', `/wallet/${first.uuid}`, { token: user.token });
    const { items, total } = await list();
    expect(items).toEqual([expect.objectContaining({ amount: '2', wallets: 1 })]);
    expect(items[0].token.uuid).toEqual(aUuid);
    expect(total.value_usd).toBe('2');
  });
});

it('does not tell whether another user exists', async () => {
  const stranger = await newUser();
  for (const username of [user.username, 'nobodyhasthisname']) {
    const answer = await request('GET', `/balance/user/${username}`, { token: stranger.token });
    expectError(answer, 404, 'UserError', 'User not found');
  }
});

it.each(['dust', 'spam'])('takes only a yes or a no for %s', async (flag) => {
  const path = `/balance/user/${user.username}?${flag}=maybe`;
  expectFault(await request('GET', path, { token: user.token }), flag);
});
