/**
 * Methods and named lots against the real tables: whatever is chosen, changed, named and entered in whatever order, what is
 * stored is what the pure engine says of the whole, bit by bit.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { markDirty } from '#shared/adapters/db/balance-writes.ts';
import { methodColumns, type ShownMethod } from '#shared/adapters/db/method-plans.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { type MethodPlan, methods, planOf } from '#shared/domain/method.ts';
import { changePortfolio } from '#shared/usecases/change-portfolio.ts';
import { createPortfolio } from '#shared/usecases/create-portfolio.ts';
import { nameLots, unnameLots } from '#shared/usecases/name-lots.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import { replayAll, withArrivals } from '../support/books.ts';
import { insertChain, openDatabase } from '../support/database.ts';
import { type RandomLedger, shuffledLedger } from '../support/ledger-arbitraries.ts';
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

vi.hoisted(() => {
  process.env.INLINE_REPLAY_LIMIT = '10000';
});

const { pool, db, rows } = openDatabase();
const chain = await insertChain(pool);

/** A shelf, what is on it, and what the user has said of it. */
interface Desk {
  shelf: Shelf;
  /** By the numbers that events have of their own. */
  arrived: Map<number, LedgerEvent>;
  plans: Map<number, MethodPlan>;
  portfolios: Map<number, string>;
}

const caller = ({ shelf: { userId, userUuid } }: Desk) => ({ userId, userUuid });
const heedless = () => undefined;

const deskOf = async ({ balances, scale }: RandomLedger): Promise<Desk> => {
  const shelf = await newShelf(pool, chain, balances, scale);
  const desk: Desk = { shelf, arrived: new Map(), plans: new Map(), portfolios: new Map() };
  for (const [number, { wallet_id }] of shelf.balances) {
    const [wallet] = await rows('SELECT uuid FROM wallets WHERE id = $1', [wallet_id]);
    const portfolio = { name: randomUUID(), description: null, cost_basis_method: 'FIFO' as const };
    const { uuid } = await db.transaction((tx) =>
      createPortfolio({ db: tx, announced: [] }, caller(desk), {
        ...portfolio,
        wallet_uuids: [wallet?.uuid],
      }),
    );
    desk.portfolios.set(number, uuid);
  }
  return desk;
};

/** Events come in, with links to the other sides of their transfers, and their balances are replayed. */
const arrive = async ({ shelf, arrived }: Desk, events: readonly LedgerEvent[]): Promise<void> => {
  const since = new Map<string, number>();
  for (const event of events) {
    const sourceKey = event.sourceKey === '' ? '' : `${event.sourceKey}:${String(event.id).padStart(3, '0')}`;
    const keyed = { ...event, sourceKey, receivesFrom: null };
    arrived.set(event.id, { ...keyed, id: await insertEvent(pool, shelf, keyed) });
  }
  for (const event of events) {
    const [sent, received] = [arrived.get(event.receivesFrom ?? -1), arrived.get(event.id)];
    if (sent && received) {
      received.receivesFrom = sent.id;
      await link(pool, sent.id, received.id);
    }
    for (const side of [sent, received]) {
      if (!side) continue;
      const id = String(shelf.balances.get(side.balanceId)?.id);
      since.set(
        id,
        Math.min(since.get(id) ?? Infinity, side.timestamp, (sent ?? side).timestamp, event.timestamp),
      );
    }
  }
  const changes = [...since].map(([balance_id, at]) => ({ balance_id, since: new Date(at).toISOString() }));
  await markDirty(db, changes);
  await db.transaction((tx) => recalculateBalances(tx, shelf.userId, marked(balanceIdsOf(shelf))));
};

const choose = async (desk: Desk, number: number, cost_basis_method: ShownMethod): Promise<void> => {
  const portfolio_uuid = desk.portfolios.get(number) ?? '';
  await db.transaction((tx) =>
    changePortfolio({ db: tx, announced: [] }, caller(desk), { portfolio_uuid, cost_basis_method }, heedless),
  );
  const { costBasisMethod, costBasisYears } = methodColumns(cost_basis_method);
  desk.plans.set(number, planOf(costBasisMethod, costBasisYears));
};

const uuidOf = async ({ id }: LedgerEvent): Promise<string> =>
  (await rows('SELECT uuid FROM transactions WHERE id = $1', [id]))[0]?.uuid;

const isAcquisition = ({ type }: LedgerEvent) => type === 'BUY' || type === 'TRANSFER_IN';

