/**
 * Recalculation against the real tables: replaying only what a change reaches must leave what a full replay leaves, and
 * what the pure engine says, bit by bit.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markDirty, markWalletDirty } from '#shared/adapters/db/balance-writes.ts';
import { linkOwnTransfers } from '#shared/adapters/db/own-transfers.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import { replayAll, withArrivals } from '../support/books.ts';
import { insertChain, openDatabase } from '../support/database.ts';
import { expectConserved } from '../support/invariants.ts';
import { type RandomLedger, shuffledLedger } from '../support/ledger-arbitraries.ts';
import { transactions } from '../support/ledger-text.ts';
import {
  balanceIdsOf,
  brokenRows,
  insertEvent,
  link,
  marked,
  newShelf,
  readBooks,
  readFigures,
  type Shelf,
} from '../support/stored-ledger.ts';

const { pool, db, rows } = openDatabase();
const chain = await insertChain(pool);

/** A shelf on which events arrive one after the other. */
interface Desk {
  shelf: Shelf;
  /** What has arrived and counts, with the ids of the database. */
  arrived: Map<number, LedgerEvent>;
}

const dirty = ({ shelf }: Desk, { balanceId, timestamp }: LedgerEvent) => ({
  balance_id: String(shelf.balances.get(balanceId)?.id),
  since: new Date(timestamp).toISOString(),
});

const recalculate = ({ shelf }: Desk, ...events: LedgerEvent[]) =>
  db.transaction((tx) => {
    const ids = events.map(({ balanceId }) => BigInt(shelf.balances.get(balanceId)?.id));
    return recalculateBalances(tx, shelf.userId, marked(events.length === 0 ? balanceIdsOf(shelf) : ids));
  });

/** Keys are unique in a wallet, as importers make them; events keep the order that they would have without. */
const withKey = (event: LedgerEvent): LedgerEvent =>
  event.sourceKey === ''
    ? event
    : { ...event, sourceKey: `${event.sourceKey}:${String(event.id).padStart(3, '0')}` };

/** An event comes in, with a link to the other side of its transfer when that is there; balances are marked. */
const arrive = async (desk: Desk, event: LedgerEvent, all: readonly LedgerEvent[]): Promise<void> => {
  const { shelf, arrived } = desk;
  const id = await insertEvent(pool, shelf, event);
  const stored = { ...event, id, receivesFrom: null };
  const changes = [dirty(desk, stored)];
  arrived.set(event.id, stored);
  const receipt = all.find(({ receivesFrom }) => receivesFrom === event.id);
  const other = arrived.get(event.receivesFrom ?? receipt?.id ?? 0);
  if (other) {
    const [sent, received] = event.receivesFrom === null ? [stored, other] : [other, stored];
    received.receivesFrom = sent.id;
    await link(pool, sent.id, received.id);
    const timestamp = Math.min(sent.timestamp, received.timestamp);
    changes.push(dirty(desk, { ...sent, timestamp }), dirty(desk, { ...received, timestamp }));
  }
  await markDirty(db, changes);
};

const expectPure = async ({ shelf, arrived }: Desk): Promise<void> => {
  const stored = await readBooks(pool, shelf);
  const events = withArrivals([...arrived.values()]);
  expect(stored).toEqual(replayAll([...shelf.balances.keys()], events, shelf.scale));
  for (const book of stored.values()) expectConserved(book, shelf.scale);
  expect(await brokenRows(pool, shelf)).toEqual([]);
};

/** A replay of everything from the first transaction on leaves every figure as it is. */
const expectSettled = async (desk: Desk): Promise<void> => {
  const before = await readFigures(pool, desk.shelf);
  for (const { wallet_id } of desk.shelf.balances.values()) await markWalletDirty(db, BigInt(wallet_id));
  await recalculate(desk);
  expect(await readFigures(pool, desk.shelf)).toEqual(before);
};

const deskOf = async ({ balances, scale }: Omit<RandomLedger, 'events'>): Promise<Desk> => ({
  shelf: await newShelf(pool, chain, balances, scale),
  arrived: new Map(),
});

