import { describe, expect, test } from 'vitest';
import { binance } from '#shared/adapters/prices/binance.ts';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import { refreshPrices } from '#shared/usecases/refresh-prices.ts';
import { insert, insertToken, type Row } from '../support/database.ts';
import { heldTokens } from '../support/held-tokens.ts';
import { faults } from '../support/price-servers.ts';

const { pool, db, rows, servers, user, chain, held, now, ago, say, refresh, shown, kept, turnOf, noTurnOf } =
  await heldTokens();

const limit = { burst: 1_000, perMinute: 1_000 };

/** A source as a new environment has it. */
const fresh = {
  coingecko: () => coingecko({ limit, url: servers.coingecko.url }),
  defillama: () => defillama({ limit, url: servers.defillama.url }),
  binance: () => binance({ limit, url: servers.binance.url }),
};

const figures = { market_cap_usd: '12.5', volume_24h_usd: '3', price_change_24h_percent: '-0.5' };
const noFigures = { market_cap_usd: null, volume_24h_usd: null, price_change_24h_percent: null };

describe('what is priced', () => {
  test('is what somebody holds, in a wallet or at an exchange: not what is empty, deleted or spam', async () => {
    const [inWallet, empty, gone, spam, atExchange, nobodys] = [
      await held(),
      await held({}, '0'),
      await held({ is_deleted: true }),
      await held({ is_spam: true }),
      await insertToken(pool, chain, { coingecko_id: 'at-exchange' }),
      await insertToken(pool, chain, { coingecko_id: 'nobodys' }),
    ];
    await pool.query(`INSERT INTO exchanges (short_name, name) VALUES ('x', 'X') ON CONFLICT DO NOTHING`);
    const [exchange] = await rows('SELECT id FROM exchanges LIMIT 1');
    const account = await insert(pool, 'cex_accounts', {
      user_id: user.id,
      exchange_id: exchange?.id,
      name: 'Main',
    });
    const part = await insert(pool, 'cex_subaccounts', {
      user_id: user.id,
      cex_account_id: account.id,
      name: 'Main',
    });
    await insert(pool, 'cex_balances', {
      ...{ user_id: user.id, cex_subaccount_id: part.id, symbol: 'X', token_id: atExchange.id },
      ...{ amount: 0, locked_amount: 2 },
    });
    for (const token of [inWallet, empty, gone, spam, atExchange, nobodys]) say(token, { coingecko: '2' });
    expect(await refresh(noTurnOf(inWallet), now)).toMatchObject({ held: 2, priced: 2, missing: 0 });
    const priced = await rows('SELECT id FROM tokens WHERE current_price_usd = 2 ORDER BY id');
    expect(priced.map(({ id }) => id)).toEqual([inWallet.id, atExchange.id]);
    const ids = servers.coingecko.seen.map(({ url }) => url.searchParams.get('ids'));
    expect(ids).toEqual([`${inWallet.coingecko_id},at-exchange`]);
  });

  test('is written exactly, with all that the source says and when', async () => {
    const token = await held();
    const more = ',"usd_market_cap":12.5,"usd_24h_vol":0,"usd_24h_change":-1.5e-1';
    servers.coingecko.prices.set(token.coingecko_id, { price: '123.456789012345678901', at: ago(2), more });
    await refresh();
    const [row] = await rows('SELECT * FROM tokens WHERE id = $1', [token.id]);
    expect(row).toMatchObject({
      current_price_usd: '123.456789012345678901',
      price_at: ago(2),
      price_source: 'coingecko',
      market_cap_usd: '12.5',
      volume_24h_usd: '0',
      price_change_24h_percent: '-0.15',
      is_price_disputed: false,
    });
    expect(await kept(token)).toEqual([
      { price: '123.456789012345678901', at: ago(2), source: 'coingecko', disputed: false },
    ]);
  });

  test('besides stays as it was last told, where the price is from a source that does not tell it', async () => {
    const token = await held();
    const more = ',"usd_market_cap":12.5,"usd_24h_vol":3,"usd_24h_change":-0.5';
    servers.coingecko.prices.set(token.coingecko_id, { price: '2', at: ago(4), more });
    await refresh();
    say(token, { defillama: '2.1' }, ago(2));
    await refresh();
    expect(await rows('SELECT * FROM tokens WHERE id = $1', [token.id])).toMatchObject([
      { current_price_usd: '2.1', price_source: 'defillama', price_at: ago(2), ...figures },
    ]);
  });

  test.each([
    ['is what the second source tells, where the first does not', '2.1', figures],
    ['is not that of a source which speaks of another price', '3', noFigures],
  ])('besides %s', async (_, second, expected) => {
    const token = await held();
    const more = ',"usd_market_cap":12.5,"usd_24h_vol":3,"usd_24h_change":-0.5';
    say(token, { defillama: '2' }, ago(2));
    servers.coingecko.prices.set(token.coingecko_id, { price: second, at: ago(3), more });
    await refreshPrices(db, [fresh.defillama(), fresh.coingecko()], { at: turnOf(token), now });
    expect(await rows('SELECT * FROM tokens WHERE id = $1', [token.id])).toMatchObject([
      { current_price_usd: '2', price_source: 'defillama', price_at: ago(2), ...expected },
    ]);
  });

  test('comes from the next source where the first has none, or an old one; nobody is asked in vain', async () => {
    const [first, second, old, third, none] = [
      await held(),
      await held(),
      await held(),
      await held({ symbol: 'BNB', is_verified: true }),
      await held(),
    ];
    say(first, { coingecko: '1' });
    say(second, { defillama: '2' });
    say(old, { coingecko: '3' }, ago(90));
    servers.defillama.prices.set(`ethereum:${old.contract_address}`, { price: '3.1', at: ago(3) });
    say(third, { binance: '4' });
    expect(await refresh(noTurnOf(first), now)).toMatchObject({
      held: 5,
      priced: 4,
      missing: 1,
      unavailable: [],
    });
    expect(await Promise.all([first, second, old, third, none].map(shown))).toMatchObject([
      { price: '1', source: 'coingecko' },
      { price: '2', source: 'defillama' },
      { price: '3.1', source: 'defillama', at: ago(3) },
      { price: '4', source: 'binance' },
      { price: null, source: null },
    ]);
    const askedOfSecond = servers.defillama.seen.map(({ url }) => decodeURIComponent(url.pathname)).join();
    expect(askedOfSecond).not.toContain(first.contract_address);
  });

  test('has no price from the future: a little ahead is now, more is none', async () => {
    const [little, much] = [await held(), await held()];
    say(little, { coingecko: '1' }, ago(-5));
    say(much, { coingecko: '1' }, ago(-500));
    await refresh();
    expect(await shown(little)).toMatchObject({ price: '1', at: now });
    expect(await shown(much)).toMatchObject({ price: null });
  });
});

