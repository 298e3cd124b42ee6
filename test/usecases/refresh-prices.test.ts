import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { binance } from '#shared/adapters/prices/binance.ts';
import { coingecko } from '#shared/adapters/prices/coingecko.ts';
import { defillama } from '#shared/adapters/prices/defillama.ts';
import { refreshPrices } from '#shared/usecases/refresh-prices.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';
import { binanceServer, coingeckoServer, defillamaServer, faults } from '../support/price-servers.ts';

// Prices are of every token that is held, so not in the database that other files work on.
const { pool, db, rows } = await ownDatabase();
const servers = {
  coingecko: await coingeckoServer(),
  defillama: await defillamaServer(),
  binance: await binanceServer(),
};
const every = Object.values(servers);
afterAll(() => Promise.all(every.map(({ stop }) => stop())));

const user = await insertUser(pool);
const wallet = await insertWallet(pool, user);
const chain = await insertChain(pool, { coingecko_platform: 'ethereum', defillama_id: 'ethereum' });

let names = 0;

/** A token that the wallet holds, which sources know by an id of its own. */
const held = async (values: Row = {}, amount = '1'): Promise<Row> => {
  names += 1;
  const token = await insertToken(pool, chain, { coingecko_id: `coin-${names}`, ...values });
  await insertBalance(pool, wallet, token, { raw_amount: '1', amount });
  return token;
};

const options = { timeoutMs: 300, patienceMs: 100, limit: { burst: 1_000, perMinute: 1_000 } };
let sources = [coingecko(), defillama({ url: '' })];

beforeEach(async () => {
  await pool.query(
    'DELETE FROM token_prices; DELETE FROM cex_balances; DELETE FROM balances; DELETE FROM tokens',
  );
  for (const server of every) {
    server.spoil(undefined);
    server.seen.length = 0;
    server.prices.clear();
  }
  // New ones, which nothing has closed yet.
  sources = [
    coingecko({ ...options, url: servers.coingecko.url }),
    defillama({ ...options, url: servers.defillama.url }),
    binance({ ...options, url: servers.binance.url }),
  ];
});

const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

/** What each source says of a token; what is not given it does not know. */
const say = (token: Row, said: { coingecko?: string; defillama?: string; binance?: string }, at = ago(1)) => {
  const keys = {
    coingecko: token.coingecko_id,
    defillama: `ethereum:${token.contract_address}`,
    binance: `${token.symbol}USDT`,
  };
  for (const name of ['coingecko', 'defillama', 'binance'] as const) {
    const price = said[name];
    if (price === undefined) servers[name].prices.delete(keys[name]);
    else servers[name].prices.set(keys[name], { price, at });
  }
};

const refresh = (at = now, seenAt = at) => refreshPrices(db, sources, { at, now: seenAt });

const shown = async (token: Row) =>
  (
    await rows(
      `SELECT current_price_usd AS price, price_at AS at, price_source AS source, is_price_disputed AS disputed
       FROM tokens WHERE id = $1`,
      [token.id],
    )
  )[0];

const kept = (token: Row) =>
  rows(
    'SELECT price_usd AS price, price_at AS at, source, is_disputed AS disputed FROM token_prices WHERE token_id = $1 ORDER BY price_at',
    [token.id],
  );

/** A run in which it is a token's turn to be checked. */
const turnOf = (token: Row): Date => {
  const slot = Math.floor(now.getTime() / 300_000);
  return new Date((slot - (slot % 12) + 12 + Number(BigInt(token.id) % 12n)) * 300_000);
};

/** A run in which it is not. */
const noTurnOf = (token: Row): Date => new Date(turnOf(token).getTime() + 300_000);

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
      name: `a${names}`,
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

describe('two sources', () => {
  test('that are more than 20 % apart dispute a price, until they agree again', async () => {
    const token = await held();
    say(token, { coingecko: '100', defillama: '125' }, ago(4));
    expect(await refresh(turnOf(token), now)).toMatchObject({ priced: 1, disputed: 1 });
    expect(await shown(token)).toMatchObject({ price: '100', disputed: true });
    // It is not its turn, but what is in dispute is asked about at once.
    say(token, { coingecko: '101', defillama: '120' }, ago(3));
    expect(await refresh(noTurnOf(token), now)).toMatchObject({ disputed: 0 });
    expect(await shown(token)).toMatchObject({ price: '101', disputed: false });
    expect(await kept(token)).toMatchObject([{ disputed: true }, { disputed: false }]);
  });

  test('are both asked once an hour, and otherwise only of what has moved by more than a fifth', async () => {
    const token = await held();
    say(token, { coingecko: '100', defillama: '500' }, ago(4));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(0);
    expect(await shown(token)).toMatchObject({ price: '100', disputed: false });
    say(token, { coingecko: '119', defillama: '500' }, ago(3));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(0);
    say(token, { coingecko: '150', defillama: '500' }, ago(2));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(1);
    expect(await shown(token)).toMatchObject({ price: '150', disputed: true });
  });

  test('of which one cannot tell leave a dispute as it was', async () => {
    const token = await held({ is_price_disputed: true, current_price_usd: 10, price_at: ago(9) });
    say(token, { coingecko: '10' }, ago(1));
    await refresh();
    expect(await shown(token)).toMatchObject({ at: ago(1), disputed: true });
    expect(await kept(token)).toMatchObject([{ disputed: true }]);
  });
});

describe('a spike', () => {
  const before = { current_price_usd: 2, price_at: ago(10), price_source: 'coingecko' };

  test.each(['2001', '0.0019'])(
    'of a thousand-fold is kept out while one source tells it alone: %s',
    async (price) => {
      const token = await held(before);
      say(token, { coingecko: price });
      expect(await refresh()).toMatchObject({ priced: 0, held_back: 1, missing: 0 });
      expect(await shown(token)).toMatchObject({ price: '2', at: ago(10), disputed: false });
      expect(await kept(token)).toEqual([]);
    },
  );

  test('that another source contradicts is kept out, and the price in dispute', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000000', defillama: '2' });
    expect(await refresh()).toMatchObject({ held_back: 1, disputed: 1 });
    expect(await shown(token)).toMatchObject({
      price: '2',
      at: ago(10),
      source: 'coingecko',
      disputed: true,
    });
    expect(await kept(token)).toEqual([]);
  });

  test('that another source tells as well is a price', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000000', defillama: '2100000' });
    expect(await refresh()).toMatchObject({ held_back: 0, priced: 1, disputed: 0 });
    expect(await shown(token)).toMatchObject({ price: '2000000', disputed: false });
  });

  test('of less than that needs nobody else', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000' });
    await refresh();
    expect(await shown(token)).toMatchObject({ price: '2000', disputed: false });
  });
});
