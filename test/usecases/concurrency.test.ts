/** Many requests at once, through the gateway and the built functions. */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { markWalletDirty } from '#shared/adapters/db/balance-writes.ts';
import { createDb, createPool } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import {
  type Answer,
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  type TestUser,
} from '../support/api.ts';
import { openDatabase } from '../support/database.ts';
import { balanceIdsOf, brokenRows, marked, readFigures, type Shelf } from '../support/stored-ledger.ts';

const { pool, db, rows } = openDatabase();

const at = (minute: number): string => new Date(Date.UTC(2024, 0, 1, 0, minute)).toISOString();

const shelfOf = async (user: TestUser): Promise<Shelf> => {
  const balances = await rows(
    `SELECT balances.* FROM balances JOIN users ON users.id = user_id WHERE users.uuid = $1 ORDER BY balances.id`,
    [user.uuid],
  );
  return {
    userId: BigInt(balances[0]?.user_id),
    userUuid: user.uuid,
    token: {},
    scale: scaleOf(18),
    balances: new Map(balances.map((balance, place) => [place + 1, balance])),
  };
};

/** Nothing is lost or made, and a replay from the first transaction changes no figure. */
const expectSound = async (user: TestUser): Promise<void> => {
  const shelf = await shelfOf(user);
  expect(await brokenRows(pool, shelf)).toEqual([]);
  const before = await readFigures(pool, shelf);
  for (const { wallet_id } of shelf.balances.values()) await markWalletDirty(db, BigInt(wallet_id));
  await db.transaction((tx) => recalculateBalances(tx, shelf.userId, marked(balanceIdsOf(shelf))));
  expect(await readFigures(pool, shelf)).toEqual(before);
};

const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const owner = async (): Promise<{ user: TestUser; wallet: Json }> => {
  const user = await newUser();
  return { user, wallet: await newWallet(user) };
};

const trade = (kind: 'BUY' | 'SELL', minute: number, price: number) => ({
  ...{ transaction_type: kind, amount: '1', price_usd: String(price), fee_usd: '0.1', timestamp: at(minute) },
});

describe('twenty at once on one wallet', () => {
  test('buys and sells all over the past neither corrupt nor deadlock', async () => {
    const { user, wallet } = await owner();
    await record(user, wallet, { ...trade('BUY', 0, 50), amount: '10' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, place) =>
        record(user, wallet, trade(place % 5 < 2 ? 'SELL' : 'BUY', ((place * 7) % 20) + 1, 100 + place)),
      ),
    );
    expect(statuses(answers)).toEqual({ 201: 20 });
    expect(await balancesOf(user, wallet)).toMatchObject([
      { amount: '14', state: 'current', shortfall: '0' },
    ]);
    await expectSound(user);
  });

  test('sells of what is there once succeed as often as it is there', async () => {
    const { user, wallet } = await owner();
    await record(user, wallet, { ...trade('BUY', 0, 50), amount: '3' });
    const sells = Array.from({ length: 20 }, (_, place) => trade('SELL', (place % 4) + 1, 100));
    expect(statuses(await Promise.all(sells.map((one) => record(user, wallet, one))))).toEqual({
      201: 3,
      400: 17,
    });
    expect(await balancesOf(user, wallet)).toMatchObject([
      { amount: '0', shortfall: '0', basis_complete: true },
    ]);
    await expectSound(user);
  });

  test('the same transfer is recorded once', async () => {
    const { user, wallet } = await owner();
    const same = { ...trade('BUY', 0, 50), transaction_hash: `0x${'b'.repeat(64)}` };
    const answers = await Promise.all(Array.from({ length: 12 }, () => record(user, wallet, same)));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 11 });
    expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '1' }]);
  });

  test('legs of one hash in different tokens all find their place', async () => {
    const { user, wallet } = await owner();
    const hash = `0x${'c'.repeat(64)}`;
    const amounts = Array.from({ length: 8 }, (_, place) => String(place + 1));
    const answers = await Promise.all(
      amounts.map((amount) =>
        record(user, wallet, { ...trade('BUY', 0, 50), amount, transaction_hash: hash }),
      ),
    );
    expect(statuses(answers)).toEqual({ 201: 8 });
    const places = await rows(
      `SELECT transfer_index FROM transactions JOIN wallets ON wallets.id = wallet_id
       WHERE wallets.uuid = $1 ORDER BY transfer_index`,
      [wallet.uuid],
    );
    expect(places.map(({ transfer_index }) => transfer_index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await expectSound(user);
  });
});