describe('a run', () => {
  test('that is repeated writes nothing twice, and one with older prices changes no token', async () => {
    const token = await held();
    say(token, { coingecko: '5', defillama: '5' }, ago(1));
    const results = [await refresh(), await refresh()];
    expect(results[0]).toMatchObject({ priced: 1 });
    expect(results[1]).toEqual(results[0]);
    say(token, { coingecko: '4.9' }, ago(30));
    await refresh();
    expect(await shown(token)).toMatchObject({ price: '5', at: ago(1) });
    expect(await kept(token)).toMatchObject([
      { price: '4.9', at: ago(30) },
      { price: '5', at: ago(1) },
    ]);
  });

  test('at the same time as others comes to the same, without a deadlock', async () => {
    const tokens = await Promise.all(Array.from({ length: 40 }, () => held()));
    for (const token of tokens) say(token, { coingecko: '5', defillama: '5' }, ago(1));
    await Promise.all([refresh(), refresh(), refresh()]);
    expect(await rows('SELECT FROM token_prices')).toHaveLength(40);
  });

  test('without sources does nothing', async () => {
    await held();
    expect(await refreshPrices(db, [], { at: now, now })).toMatchObject({ held: 0, calls: 0, missing: 0 });
  });

  test('in which a source is away leaves prices as they are, and asks the next', async () => {
    const [one, other] = [await held(), await held()];
    say(one, { coingecko: '5', defillama: '5' }, ago(20));
    say(other, { coingecko: '6' }, ago(20));
    await refresh();
    say(one, { coingecko: '5.1', defillama: '5.2' }, ago(1));
    servers.coingecko.spoil(faults.truncated);
    const result = await refresh(noTurnOf(one), now);
    expect(result).toMatchObject({ priced: 1, missing: 1, unavailable: ['coingecko: no JSON'] });
    expect(await shown(one)).toMatchObject({ price: '5.2', source: 'defillama' });
    expect(await shown(other)).toMatchObject({ price: '6', at: ago(20), disputed: false });
  });
});

