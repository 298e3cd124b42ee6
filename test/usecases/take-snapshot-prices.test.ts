/** At what prices snapshots are taken, and what else they are of than balances. */
import { describe, expect, test } from 'vitest';
import { insertQuotes } from '#shared/adapters/db/historic-prices.ts';
import { writePrices } from '#shared/adapters/db/token-prices.ts';
import { takeShard } from '#shared/usecases/take-snapshot.ts';
import { insert, insertToken, insertUser, type Row } from '../support/database.ts';
import { hour, minutesBefore, openSnapshots, whole } from '../support/snapshots.ts';

const { pool, db, rows, wallet, chain, hold, priced, historyOf, take } = await openSnapshots();

describe('the price', () => {
  const flagsAt = async (balance: Row) =>
    (await historyOf(balance)).map(({ price_usd, flags }) => [price_usd, flags]);

  test.each([
    [0, '7', 0],
    [60, '7', 0],
    [61, '7', 2],
    [1439, '7', 2],
    [1440, null, 0],
    [-1, null, 0],
  ])('of %d minutes before is %s, flagged %d', async (minutes, price, flags) => {
    const balance = await hold(whole(1), null);
    await priced({ id: balance.token_id }, '7', minutes);
    await take();
    expect(await flagsAt(balance)).toEqual([[price, flags]]);
  });

  test('is the last; of one moment that of the first source; and tells that sources disagreed', async () => {
    const balance = await hold(whole(1), '1');
    await priced({ id: balance.token_id }, '3', 2, { source: 'b' });
    await priced({ id: balance.token_id }, '2', 2, { source: 'a', is_disputed: true });
    await take();
    expect(await flagsAt(balance)).toEqual([['2', 4]]);
  });

  const quoteOf = (token_id: string, minutes: number) => ({
    ...{ tokenId: BigInt(token_id), at: minutesBefore(minutes), priceUsd: String(minutes) },
  });
  const refreshed = (minutes: number) => (token_id: string) => {
    const quote = quoteOf(token_id, minutes);
    return writePrices(
      db,
      [{ tokenId: quote.tokenId, source: 'coingecko', quote, isDisputed: false }],
      new Date(hour),
    );
  };
  const searched = (minutes: number) => (token_id: string) =>
    insertQuotes(db, 'defillama', [quoteOf(token_id, minutes)]);

  test.each([
    ['a refresh', 1380, [refreshed(1380)]],
    ['a refresh, and an older one', 60, [refreshed(60), refreshed(1380)]],
    ['a search of the past', 1380, [searched(1380)]],
    ['searches further and further back', 60, [searched(60), searched(1380), searched(2880)]],
    ['a search, after refreshes that ended long before', 60, [refreshed(2880), searched(60)]],
    ['a search, and a refresh that is older', 60, [searched(60), refreshed(2880)]],
  ])('of the day before is found, whoever wrote it: %s', async (_, last, writes) => {
    const balance = await hold(whole(1), null);
    for (const write of writes) await write(balance.token_id);
    await take();
    expect(await flagsAt(balance)).toEqual([[String(last), last > 60 ? 2 : 0]]);
  });

  test("is the user's own while they say so", async () => {
    const own = (balance: Row, valid_from: Date, valid_to: Date | null) =>
      insert(pool, 'price_overrides', {
        ...{ user_id: balance.user_id, token_id: balance.token_id, price_usd: 0, valid_from, valid_to },
      });
    const [over, holding, other] = [await hold(whole(1)), await hold(whole(1)), await hold(whole(1))];
    await own(over, minutesBefore(60), minutesBefore(0));
    await own(holding, minutesBefore(0), null);
    const stranger = await insertUser(pool);
    await own({ ...other, user_id: stranger.id }, minutesBefore(60), null);
    await take();
    expect([await flagsAt(over), await flagsAt(holding), await flagsAt(other)]).toEqual([
      [['2', 0]],
      [['0', 8]],
      [['2', 0]],
    ]);
  });
});