test('own transfers back and forth between two wallets at once are all linked, and lots are whole', async () => {
  const { user, wallet: first } = await owner();
  const second = await newWallet(user);
  for (const wallet of [first, second]) await record(user, wallet, { ...trade('BUY', 0, 80), amount: '20' });
  const sides = Array.from({ length: 10 }, (_, place) => {
    const fields = {
      ...{ amount: `${place + 1}.5`, timestamp: at(place + 1) },
      transaction_hash: `0x${randomUUID().replaceAll('-', '').repeat(2)}`,
    };
    const [from, to] = place % 2 ? [first, second] : [second, first];
    return [
      record(user, to, { ...fields, transaction_type: 'TRANSFER_IN' }),
      record(user, from, { ...fields, transaction_type: 'TRANSFER_OUT' }),
    ];
  });
  const answers = await Promise.all(sides.flat());
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.every(({ status, body }) => status === 400 && /short of/.test(body.message))).toBe(true);
  const shelf = await shelfOf(user);
  const unlinked = await rows(
    `SELECT FROM transactions AS sent JOIN transactions AS received
       ON received.transaction_hash = sent.transaction_hash AND received.user_id = sent.user_id
     WHERE sent.user_id = $1 AND sent.transaction_type = 'TRANSFER_OUT' AND received.transaction_type = 'TRANSFER_IN'
       AND (sent.linked_transaction_id, received.linked_transaction_id) IS DISTINCT FROM (received.id, sent.id)`,
    [shelf.userId],
  );
  expect(unlinked).toEqual([]);
  await expectSound(user);
});

test('who writes waits for nobody but themselves', async () => {
  const [held, free] = [await owner(), await owner()];
  await record(held.user, held.wallet, trade('BUY', 0, 1));
  const { userId } = await shelfOf(held.user);
  let waiting: Promise<Answer> | undefined;
  await db.transaction(async (tx) => {
    await tx.execute(sql`SET LOCAL idle_in_transaction_session_timeout = '50s'`);
    await lockLedgers(tx, userId);
    let done = false;
    waiting = record(held.user, held.wallet, trade('BUY', 1, 2)).finally(() => {
      done = true;
    });
    await vi.waitFor(async () =>
      expect(await rows(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).not.toHaveLength(
        0,
      ),
    );
    const answers = await Promise.all(
      [1, 2, 3].map((minute) => record(free.user, free.wallet, trade('BUY', minute, 3))),
    );
    expect(statuses(answers)).toEqual({ 201: 3 });
    expect(await balancesOf(held.user, held.wallet)).toMatchObject([{ amount: '1' }]);
    expect(done).toBe(false);
  });
  expect((await waiting)?.status).toBe(201);
  expect(await balancesOf(held.user, held.wallet)).toMatchObject([{ amount: '2', state: 'current' }]);
});

test('who has gone away in the midst of a change holds nobody up', async () => {
  const { user, wallet } = await owner();
  await record(user, wallet, trade('BUY', 0, 1));
  const { userId } = await shelfOf(user);
  const leaving = createPool(inject('platform').databaseUrl);
  onTestFinished(() => leaving.end());
  leaving.on('connect', async ({ connection }) => {
    const asleep = () => rows(`SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(50)'`);
    await vi.waitFor(async () => expect(await asleep()).toHaveLength(1), 10_000);
    connection.stream.destroy();
  });
  const left = createDb(leaving).transaction(async (tx) => {
    await lockLedgers(tx, userId);
    await tx.execute('SELECT pg_sleep(50)');
  });
  await expect(left).rejects.toThrow();
  await db.transaction((tx) => lockLedgers(tx, userId));
  expect((await record(user, wallet, trade('BUY', 1, 2))).status).toBe(201);
});

test('two users at once do not mix', async () => {
  const owners = await Promise.all([owner(), owner(), owner()]);
  const minutes = Array.from({ length: 6 }, (_, minute) => minute);
  await Promise.all(
    owners.flatMap(({ user, wallet }, place) =>
      minutes.map((minute) => record(user, wallet, trade('BUY', minute, place + 1))),
    ),
  );
  for (const [place, { user, wallet }] of owners.entries()) {
    const cost = (6 * (place + 1) + 0.6).toFixed(1);
    expect(await balancesOf(user, wallet)).toMatchObject([{ amount: '6', cost_basis_usd: cost }]);
    await expectSound(user);
  }
});