describe('a source that is asked for twenty at a time', () => {
  const slotMs = 300_000;
  const later = (at: Date, runs: number): Date => new Date(at.getTime() + runs * slotMs);
  const many = (length: number): Promise<Row[]> =>
    Promise.all(Array.from({ length }, (_, place) => held({ symbol: `M${place}`, is_verified: true })));
  const pairsSeen = () => servers.binance.seen.map(({ url }) => url.searchParams.get('symbol'));
  const pairsOf = (tokens: readonly Row[]) => tokens.map(({ symbol }) => `${symbol}USDT`);

  test('is asked for each within as few runs as it takes, though most never had a price', async () => {
    const tokens = await many(65);
    // The others are not traded, so they never have a price: nobody has to wait for them.
    for (const token of tokens.slice(20, 45)) say(token, { binance: '4' });
    for (let run = 0; run < 4; run += 1) {
      await refreshPrices(db, [fresh.binance()], { at: later(now, run), now });
    }
    expect(new Set(pairsSeen())).toEqual(new Set(pairsOf(tokens)));
    expect(await rows('SELECT FROM tokens WHERE current_price_usd = 4')).toHaveLength(25);
  });

  test('is asked for the same ones when a run is repeated', async () => {
    const tokens = await many(65);
    for (const token of tokens) say(token, { binance: '4' });
    await refreshPrices(db, [fresh.binance()], { at: now, now });
    const first = pairsSeen();
    expect(first).toHaveLength(20);
    await refreshPrices(db, [fresh.binance()], { at: now, now });
    expect(pairsSeen().slice(20)).toEqual(first);
    expect(await rows('SELECT FROM tokens WHERE current_price_usd = 4')).toHaveLength(20);
  });

  test('gives its opinion of those whose turn it is, though it was not asked for their prices', async () => {
    const tokens = await many(65);
    for (const token of tokens) say(token, { binance: '4', coingecko: '4' });
    const at = turnOf(tokens[0] ?? {});
    await refreshPrices(db, [fresh.binance(), fresh.coingecko()], { at, now });
    const checked = tokens.filter((token) => turnOf(token).getTime() === at.getTime());
    expect(checked.length).toBeGreaterThan(4);
    expect(pairsSeen()).toEqual(expect.arrayContaining(pairsOf(checked)));
    expect(pairsSeen().length).toBeLessThan(20 + 7);
  });

  test('gives its opinion of each within as few hours as that takes', async () => {
    const tokens = await many(12 * 24);
    for (const token of tokens) say(token, { binance: '4', coingecko: '4' });
    const at = turnOf(tokens[0] ?? {});
    const checked = tokens.filter((token) => turnOf(token).getTime() === at.getTime());
    expect(checked).toHaveLength(24);
    for (const hour of [0, 1]) {
      await refreshPrices(db, [fresh.coingecko(), fresh.binance()], { at: later(at, 12 * hour), now });
    }
    expect(new Set(pairsSeen())).toEqual(new Set(pairsOf(checked)));
  });
});
