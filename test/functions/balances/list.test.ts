import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { newToken } from '../database.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let wallet: Json;

const buy = (token_uuid: string | undefined, amount: string, fields: object = {}) =>
  record(user, wallet, {
    ...(token_uuid ? { token_uuid } : {}),
    transaction_type: 'BUY',
    amount,
    price_usd: '2',
    timestamp: '2024-01-01T00:00:00Z',
    ...fields,
  });

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const list = (query = '', by = user) =>
  request('GET', `/balance/wallet/${wallet.uuid}${query}`, { token: by.token });

describe('the balances of a wallet', () => {
  it('are none before there is a transaction', async () => {
    expect((await list()).body).toEqual({ items: [], next_cursor: null });
  });

  it('have every figure, exactly', async () => {
    const token = await newToken({ decimals: 6, priceUsd: '2.500000000000000001' });
    await buy(token.uuid, '3', { fee_usd: '0.1' });
    await buy(token.uuid, '1', {
      transaction_type: 'SELL',
      price_usd: '4',
      timestamp: '2024-01-02T00:00:00Z',
    });
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        uuid: aUuid,
        wallet_uuid: wallet.uuid,
        chain_id: 1,
        token: {
          uuid: token.uuid,
          symbol: 'TEST',
          name: 'Test token',
          decimals: 6,
          contract_address: token.contract_address,
        },
        amount: '2',
        raw_amount: '2000000',
        avg_buy_price_usd: '2.033333333333333334',
        avg_sell_price_usd: '4',
        total_buy_value_usd: '6.1',
        total_sell_value_usd: '4',
        cost_basis_usd: '4.066666666666666667',
        realized_pnl_usd: '1.966666666666666667',
        realized_pnl_usd_min: '1.966666666666666667',
        realized_pnl_usd_max: '1.966666666666666667',
        price_usd: '2.500000000000000001',
        price_source: 'coingecko',
        price_at: anInstant,
        price_state: 'current',
        value_usd: '5.000000000000000002',
        unrealized_pnl_usd: '0.933333333333333335',
        fees_usd: '0.1',
        basis_complete: true,
        shortfall: '0',
        state: 'current',
        change_24h_usd: null,
        change_24h_percent: null,
        all_time_high_usd: '5.000000000000000002',
        all_time_high_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('leave dust out unless asked for it, and keep what is closed', async () => {
    const [dust, least, closed] = [await newToken(), await newToken(), await newToken()];
    await buy(dust.uuid, '0.000000999999999999');
    await buy(least.uuid, '0.000001');
    await buy(closed.uuid, '1');
    await buy(closed.uuid, '1', { transaction_type: 'SELL', timestamp: '2024-01-02T00:00:00Z' });
    const tokensOf = async (query: string) =>
      (await list(query)).body.items.map(({ token }: Json) => token.uuid);
    const shown = await tokensOf('');
    expect(shown).toEqual(expect.arrayContaining([least.uuid, closed.uuid]));
    expect(shown).not.toContain(dust.uuid);
    expect(await tokensOf('?dust=true')).toContain(dust.uuid);
    expect(await tokensOf('?dust=false')).toEqual(shown);
  });

  it('come once each, in order, page by page', async () => {
    const all = (await list('?dust=true')).body.items;
    expect(all).toHaveLength(4);
    const path = `/balance/wallet/${wallet.uuid}?dust=true`;
    for (const limit of [1, 3, 4]) expect(await walk(user, path, limit)).toEqual(all);
  });

  it('keep chains apart', async () => {
    await buy(undefined, '1', { chain_id: 1 });
    await buy(undefined, '2', { chain_id: 42161 });
    const ether = (await list()).body.items.filter(({ token }: Json) => token.symbol === 'ETH');
    expect(ether.map(({ chain_id, amount }: Json) => [chain_id, amount])).toEqual([
      [1, '1'],
      [42161, '2'],
    ]);
  });

  it('are not shown to another user', async () => {
    expectError(await list('', await newUser()), 404, 'WalletError', 'Wallet not found');
  });

  it.each(['yes', '1', 'TRUE', ''])('are not asked for with dust=%s', async (flag) => {
    expectFault(await list(`?dust=${flag}`), 'dust');
  });
});
