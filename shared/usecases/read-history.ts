import { requireBalance } from '#shared/adapters/db/balances.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  type Holding,
  holdingsAt,
  holdingsAtTransactions,
  noHolding,
  unknownHolding,
} from '#shared/adapters/db/history-holdings.ts';
import {
  type Figures,
  type Moment,
  noSums,
  type Sums,
  sumsAt,
  unknownSums,
} from '#shared/adapters/db/history-points.ts';
import { type HistoryBalance, type HistoryOf, historyBalances } from '#shared/adapters/db/history-scope.ts';
import { gridBetween, gridFloor, gridStep, type Interval } from '#shared/domain/history-grid.ts';
import { badRequest } from '#shared/errors.ts';
import { keptSince } from './kept-since.ts';
import { type Instant, knownInstants } from './known-instants.ts';

const dayMs = 86_400_000;

/** The longest that one request may look through, in days: some thousand points, or a lifetime. */
const longestDays = { hour: 366, day: 3_660, week: 36_600, month: 36_600, transaction: 36_600 } as const;

/** A gap is filled with a point that is at most so many intervals old. */
const furthestCarried = 1_000;

/** What a caller asks for; moments as ISO 8601. */
export interface HistoryQuery<I extends string = Interval> {
  from?: string | undefined;
  to?: string | undefined;
  as_of?: string | undefined;
  interval: I;
  fill: 'none' | 'previous';
  limit: number;
  cursor?: string | undefined;
}

interface Mark {
  at: string;
  complete: boolean;
  realized_complete: boolean;
  carried: boolean;
  filled: boolean;
}

/** What is read of each instant, and what it is where there is no row, or no snapshot. */
interface Reading<T extends Figures> {
  at: (moments: readonly Moment[]) => Promise<Map<number, T>>;
  nothing: T;
  unknown: T;
  isComplete: (figures: T) => boolean;
}

const iso = (at: number) => new Date(at).toISOString();

/** @throws BadRequestException when the range ends before it begins, or is too long for its interval */
const rangeOf = ({ from, to, cursor, interval }: HistoryQuery<keyof typeof longestDays>, now: Date) => {
  const end = to ? new Date(to) : now;
  const start = from ? new Date(from) : new Date(Math.max(end.getTime() - 30 * dayMs, 0));
  if (start > end) throw badRequest('from: expected a time before `to`');
  const longest = longestDays[interval];
  if (end.getTime() - start.getTime() > longest * dayMs) {
    throw badRequest(
      `from: expected at most ${longest} days before \`to\` by ${interval}: ask for less, or by a longer interval`,
    );
  }
  return { from: cursor ?? start.toISOString(), to: end < now ? end : now };
};

/** The instants of a page, in milliseconds, and one more where there are more. */
const instantsOf = (query: HistoryQuery, now: Date): number[] => {
  if (query.as_of !== undefined) {
    return [gridFloor(Math.min(Date.parse(query.as_of), now.getTime()), query.interval)];
  }
  const { from, to } = rangeOf(query, now);
  return gridBetween(Date.parse(from), to.getTime(), query.interval, query.limit + 1);
};

/** The last known instant before a page that begins with a gap. */
const knownBefore = async (
  db: Db,
  balances: readonly HistoryBalance[],
  first: number,
  { interval, now }: { interval: Interval; now: Date },
): Promise<Instant | undefined> => {
  const earliest = gridStep(first, interval, -furthestCarried);
  const earlier = gridBetween(Math.max(earliest, 0), first - 1, interval, furthestCarried);
  return (await knownInstants(db, balances, earlier, { interval, now })).findLast(({ isGap }) => !isGap);
};

/** For each instant the known one that speaks for it: itself, or in a gap the last one before, if that is wanted. */
const sources = (
  instants: readonly Instant[],
  { interval, isCarrying, before }: { interval: Interval; isCarrying: boolean; before: Instant | undefined },
): (Instant | undefined)[] => {
  let last = before;
  return instants.map((instant) => {
    if (!instant.isGap) {
      last = instant;
      return instant;
    }
    const isNear = last && gridStep(last.at, interval, furthestCarried) >= instant.at;
    return isCarrying && isNear ? last : undefined;
  });
};

const changedSince = (balances: readonly HistoryBalance[]): number =>
  Math.min(...balances.map(({ changedSince }) => changedSince ?? Number.POSITIVE_INFINITY));

