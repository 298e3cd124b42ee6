/** What a long replay writes through the kernel, against what it writes without. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { finishLedgers } from '#shared/adapters/db/ledger-write.ts';
import { startReplay } from '#shared/domain/booking.ts';
import { emptyLedger, type LedgerEvent } from '#shared/domain/ledger.ts';
import { type Scale, scaleOf } from '#shared/domain/lot.ts';
import { inReplayOrder } from '#shared/domain/order.ts';
import { kernelPass } from '#shared/usecases/kernel-pass.ts';
import { type StartPass, streamedPass } from '#shared/usecases/passes.ts';
import {
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  openDatabase,
} from '../support/database.ts';
import { randomLedger } from '../support/ledger-arbitraries.ts';

const { pool, db, rows } = openDatabase();
const wallet = await insertWallet(pool, await insertUser(pool));
const token = await insertToken(pool, await insertChain(pool));
const balance = await insertBalance(pool, wallet, token, {});
const balanceId = Number(balance.id);
const userId = BigInt(wallet.user_id);

/** Rows as PostgreSQL shows them, to the last zero. */
const written = async () => {
  const figures = await rows(
    `SELECT to_jsonb(balances) - '{updated_at,version}'::text[] AS row FROM balances WHERE id = $1`,
    [balance.id],
  );
  const of = (table: string) =>
    rows(`SELECT ${table}::text AS row FROM ${table} WHERE balance_id = $1 ORDER BY sequence`, [balance.id]);
  return { figures, lots: await of('lots'), matches: await of('lot_matches') };
};

/** A replay of batches from the start, written down. */
const write = async (start: StartPass, batches: readonly LedgerEvent[][], scale: Scale) => {
  await pool.query('DELETE FROM lots WHERE balance_id = $1', [balance.id]);
  await pool.query('DELETE FROM lot_matches WHERE balance_id = $1', [balance.id]);
  await db.transaction(async (tx) => {
    const ledger = emptyLedger(balanceId, scale);
    const replay = startReplay(new Map([[balanceId, ledger]]));
    const pass = start({ db: tx, userId, ledgers: [ledger], replay });
    for (const batch of batches) await pass.apply(batch);
    await pass.end();
    await finishLedgers(tx, userId, [ledger], []);
  });
  return written();
};

const cut = <T>(events: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(events.length / size) }, (_, place) =>
    events.slice(place * size, (place + 1) * size),
  );

/** One balance's transactions; some ledgers link wallets somewhere, where the kernel gives up. */
const ledgers = fc.record({
  ledger: randomLedger,
  size: fc.integer({ min: 1, max: 9 }),
  isLinked: fc.boolean(),
});

test('the rows are the same, digit by digit, however far the kernel comes', async () => {
  await fc.assert(
    fc.asyncProperty(ledgers, async ({ ledger: { events, scale }, size, isLinked }) => {
      const own = inReplayOrder(
        events.map((event) => ({
          ...event,
          balanceId,
          receivesFrom: null,
          arrives: isLinked ? event.arrives : null,
        })),
      );
      const batches = cut(own, size);
      expect(await write(kernelPass, batches, scale)).toEqual(await write(streamedPass, batches, scale));
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

test('so they are of many lots at once, in more rows than one message holds', async () => {
  const scale = scaleOf(18);
  const event = (id: number, change: Partial<LedgerEvent>): LedgerEvent => ({
    ...{ id, balanceId, type: 'BUY', timestamp: id * 3_600_000, blockNumber: id, transactionIndex: 0 },
    ...{
      sourceKey: '',
      transferIndex: 0,
      receivesFrom: null,
      quantity: BigInt(id) * 10n ** 15n,
      arrives: null,
    },
    ...{ price: 123_456_789_012_345_678n, value: null, fee: 25n * 10n ** 34n, selections: null, ...change },
  });
  const buys = Array.from({ length: 6_000 }, (_, place) => event(place + 1, {}));
  const sale = event(6_001, { type: 'SELL', quantity: 17_000n * 10n ** 18n, price: 9n * 10n ** 20n });
  const batches = cut([...buys, sale, event(6_002, {})], 2_500);
  const expected = await write(streamedPass, batches, scale);
  expect(expected.matches.length).toBeGreaterThan(5_000);
  expect(await write(kernelPass, batches, scale)).toEqual(expected);
});