/** Names a lot of some disposal, if there is any; tells whether that was taken. */
const name = async (desk: Desk, seed: number): Promise<boolean> => {
  const all = [...desk.arrived.values()];
  const disposals = all.filter((event) => !isAcquisition(event));
  const disposal = disposals[seed % disposals.length];
  if (!disposal) return false;
  const lots = all.filter(
    (event) =>
      isAcquisition(event) && event.balanceId === disposal.balanceId && event.timestamp <= disposal.timestamp,
  );
  const lot = lots[seed % lots.length];
  if (!lot) return false;
  const least = lot.quantity < disposal.quantity ? lot.quantity : disposal.quantity;
  const quantity = seed % 2 === 0 ? least : (least + 1n) / 2n;
  const [uuid, transaction_uuid] = [await uuidOf(disposal), await uuidOf(lot)];
  const named = [{ transaction_uuid, raw_amount: String(quantity) }];
  const refused = await db
    .transaction((tx) => nameLots(tx, desk.shelf.userId, { uuid, named }, heedless))
    .then(({ lot_selections }) => {
      expect(lot_selections[0]?.taken_amount).toBe(lot_selections[0]?.amount);
      return false;
    })
    .catch((error: { type?: string }) => {
      if (error.type !== 'BadRequestException') throw error;
      return true;
    });
  if (!refused) disposal.selections = [{ transactionId: lot.id, acquiredAt: null, quantity }];
  return !refused;
};

const unname = async (desk: Desk): Promise<void> => {
  const naming = [...desk.arrived.values()].find(({ selections }) => selections !== null);
  if (!naming) return;
  const uuid = await uuidOf(naming);
  await db.transaction((tx) => unnameLots({ db: tx, announced: [] }, caller(desk), uuid, heedless));
  naming.selections = null;
};

const expectPure = async ({ shelf, arrived, plans }: Desk): Promise<void> => {
  const events = withArrivals([...arrived.values()]);
  const pure = replayAll([...shelf.balances.keys()], events, shelf.scale, { plans });
  expect(await readBooks(pool, shelf)).toEqual(pure);
  expect(await brokenRows(pool, shelf)).toEqual([]);
};

const method = fc.constantFrom(...methods);
const shownMethod: fc.Arbitrary<ShownMethod> = fc.oneof(
  method,
  fc
    .tuple(method, fc.dictionary(fc.constantFrom('2019', '2020', '2021', '2022'), method))
    .map(([usual, years]) => ({ ...years, default: usual })),
);

const act = fc.oneof(
  fc.record({ kind: fc.constant('choose' as const), number: fc.nat(), method: shownMethod }),
  fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('name' as const), seed: fc.nat() }),
  fc.record({ kind: fc.constant('unname' as const) }),
);

test('after every choice, arrival and naming, in any order', { timeout: 180_000 }, async () => {
  let named = 0;
  await fc.assert(
    fc.asyncProperty(
      shuffledLedger,
      fc.array(act, { minLength: 8, maxLength: 14, size: 'max' }),
      async ({ ledger, shuffled }, acts) => {
        const desk = await deskOf(ledger);
        // Both sides of a transfer come together.
        const pending = Map.groupBy(shuffled, ({ id, receivesFrom }) => receivesFrom ?? id);
        const next = (count: number) =>
          [...pending.keys()].slice(0, count).flatMap((key) => {
            const events = pending.get(key) ?? [];
            pending.delete(key);
            return events;
          });
        await arrive(desk, next(Math.ceil(pending.size / 2)));
        for (const one of acts) {
          if (one.kind === 'choose') {
            await choose(desk, (one.number % ledger.balances.length) + 1, one.method);
          } else if (one.kind === 'arrive') await arrive(desk, next(one.count));
          else if (one.kind === 'unname') await unname(desk);
          else if (await name(desk, one.seed)) named += 1;
          await expectPure(desk);
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
  // The test is of nothing where all is refused.
  expect(named).toBeGreaterThan(5);
});

test('a plan that is changed and changed back gives the same bits', async () => {
  await fc.assert(
    fc.asyncProperty(shuffledLedger, shownMethod, shownMethod, async ({ ledger, shuffled }, one, other) => {
      const desk = await deskOf(ledger);
      await arrive(desk, shuffled);
      const chooseAll = async (chosen: ShownMethod) => {
        for (const number of ledger.balances) await choose(desk, number, chosen);
        return readFigures(pool, desk.shelf);
      };
      const first = await chooseAll(one);
      await chooseAll(other);
      expect(await chooseAll(one)).toEqual(first);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