const pointsAt = async <T extends Figures>(
  db: Db,
  balances: readonly HistoryBalance[],
  instants: readonly number[],
  { query, now, read }: { query: Pick<HistoryQuery, 'interval' | 'fill'>; now: Date; read: Reading<T> },
): Promise<(T & Mark)[]> => {
  const { interval } = query;
  const known = await knownInstants(db, balances, instants, { interval, now });
  const isCarrying = query.fill === 'previous';
  const [first] = known;
  const before =
    isCarrying && first?.isGap ? await knownBefore(db, balances, first.at, { interval, now }) : undefined;
  const speaking = sources(known, { interval, isCarrying, before });
  const wanted = new Set(speaking.flatMap((source) => (source ? [source] : [])));
  const figures = await read.at([...wanted]);
  const since = changedSince(balances);
  const uncertain = Math.min(...balances.map(({ uncertainSince }) => uncertainSince));
  return known.map(({ at, isGap, isFilled }, place) => {
    const source = speaking[place];
    const shown = source ? (figures.get(source.at) ?? read.nothing) : read.unknown;
    return {
      at: iso(at),
      ...shown,
      complete: !isGap && at < since && read.isComplete(shown),
      realized_complete: source !== undefined && source.at < uncertain,
      carried: isGap && source !== undefined,
      filled: !isGap && isFilled,
    };
  });
};

/** Reads sums: they are complete when all that should be in them has a price. */
const sumsOf = (db: Db, balances: readonly HistoryBalance[]): Reading<Sums> => ({
  at: (moments) => sumsAt(db, balances, moments),
  nothing: noSums,
  unknown: unknownSums,
  isComplete: ({ unpriced, disputed }) => unpriced === 0 && disputed === 0,
});

const page = async <T extends Figures>(
  db: Db,
  balances: readonly HistoryBalance[],
  { query, now, read }: { query: HistoryQuery; now: Date; read: Reading<T> },
) => {
  const instants = instantsOf(query, now);
  const shown = query.as_of === undefined ? instants.slice(0, query.limit) : instants;
  const next = instants[shown.length];
  return {
    items: await pointsAt(db, balances, shown, { query, now, read }),
    next_cursor: next === undefined ? null : iso(next),
  };
};

/**
 * A page of the history of a wallet, a portfolio, or all that a user has.
 *
 * @throws BadRequestException when the range makes no sense
 */
export const pageSums = async (db: Db, userId: bigint, of: HistoryOf, query: HistoryQuery, now: Date) => {
  const balances = await historyBalances(db, userId, of);
  return page(db, balances, { query, now, read: sumsOf(db, balances) });
};

/** Every point of a range of a history, however many: for what is drawn of them. */
export const allSums = async (
  db: Db,
  userId: bigint,
  of: HistoryOf,
  { from, to, interval, now }: { from: Date; to: Date; interval: Interval; now: Date },
) => {
  const balances = await historyBalances(db, userId, of);
  const instants = gridBetween(from.getTime(), to.getTime(), interval, Number.POSITIVE_INFINITY);
  return pointsAt(db, balances, instants, {
    query: { interval, fill: 'none' },
    now,
    read: sumsOf(db, balances),
  });
};

const atTransactions = async (
  db: Db,
  userId: bigint,
  balance: HistoryBalance,
  { query, now }: { query: HistoryQuery<'transaction'>; now: Date },
) => {
  const { limit } = query;
  const range = rangeOf(query, now);
  const rows = await holdingsAtTransactions(
    db,
    { userId, id: balance.id },
    {
      from: range.from,
      to: range.to.toISOString(),
      most: limit + 1,
    },
  );
  const since = balance.changedSince ?? Number.POSITIVE_INFINITY;
  const kept = Number(keptSince(now).daily ?? 0);
  const items = rows.slice(0, limit).map(({ at, holding }) => {
    const moment = Date.parse(at);
    const isKnown = holding !== null || (moment < since && moment >= kept);
    const shown = holding ?? (isKnown ? noHolding : unknownHolding);
    const isComplete = isKnown && moment < since && isPriced(shown);
    return {
      ...{ at: iso(moment), ...shown, complete: isComplete, carried: false, filled: false },
      realized_complete: isKnown && moment < balance.uncertainSince,
    };
  });
  return { items, next_cursor: rows[limit]?.at ?? null };
};

const isPriced = ({ amount, price_state }: Holding): boolean =>
  amount === '0' || (price_state !== 'none' && price_state !== 'disputed');

const isGridQuery = (query: HistoryQuery<Interval | 'transaction'>): query is HistoryQuery =>
  query.interval !== 'transaction';

/**
 * A page of the history of a balance.
 *
 * @throws BalanceError when there is no such balance, or it is another's
 * @throws BadRequestException when the range makes no sense
 */
export const pageBalanceHistory = async (
  db: Db,
  userId: bigint,
  uuid: string,
  query: HistoryQuery<Interval | 'transaction'>,
  now: Date,
) => {
  const { id } = await requireBalance(db, userId, uuid);
  const balances = await historyBalances(db, userId, { balanceId: id });
  if (isGridQuery(query)) {
    const read: Reading<Holding> = {
      at: (moments) => holdingsAt(db, { userId, id: Number(id) }, moments),
      nothing: noHolding,
      unknown: unknownHolding,
      isComplete: isPriced,
    };
    return page(db, balances, { query, now, read });
  }
  const [balance] = balances;
  if (query.as_of !== undefined)
    throw badRequest('as_of: expected an interval of the clock, not `transaction`');
  if (!balance) return { items: [], next_cursor: null };
  return atTransactions(db, userId, balance, { query: { ...query, interval: 'transaction' }, now });
};
