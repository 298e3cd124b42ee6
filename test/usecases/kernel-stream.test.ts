/** What a long replay writes through the kernel, against what it writes without. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { type Scale, scaleOf } from '#shared/domain/lot.ts';
import { kernelStreamOf } from '#shared/usecases/kernel-stream.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import { engineStream, type Stream } from '#shared/usecases/streams.ts';
import { insertChain, openDatabase } from '../support/database.ts';
import { randomLedger } from '../support/ledger-arbitraries.ts';
import { insertEvent, newShelf, type Shelf } from '../support/stored-ledger.ts';

const { pool, db, rows } = openDatabase();
const chain = await insertChain(pool);

const balanceOf = ({ balances }: Shelf) => BigInt(balances.get(1)?.id);

/** Rows as PostgreSQL shows them, to the last zero. */
const written = async (shelf: Shelf) => {
  const id = balanceOf(shelf);
  const of = (table: string) =>
    rows(`SELECT ${table}::text AS row FROM ${table} WHERE balance_id = $1 ORDER BY sequence`, [id]);
  return {
    figures: await rows(
      `SELECT to_jsonb(balances) - '{updated_at,version}'::text[] AS row FROM balances WHERE id = $1`,
      [id],
    ),
    lots: await of('lots'),
    matches: await of('lot_matches'),
  };
};

/** Replays a balance from a moment on; what was there before stays. */
const replay = async (shelf: Shelf, stream: Stream, since: number) => {
  const changes = new Map([[Number(balanceOf(shelf)), since]]);
  await db.transaction((tx) => recalculateBalances(tx, shelf.userId, changes, { stream }));
  return written(shelf);
};

const whole = Number.NEGATIVE_INFINITY;

const shelfOf = async (scale: Scale, events: readonly LedgerEvent[]): Promise<Shelf> => {
  const shelf = await newShelf(pool, chain, [1], scale);
  for (const event of events) await insertEvent(pool, shelf, event);
  return shelf;
};

const one = randomLedger.map(({ scale, events }) => ({
  scale,
  events: events.map((event, place) => ({
    ...event,
    // Keys that are the same for two would leave the order to chance.
    ...{ balanceId: 1, receivesFrom: null, arrives: null, sourceKey: `${event.sourceKey}${place}` },
  })),
}));

test('the rows are the same, digit by digit, from any moment on and in batches of any size', async () => {
  await fc.assert(
    fc.asyncProperty(one, fc.integer({ min: 1, max: 8 }), fc.nat(), async ({ scale, events }, size, pick) => {
      const shelf = await shelfOf(scale, events);
      const since = events[pick % events.length]?.timestamp ?? 0;
      const expected = await replay(shelf, engineStream, whole);
      expect(await replay(shelf, kernelStreamOf(size), whole)).toEqual(expected);
      expect(await replay(shelf, kernelStreamOf(size), since)).toEqual(expected);
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

test('one moment may have more transactions than a batch', async () => {
  const event = (place: number, change: Partial<LedgerEvent> = {}): LedgerEvent => ({
    ...{ id: place, balanceId: 1, type: 'BUY', timestamp: Date.UTC(2024, 1, 29), blockNumber: null },
    ...{ transactionIndex: null, sourceKey: `${place}`, transferIndex: null, receivesFrom: null },
    ...{
      quantity: BigInt(place + 1),
      arrives: null,
      price: 10n ** 18n,
      value: null,
      fee: 1n,
      selections: null,
    },
    ...change,
  });
  const events = Array.from({ length: 40 }, (_, place) => event(place, { type: place % 3 ? 'BUY' : 'SELL' }));
  const shelf = await shelfOf(scaleOf(18), events);
  expect(await replay(shelf, kernelStreamOf(7), whole)).toEqual(await replay(shelf, engineStream, whole));
});

test('what is too large for the kernel is left to the engine, in the middle of a batch too', async () => {
  for (const place of [0, 4, 9, 10, 19]) {
    const event = (at: number): LedgerEvent => ({
      ...{
        id: at,
        balanceId: 1,
        type: at % 4 === 3 ? 'SELL' : 'BUY',
        timestamp: Date.UTC(2024, 0, 1, at >> 1),
      },
      ...{ blockNumber: null, transactionIndex: null, sourceKey: `${at + 10}`, transferIndex: null },
      ...{
        receivesFrom: null,
        arrives: null,
        price: 3n * 10n ** 17n,
        value: null,
        fee: 9n,
        selections: null,
      },
      quantity: at === place ? 10n ** 50n : BigInt(at + 1),
    });
    const shelf = await shelfOf(
      scaleOf(18),
      Array.from({ length: 20 }, (_, at) => event(at)),
    );
    const expected = await replay(shelf, engineStream, whole);
    expect(expected.lots).not.toEqual([]);
    expect(await replay(shelf, kernelStreamOf(5), whole)).toEqual(expected);
  }
});
