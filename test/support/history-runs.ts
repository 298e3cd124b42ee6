/** A history of some days that is lived through hour by hour, with schedules that come as they should or as they like. */
import fc from 'fast-check';
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { ScheduledType } from '#shared/domain/snapshot.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { recomputeHistory } from '#shared/usecases/recompute-history.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import { insert, insertChain, insertPriceAt, rowsOf } from './database.ts';
import { arrive, type Desk, newDesk, randomHistory } from './histories.ts';
import type { RandomLedger } from './ledger-arbitraries.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;

/** Two days around a Sunday that is the first of a month; they end at midnight. */
export const begin = Date.UTC(2024, 7, 31);
const hours = 48;
export const end = begin + hours * hourMs;

/** Random ledgers have 40 days between steps: here it is an hour. */
const firstEvent = begin + 8 * hourMs;
const ledgerStart = Date.UTC(2019, 1, 27);
const compressed = (event: LedgerEvent): LedgerEvent => ({
  ...event,
  timestamp: firstEvent + Math.floor((event.timestamp - ledgerStart) / 960),
});

/** A price that a source had, or a user's own for some hours. */
interface RandomPrice {
  minute: number;
  price: number;
  isDisputed: boolean;
  /** For how many hours it is the user's own; 0 for that of a source. */
  own: number;
}

const prices: fc.Arbitrary<RandomPrice[]> = fc.uniqueArray(
  fc.record({
    minute: fc.oneof(
      fc.nat({ max: hours * 60 }),
      fc.nat({ max: hours }).map((hour) => hour * 60),
    ),
    price: fc.nat({ max: 5000 }),
    isDisputed: fc.constantFrom(false, false, false, true),
    own: fc.constant(0),
  }),
  { maxLength: 25, selector: ({ minute }) => minute },
);

const ownPrice = fc.option(
  fc.record({
    minute: fc.nat({ max: hours * 60 }),
    price: fc.nat({ max: 5000 }),
    isDisputed: fc.constant(false),
    own: fc.integer({ min: 1, max: 20 }),
  }),
);

/** When an hourly schedule is delivered, by hours after it was due: not at all, late, twice. */
const deliveries = fc.constantFrom<number[]>([0], [0], [0, 0], [0, 3], [1], [2, 2], [5], []);

export interface LivedHistory {
  ledger: RandomLedger;
  prices: RandomPrice[];
  /** By how many hours each event is told late. */
  delays: number[];
  /** By hour of the hourly schedule, and of the daily one. */
  hourly: number[][];
  daily: number[][];
  /** Hours in which history is recomputed. */
  recomputed: boolean[];
}

export const livedHistory: fc.Arbitrary<LivedHistory> = fc.record({
  ledger: randomHistory.map((ledger) => ({ ...ledger, events: ledger.events.map(compressed) })),
  prices: fc.tuple(prices, ownPrice).map(([fed, own]) => (own ? [...fed, own] : fed)),
  delays: fc.array(fc.constantFrom(0, 0, 0, 1, 4, 17, 100), { minLength: 70, maxLength: 70 }),
  hourly: fc.array(deliveries, { minLength: hours + 1, maxLength: hours + 1 }),
  daily: fc.array(deliveries, { minLength: 3, maxLength: 3 }),
  recomputed: fc.array(fc.boolean(), { minLength: hours + 1, maxLength: hours + 1 }),
});

/** The same, with nothing late, missed or twice. */
export const calm = (history: LivedHistory): LivedHistory => ({
  ...history,
  delays: history.delays.map(() => 0),
  hourly: history.hourly.map(() => [0]),
  daily: history.daily.map(() => [0]),
  recomputed: history.recomputed.map(() => true),
});

const feed = async (pool: pg.Pool, desk: Desk, given: readonly RandomPrice[]): Promise<void> => {
  for (const { minute, price, isDisputed, own } of given) {
    const at = begin + minute * minuteMs;
    const { token, userId } = desk.shelf;
    await (own > 0
      ? insert(pool, 'price_overrides', {
          ...{ token_id: token.id, price_usd: price, user_id: String(userId) },
          ...{ valid_from: new Date(at), valid_to: new Date(at + own * hourMs) },
        })
      : insertPriceAt(pool, token, new Date(at), price, { is_disputed: isDisputed }));
  }
};