test('NFTs and what lies at exchanges are written along, at their prices', async () => {
  const token = await insertToken(pool, chain);
  await priced(token, '3');
  const exchange = await insert(pool, 'exchanges', { short_name: 'x', name: 'X' });
  const own = { user_id: wallet.user_id };
  const account = await insert(pool, 'cex_accounts', { ...own, exchange_id: exchange.id, name: 'Mine' });
  const sub = await insert(pool, 'cex_subaccounts', { ...own, cex_account_id: account.id, name: 'Spot' });
  const created_at = minutesBefore(600);
  const lying = { ...own, cex_subaccount_id: sub.id, created_at };
  const cex = [
    await insert(pool, 'cex_balances', { ...lying, symbol: 'T', token_id: token.id, amount: '1.5' }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'U', amount: 2 }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'V', amount: 2, created_at: minutesBefore(-1) }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'W', amount: '0.25', locked_amount: '0.5' }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'X', amount: 0, locked_amount: 4 }),
    await insert(pool, 'cex_balances', { ...lying, symbol: 'Y', amount: 0 }),
  ];
  const nft = await insert(pool, 'nft_balances', {
    ...{ ...own, wallet_id: wallet.id, chain_id: chain.id, contract_address: '0x', nft_id: '1', amount: 1 },
    ...{ floor_price_usd: '12.5', cost_basis_usd: 4, created_at },
  });
  await take();
  expect(await rows('SELECT id, amount, price_usd FROM cex_balances_history ORDER BY id')).toEqual([
    { id: String(cex[0]?.id * 8 + 1), amount: '1.5', price_usd: '3' },
    { id: String(cex[1]?.id * 8 + 1), amount: '2', price_usd: null },
    { id: String(cex[3]?.id * 8 + 1), amount: '0.75', price_usd: null },
    { id: String(cex[4]?.id * 8 + 1), amount: '4', price_usd: null },
  ]);
  expect(await rows('SELECT id, amount, floor_price_usd, cost_basis_usd FROM nft_balances_history')).toEqual([
    { id: String(nft.id * 8 + 1), amount: '1', floor_price_usd: '12.5', cost_basis_usd: '4' },
  ]);
});

test('the day raises the highest values, and what sources disagree about does not', async () => {
  const balance = await hold(whole(2), '5');
  await take();
  await priced({ id: balance.token_id }, '4', -55);
  await take('2024-05-01T14:05:00Z');
  await priced({ id: balance.token_id }, '900', -115, { is_disputed: true });
  await take('2024-05-01T15:05:00Z');
  await take('2024-05-02T00:15:00Z', 'daily');
  const highs = () => rows('SELECT balance_id, high_usd, high_at FROM balance_highs');
  const high = { balance_id: balance.id, high_usd: '10', high_at: new Date(hour) };
  expect(await highs()).toEqual([high]);
  await takeShard(db, { type: 'daily', at: new Date('2024-05-03T00:00:00Z'), shard: 0 }, 'schedule');
  expect(await highs()).toEqual([high]);
});

test('an hour that comes after its day raises the highest values too, late or made up for', async () => {
  const balance = await hold(whole(2), '5');
  await take();
  await priced({ id: balance.token_id }, '7', -55);
  await priced({ id: balance.token_id }, '4', -115);
  await take('2024-05-02T00:15:00Z', 'daily');
  const high = async () => (await rows('SELECT high_usd, high_at FROM balance_highs'))[0];
  expect(await high()).toEqual({ high_usd: '10', high_at: new Date(hour) });
  // 14:00 is delivered late; 15:00 to midnight are found missing by the next that comes, and none of them was higher.
  await take('2024-05-01T14:05:00Z');
  expect(await high()).toEqual({ high_usd: '14', high_at: new Date('2024-05-01T14:00:00Z') });
  await priced({ id: balance.token_id }, '8', -175);
  expect(await take('2024-05-02T01:05:00Z')).toMatchObject({ refilled: 10 });
  expect(await high()).toEqual({ high_usd: '16', high_at: new Date('2024-05-01T16:00:00Z') });
});
