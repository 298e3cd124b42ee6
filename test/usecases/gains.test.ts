/** Reports over random ledgers, asked of the real tables: totals are their rows', the balances', and the engine's. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Db } from '#shared/adapters/db/client.ts';
import { difference, formatUnits, sum } from '#shared/domain/decimal.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { type Method, methods } from '#shared/domain/method.ts';
import { compareMethods } from '#shared/usecases/compare-methods.ts';
import { pageReport, storeReport } from '#shared/usecases/gain-report.ts';
import { recalculateBalances } from '#shared/usecases/recalculate-balances.ts';
import { verifyReport } from '#shared/usecases/verify-report.ts';
import { insert, insertChain, openDatabase } from '../support/database.ts';
import { randomLedger } from '../support/ledger-arbitraries.ts';
import {
  balanceIdsOf,
  insertEvent,
  link,
  marked,
  newShelf,
  readBooks,
  type Shelf,
} from '../support/stored-ledger.ts';

const { pool, db, rows } = openDatabase();
const chain = await insertChain(pool);

const all = { wallet: null, portfolio: null };

/** Writes a ledger with its links, kept by a method, and replays it. */
const shelve = async (
  { balances, scale, events }: { balances: number[]; scale: Shelf['scale']; events: readonly LedgerEvent[] },
  method: Method,
): Promise<Shelf & { portfolio: string }> => {
  const shelf = await newShelf(pool, chain, balances, scale);
  const user_id = String(shelf.userId);
  const portfolio = await insert(pool, 'portfolios', { user_id, name: 'All', cost_basis_method: method });
  for (const { wallet_id } of shelf.balances.values()) {
    await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id });
  }
  const ids = new Map<number, number>();
  for (const [place, event] of events.entries()) {
    // Keys are unique in a wallet, as importers make them.
    const sourceKey = event.sourceKey === '' ? '' : `${event.sourceKey}:${String(place).padStart(3, '0')}`;
    ids.set(event.id, await insertEvent(pool, shelf, { ...event, sourceKey }));
  }
  for (const { id, receivesFrom } of events) {
    const [sent, received] = [ids.get(receivesFrom ?? 0), ids.get(id)];
    if (sent !== undefined && received !== undefined) await link(pool, sent, received);
  }
  await pool.query(`UPDATE balances SET dirty_since = '-infinity' WHERE user_id = $1`, [user_id]);
  await db.transaction((tx) => recalculateBalances(tx, shelf.userId, marked(balanceIdsOf(shelf))));
  return { ...shelf, portfolio: portfolio.uuid };
};

const yearsOf = async ({ userId }: Shelf): Promise<number[]> =>
  (
    await rows(
      `SELECT DISTINCT extract(year FROM disposed_at AT TIME ZONE 'UTC')::int AS year FROM lot_matches
       WHERE user_id = $1 ORDER BY 1`,
      [String(userId)],
    )
  ).map(({ year }) => year);

const everyRow = async (userId: bigint, year: number) => {
  const items: Awaited<ReturnType<typeof pageReport>>['items'] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const page = await pageReport(db, userId, { ...all, year, limit: 3, cursor });
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
};

const inTransaction = <T>(work: (tx: Db) => Promise<T>): Promise<T> => db.transaction(work);

const drawn = fc.tuple(randomLedger, fc.constantFrom(...methods));

describe('reports', () => {
  test('add up to their rows, and over all years to the gains of the balances', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ([ledger, method]) => {
        const shelf = await shelve(ledger, method);
        const years = await yearsOf(shelf);
        const reports = [];
        for (const year of years) {
          const items = await everyRow(shelf.userId, year);
          const { totals } = await pageReport(db, shelf.userId, { ...all, year, limit: 1 });
          const added = (key: 'gain_usd' | 'gain_usd_min' | 'gain_usd_max' | 'proceeds_usd') =>
            sum(items.map((item) => item[key] ?? '0'));
          expect(totals).toMatchObject({
            rows: items.length,
            unknown_cost: items.filter(({ cost_usd }) => cost_usd === null).length,
            unknown_proceeds: items.filter(({ proceeds_usd }) => proceeds_usd === null).length,
            proceeds_usd: added('proceeds_usd'),
            gain_usd: added('gain_usd'),
            gain_usd_min: added('gain_usd_min'),
            gain_usd_max: added('gain_usd_max'),
          });
          expect(new Set(items.map(({ uuid }) => uuid)).size).toBe(items.length);
          expect(difference(totals.gain_usd, totals.short_term.gain_usd)).toBe(totals.long_term.gain_usd);
          reports.push(totals);
        }
        const books = [...(await readBooks(pool, shelf)).values()];
        const usd = (units: bigint) => formatUnits(units, shelf.scale.moneyPlaces);
        expect(sum(reports.map(({ gain_usd }) => gain_usd))).toBe(
          sum(books.map(({ totals }) => usd(totals.realized))),
        );
        expect(
          sum(reports.map(({ gain_usd_min, gain_usd_max }) => difference(gain_usd_max, gain_usd_min))),
        ).toBe(
          sum(
            books
              .flatMap(({ matches }) => matches)
              .map(({ kind, cost, proceeds }) => {
                const isOpen = (kind === 'SELL' || kind === 'FEE') && cost === null && proceeds !== null;
                return isOpen ? usd(proceeds < 0n ? -proceeds : proceeds) : '0';
              }),
          ),
        );
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  test('are what a replay in memory gives: verified as equal, and the first of a comparison', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async ([ledger, method]) => {
        const shelf = await shelve(ledger, method);
        const { userId, portfolio } = shelf;
        for (const year of await yearsOf(shelf)) {
          const { totals } = await pageReport(db, userId, { ...all, year, limit: 1 });
          const { uuid } = await inTransaction((tx) => storeReport(tx, userId, { ...all, year }));
          const verified = await inTransaction((tx) => verifyReport(tx, userId, { uuid }));
          expect(verified).toMatchObject({ equal: true });
          const { results } = await inTransaction((tx) =>
            compareMethods(tx, userId, { wallet: null, portfolio, year }),
          );
          expect(results[0]?.totals).toEqual(totals);
          // The method that it is kept by anyway is no other.
          const own = results.find((result) => result.method === method);
          expect({ ...own, method: null }).toEqual(results[0]);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });
});
