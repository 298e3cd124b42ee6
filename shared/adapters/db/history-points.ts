/** What rows of history add up to. Their key begins with the instant and ends with the balance: both are always given. */
import { type SQL, sql } from 'drizzle-orm';
import { difference, plain } from '#shared/domain/decimal.ts';
import { rowFlags as flag, type ScheduledType, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import type { HistoryBalance } from './history-scope.ts';
import { isoTime, milliseconds } from './ledger-units.ts';

/** What history says of an instant, as the API shows it. */
export interface Figures {
  value_usd: string | null;
  cost_basis_usd: string | null;
  realized_pnl_usd: string | null;
  unrealized_pnl_usd: string | null;
  recomputed_at: string | null;
}

/** What several balances came to. */
export interface Sums extends Figures {
  unpriced: number;
  stale: number;
  disputed: number;
}

/** Figures of what was nothing. */
export const nothing = {
  value_usd: '0',
  cost_basis_usd: '0',
  realized_pnl_usd: '0',
  unrealized_pnl_usd: '0',
  recomputed_at: null,
};

export const noSums: Sums = { ...nothing, unpriced: 0, stale: 0, disputed: 0 };

/** Figures of a gap. */
export const unknown = {
  value_usd: null,
  cost_basis_usd: null,
  realized_pnl_usd: null,
  unrealized_pnl_usd: null,
  recomputed_at: null,
};

export const unknownSums: Sums = { ...noSums, ...unknown };

/** An instant whose rows are read: of one granularity that has all of them, or of whichever there is of each. */
export interface Moment {
  /** In milliseconds. */
  at: number;
  granularity: ScheduledType | null;
}

const { transaction: _, ...scheduled } = snapshotCodes;

/** The codes of the rows that are read of a granularity, or of whichever there is. */
export const codesOf = (granularity: Moment['granularity']): number[] =>
  granularity === null ? Object.values(scheduled) : [scheduled[granularity]];

/** The instants of each granularity, in order, as one statement reads them. */
export const byCodes = (moments: readonly Moment[]) => {
  const groups = Map.groupBy(moments, ({ granularity }) => granularity);
  return [...groups].map(([granularity, some]) => ({
    codes: codesOf(granularity),
    times: some.map(({ at }) => new Date(at).toISOString()).sort(),
  }));
};

const rowIds = (balances: readonly number[], codes: readonly number[]): string[] =>
  balances.flatMap((id) => codes.map((code) => String(id * 8 + code)));

/**
 * One row a balance and instant, whatever granularities are asked for: they say the same. The range of instants, which
 * follows from the list of them, keeps chunks out that have none. The lists are arrays that the planner cannot look into:
 * it would weigh each element for each chunk, which takes ten times as long as reading the rows.
 */
export const chosenRows = (
  balances: readonly number[],
  times: readonly string[],
  codes: readonly number[],
) => {
  const isOne = codes.length === 1;
  return sql`
    SELECT ${isOne ? sql`` : sql`DISTINCT ON (snapshot_date, id >> 3)`} id >> 3 AS balance_id, snapshot_date, flags, amount,
      price_usd, cost_basis_usd, realized_pnl_usd, recomputed_at
    FROM balances_history
    WHERE snapshot_date = ANY(ARRAY(SELECT unnest(${sql.param([...times])}::timestamptz[])))
      AND snapshot_date BETWEEN ${times[0]} AND ${times.at(-1)}
      AND id = ANY(ARRAY(SELECT unnest(${sql.param(rowIds(balances, codes))}::bigint[])))
    ${isOne ? sql`` : sql`ORDER BY snapshot_date, id >> 3`}`;
};

interface SumRow extends Record<string, unknown> {
  at: string;
  value_usd: string | null;
  cost_basis_usd: string | null;
  realized_pnl_usd: string;
  recomputed_at: string | null;
  is_cost_known: boolean;
  unpriced: string;
  stale: string;
  disputed: string;
}

/** Nothing that was held had a price: what it came to is unknown, and no zero. */
const isUnvalued = ({ value_usd, unpriced, disputed }: SumRow): boolean =>
  value_usd === null && Number(unpriced) + Number(disputed) > 0;

const toSums = (row: SumRow): Sums => {
  const value = isUnvalued(row) ? null : plain(row.value_usd ?? '0');
  const cost = isUnvalued(row) ? null : plain(row.cost_basis_usd ?? '0');
  return {
    value_usd: value,
    cost_basis_usd: cost,
    realized_pnl_usd: plain(row.realized_pnl_usd),
    unrealized_pnl_usd: value !== null && cost !== null && row.is_cost_known ? difference(value, cost) : null,
    unpriced: Number(row.unpriced),
    stale: Number(row.stale),
    disputed: Number(row.disputed),
    recomputed_at: row.recomputed_at,
  };
};

/**
 * The rows of verified balances and those of others, told apart where they are read: a join with what the balances are would
 * be a comparison of each row with each balance.
 */
const markedRows = (
  balances: readonly HistoryBalance[],
  times: readonly string[],
  codes: readonly number[],
) => {
  const [verified, others] = [true, false].map((isVerified) =>
    balances.filter((balance) => balance.isVerified === isVerified).map(({ id }) => id),
  );
  const parts = [verified ?? [], others ?? []].flatMap((ids, place) =>
    ids.length === 0
      ? []
      : [
          sql`SELECT *, ${place === 0 ? sql`true` : sql`false`} AS is_verified
          FROM (${chosenRows(ids, times, codes)}) AS chosen`,
        ],
  );
  return sql.join(parts, sql` UNION ALL `);
};

const sumRows = (db: Db, rows: SQL): Promise<SumRow[]> => {
  const has = (bit: number) => sql`flags & ${bit}::int <> 0`;
  return rowsOf<SumRow>(
    db,
    sql`SELECT ${milliseconds(sql`snapshot_date`)} AS at, sum(amount * counted_price) AS value_usd,
          sum(cost_basis_usd) FILTER (WHERE counted_price IS NOT NULL) AS cost_basis_usd,
          sum(realized_pnl_usd) AS realized_pnl_usd, ${isoTime(sql`max(recomputed_at)`)} AS recomputed_at,
          count(*) FILTER (WHERE ${has(flag.unknownCost)} AND counted_price IS NOT NULL) = 0 AS is_cost_known,
          count(*) FILTER (WHERE price_usd IS NULL AND is_verified AND amount > 0) AS unpriced,
          count(*) FILTER (WHERE ${has(flag.stale)} AND is_verified AND amount > 0) AS stale,
          count(*) FILTER (WHERE ${has(flag.disputed)} AND is_verified AND amount > 0) AS disputed
        FROM (SELECT *, CASE WHEN is_verified AND NOT ${has(flag.disputed)} THEN price_usd END AS counted_price
              FROM (${rows}) AS marked) AS valued
        GROUP BY snapshot_date`,
  );
};

/**
 * What balances came to at some instants: the value of what is verified now and had an undisputed price, the cost of the
 * same, and what all have realized. By instant, in milliseconds.
 */
export const sumsAt = async (
  db: Db,
  balances: readonly HistoryBalance[],
  moments: readonly Moment[],
): Promise<Map<number, Sums>> => {
  if (balances.length === 0) return new Map();
  const found = new Map<number, Sums>();
  for (const { codes, times } of byCodes(moments)) {
    const rows = await sumRows(db, markedRows(balances, times, codes));
    for (const row of rows) found.set(Number(row.at), toSums(row));
  }
  return found;
};