/** Deliveries that fall into an hour: of which hour's schedule, the earlier first or the later. */
const due = (plans: readonly number[][], hour: number): number[] =>
  plans.flatMap((late, of) => late.filter((by) => of + by === hour).map(() => of));

/** Lives through it, and looks after everything once more in the end. */
export const live = async (pool: pg.Pool, history: LivedHistory): Promise<Desk> => {
  const db = createDb(pool);
  await pool.query(`TRUNCATE balances_history, nft_balances_history, cex_balances_history, token_prices`);
  await pool.query(`TRUNCATE snapshot_runs, balance_highs, price_overrides`);
  await pool.query(`UPDATE balances SET is_deleted = true, history_dirty_since = NULL`);
  const desk = await newDesk(pool, await insertChain(pool), history.ledger);
  const take = (type: ScheduledType, at: number) =>
    takeSnapshot(db, type, { at: new Date(at), now: new Date(at) });
  const told = history.ledger.events.map((event, place) => ({
    event,
    hour: Math.min(hours, Math.ceil((event.timestamp - begin) / hourMs) + (history.delays[place] ?? 0)),
  }));
  for (let hour = 0; hour <= hours; hour += 1) {
    const now = begin + hour * hourMs;
    await feed(
      pool,
      desk,
      history.prices.filter(({ minute }) => Math.ceil(minute / 60) === hour),
    );
    const news = told.filter((one) => one.hour === hour).map(({ event }) => event);
    for (const uuid of await arrive(pool, desk, news, history.ledger)) await handleRecalculation(db, uuid);
    // The very first come in time: nothing tells of what was missed before.
    const isFirst = hour === 0;
    const hourly = isFirst ? [0] : due(history.hourly, hour).reverse();
    for (const of of hourly) await take('hourly', begin + of * hourMs + 5 * minuteMs);
    if (isFirst) await take('daily', begin + 15 * minuteMs);
    for (const of of due(
      history.daily.map((late) => late.map((by) => by)),
      hour - 24,
    ))
      if (of === 0) await take('daily', begin + 24 * hourMs + 15 * minuteMs);
    if (hour === 26) for (const type of ['weekly', 'monthly'] as const) await take(type, now);
    if (history.recomputed[hour]) await recomputeHistory(db, new Date(now + 6 * minuteMs));
  }
  await take('hourly', end + 5 * minuteMs);
  await take('daily', end + 15 * minuteMs);
  await recomputeHistory(db, new Date(end + 16 * minuteMs));
  return desk;
};

const numbered = (desk: Desk): Map<string, number> =>
  new Map([...desk.shelf.balances].map(([number, { id }]) => [String(id), number]));

/** A row of history as it is the same in every run. */
export interface LivedRow {
  balance: number;
  code: number;
  at: number;
  flags: number;
  amount: string;
  price: string | null;
  cost: string | null;
  realized: string;
}

export const rowsIn = async (pool: pg.Pool, desk: Desk): Promise<LivedRow[]> => {
  const numbers = numbered(desk);
  const rows = await rowsOf(
    pool,
    `SELECT (id / 8)::text AS balance, (id % 8)::int AS code, snapshot_date, flags, trim_scale(amount)::text AS amount,
       trim_scale(price_usd)::text AS price, trim_scale(cost_basis_usd)::text AS cost,
       trim_scale(realized_pnl_usd)::text AS realized
     FROM balances_history ORDER BY snapshot_date, id`,
  );
  return rows.map(({ balance, snapshot_date, ...row }) => ({
    ...(row as Omit<LivedRow, 'balance' | 'at'>),
    balance: numbers.get(balance) ?? 0,
    at: snapshot_date.getTime(),
  }));
};

/** What else snapshots leave behind: which were taken, and the highest values. */
export const tracesIn = async (pool: pg.Pool, desk: Desk): Promise<unknown[]> => {
  const numbers = numbered(desk);
  const runs = await rowsOf(
    pool,
    'SELECT snapshot_date, snapshot_type, shard FROM snapshot_runs ORDER BY 2, 1, 3',
  );
  const highs = await rowsOf(
    pool,
    'SELECT balance_id, trim_scale(high_usd) AS high, high_at FROM balance_highs',
  );
  const byNumber = highs.map(({ balance_id, ...high }) => ({ balance: numbers.get(balance_id), ...high }));
  return [...runs, ...byNumber.sort((left, right) => Number(left.balance) - Number(right.balance))];
};