const arbitrary = shuffledLedger.map(({ ledger, shuffled }) => ({ ledger, shuffled: shuffled.map(withKey) }));

describe('incremental is full', () => {
  test('after every arrival, in any order of arrival', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ ledger, shuffled }) => {
        const desk = await deskOf(ledger);
        for (const event of shuffled) {
          await arrive(desk, event, shuffled);
          expect(await recalculate(desk, event)).not.toBeNull();
          await expectPure(desk);
        }
        await expectSettled(desk);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test('after arrivals in batches, whichever balance a message names first', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 2, max: 9 }), async ({ ledger, shuffled }, size) => {
        const desk = await deskOf(ledger);
        for (let start = 0; start < shuffled.length; start += size) {
          const batch = shuffled.slice(start, start + size);
          for (const event of batch) await arrive(desk, event, shuffled);
          for (const event of batch.toReversed()) await recalculate(desk, event);
          // The other sides of links that were made are marked too, and a message of their own would name them.
          await recalculate(desk);
          await expectPure(desk);
        }
        await expectSettled(desk);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  test.each([
    ['deleted', 'is_deleted = true'],
    ['cancelled', `status = 'cancelled'`],
    ['failed', `status = 'failed'`],
    ['pending', `status = 'pending'`],
  ])('after a transaction is %s', async (_, assignment) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.infiniteStream(fc.nat()), async ({ ledger, shuffled }, numbers) => {
        const desk = await deskOf(ledger);
        for (const event of shuffled) await arrive(desk, event, shuffled);
        await recalculate(desk);
        for (const number of numbers.take(4)) {
          const [key, gone] = [...desk.arrived][number % desk.arrived.size] ?? [];
          if (key === undefined || gone === undefined) break;
          await pool.query(`UPDATE transactions SET ${assignment} WHERE id = $1`, [gone.id]);
          desk.arrived.delete(key);
          const receipts = [...desk.arrived.values()].filter(({ receivesFrom }) => receivesFrom === gone.id);
          for (const receipt of receipts) receipt.receivesFrom = null;
          // What does not arrive any more was no fee of the network either.
          const sendings = [...desk.arrived.values()].filter(({ id }) => id === gone.receivesFrom);
          const changed = [gone, ...receipts, ...sendings];
          await markDirty(
            db,
            changed.map((event) => dirty(desk, event)),
          );
          await recalculate(desk, ...changed);
          await expectPure(desk);
        }
        await expectSettled(desk);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

describe('what is missing', () => {
  const write = async (text: string, balances: readonly number[], decimals = 18): Promise<Desk> => {
    const desk = await deskOf({ balances: [...balances], scale: scaleOf(decimals) });
    const events = transactions(text, decimals);
    for (const event of events) {
      await arrive(desk, event, events);
      await recalculate(desk, event);
    }
    await expectPure(desk);
    await expectSettled(desk);
    return desk;
  };

  const balanceOf = async (desk: Desk, number = 1) => {
    const [row] = await rows('SELECT * FROM balances WHERE id = $1', [desk.shelf.balances.get(number)?.id]);
    return row ?? {};
  };

  test('a shortfall is stored, with its slice of no lot, and healed by what arrives late', async () => {
    const desk = await write('A: buy 2 @ 10 on 2020-01-02\nA: sell 3 @ 15 on 2020-01-03', [1]);
    expect(await balanceOf(desk)).toMatchObject({
      ...{ raw_amount: '0', shortfall_raw_amount: '1000000000000000000', unknown_slices: '1' },
      ...{ realized_pnl_usd: '10', unknown_cost_proceeds_usd: '15', total_sell_value_usd: '45' },
    });
    const [late] = transactions('A: buy 1 @ 12 on 2020-01-01').map((event) => ({ ...event, id: 99 }));
    if (!late) throw new Error('no event');
    await arrive(desk, late, []);
    await recalculate(desk, late);
    await expectPure(desk);
    expect(await balanceOf(desk)).toMatchObject({
      ...{ shortfall_raw_amount: '0', unknown_slices: '0', realized_pnl_usd: '13' },
      ...{ unknown_cost_proceeds_usd: '0', cost_basis_usd: '0' },
    });
  });

  test('an unknown basis is carried over an own transfer, and becomes known with a price', async () => {
    const text = `A: in 5 on 2020-01-01
                  A: out 3 on 2020-01-02
                  B: in 3 from #2
                  B: sell 1 @ 7 on 2020-01-03`;
    const desk = await write(text, [1, 2], 6);
    const unknown = { raw_amount: '2000000', unknown_basis_raw_amount: '2000000', cost_basis_usd: '0' };
    expect(await balanceOf(desk, 1)).toMatchObject(unknown);
    expect(await balanceOf(desk, 2)).toMatchObject({
      ...unknown,
      ...{ realized_pnl_usd: '0', unknown_cost_proceeds_usd: '7', unknown_slices: '1' },
    });
    const first = desk.arrived.get(1);
    if (!first) throw new Error('no event');
    await pool.query('UPDATE transactions SET price_usd = 2 WHERE id = $1', [first.id]);
    desk.arrived.set(1, { ...first, price: 2n * 10n ** 18n });
    await markDirty(db, [dirty(desk, first)]);
    await recalculate(desk, first);
    await expectPure(desk);
    expect(await balanceOf(desk, 2)).toMatchObject({
      ...{ unknown_basis_raw_amount: '0', cost_basis_usd: '4', realized_pnl_usd: '5', unknown_slices: '0' },
    });
  });

  test('links that the product makes by hash carry lots as links by hand do', async () => {
    const text = `A: buy 1 @ 1000 on 2020-05-01
                  A: buy 1 @ 3000 on 2021-05-01
                  A: out 1.5 on 2022-05-01
                  B: in 1.5
                  B: sell 1.5 @ 4000 on 2022-05-02`;
    const desk = await deskOf({ balances: [1, 2], scale: scaleOf(18) });
    for (const event of transactions(text).toReversed()) await arrive(desk, event, []);
    await recalculate(desk);
    const [sent, received] = [desk.arrived.get(3), desk.arrived.get(4)];
    if (!sent || !received) throw new Error('no transfer');
    const hash = `0x${sent.id}`;
    await pool.query('UPDATE transactions SET transaction_hash = $1 WHERE id = ANY($2)', [
      hash,
      [sent.id, received.id],
    ]);
    await markDirty(db, await linkOwnTransfers(db, desk.shelf.userId, [hash]));
    received.receivesFrom = sent.id;
    await recalculate(desk, received);
    await expectPure(desk);
    expect(await balanceOf(desk, 2)).toMatchObject({ realized_pnl_usd: '3500', raw_amount: '0' });
    expect(await balanceOf(desk, 1)).toMatchObject({ cost_basis_usd: '1500', dirty_since: null });
  });
});

describe('what needs no work', () => {
  const deskWith = async (text: string, decimals: number): Promise<Desk> => {
    const desk = await deskOf({ balances: [1], scale: scaleOf(decimals) });
    for (const event of transactions(text, decimals)) await arrive(desk, event, []);
    return desk;
  };

  test('a current balance is left alone, however often a message names it', async () => {
    const desk = await deskWith('A: buy 3 @ 1', 0);
    await recalculate(desk);
    const version = () =>
      rows('SELECT version, updated_at FROM balances WHERE user_id = $1', [desk.shelf.userId]);
    const before = await version();
    for (let time = 0; time < 3; time += 1) expect(await recalculate(desk)).toEqual([]);
    expect(await version()).toEqual(before);
  });

  test('a replay longer than the limit is left alone altogether', async () => {
    const desk = await deskWith('A: buy 3 @ 1\nA: sell 1 @ 2\nA: sell 1 @ 3', 2);
    const within = (limit: number) =>
      db.transaction((tx) =>
        recalculateBalances(tx, desk.shelf.userId, marked(balanceIdsOf(desk.shelf)), { limit }),
      );
    expect(await within(2)).toBeNull();
    expect(await rows('SELECT FROM lots WHERE user_id = $1', [desk.shelf.userId])).toEqual([]);
    expect(await within(3)).toHaveLength(1);
    await expectPure(desk);
  });
});
