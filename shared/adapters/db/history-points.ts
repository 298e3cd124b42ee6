/** What rows of history add up to. Their key begins with the instant and ends with the balance: both are always given. */
import { sql } from 'drizzle-orm';
import { difference, plain, plainOrNull, product } from '#shared/domain/decimal.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import type { HistoryBalance } from './history-scope.ts';
import { milliseconds } from './ledger-units.ts';

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

/** What one balance was. */
export interface Holding extends Figures {
  amount: string | null;
  price_usd: string | null;
  price_state: 'current' | 'stale' | 'disputed' | 'manual' | 'none';
}

const nothing = {
  value_usd: '0',
  cost_basis_usd: '0',
  realized_pnl_usd: '0',
  unrealized_pnl_usd: '0',
  recomputed_at: null,
};

export const noSums: Sums = { ...nothing, unpriced: 0, stale: 0, disputed: 0 };
export const noHolding: Holding = { ...nothing, amount: '0', price_usd: null, price_state: 'none' };

const unknown = {
  value_usd: null,
  cost_basis_usd: null,
  realized_pnl_usd: null,
  unrealized_pnl_usd: null,
  recomputed_at: null,
};

export const unknownSums: Sums = { ...noSums, ...unknown };
export const unknownHolding: Holding = { ...noHolding, ...unknown, amount: null };

/** Codes of snapshot types in a row's id, which is its balance's x 8 + the code. */
const transactionCode = 0;
const granularCodes = [1, 2, 3, 4];

const rowIds = (balances: readonly number[], codes: readonly number[]): string[] =>
  balances.flatMap((id) => codes.map((code) => String(id * 8 + code)));

/** Bits of a row's flags. */
const flag = { unknownCost: 1, stale: 2, disputed: 4, manual: 8 } as const;

/**
 * One row a balance and instant, whatever granularities there are of it: they say the same. The range of instants, which
 * follows from the list of them, is what keeps chunks out that have none.
 */
const chosenRows = (
  balances: readonly number[],
  instants: readonly string[],
  codes: readonly number[],
) => sql`
  SELECT DISTINCT ON (snapshot_date, id >> 3) *, id >> 3 AS balance_id FROM balances_history
  WHERE snapshot_date = ANY(${sql.param([...instants])}::timestamptz[])
    AND snapshot_date BETWEEN ${instants[0]} AND ${instants.at(-1)}
    AND id = ANY(${sql.param(rowIds(balances, codes))}::bigint[])
  ORDER BY snapshot_date, id >> 3`;

const isoTime = (column: ReturnType<typeof sql>) =>
  sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

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

/**
 * What balances came to at some instants, in milliseconds and in order: the value of what is verified now and had an
 * undisputed price, the cost of the same, and what all have realized.
 */
export const sumsAt = async (
  db: Db,
  balances: readonly HistoryBalance[],
  instants: readonly number[],
): Promise<Map<number, Sums>> => {
  if (balances.length === 0 || instants.length === 0) return new Map();
  const ids = balances.map(({ id }) => id);
  const times = instants.map((at) => new Date(at).toISOString());
  const isCounted = sql`is_verified AND price_usd IS NOT NULL AND flags & ${flag.disputed}::int = 0`;
  const rows = await rowsOf<SumRow>(
    db,
    sql`SELECT ${milliseconds(sql`snapshot_date`)} AS at,
          sum(amount * price_usd) FILTER (WHERE ${isCounted}) AS value_usd,
          sum(cost_basis_usd) FILTER (WHERE ${isCounted}) AS cost_basis_usd,
          sum(realized_pnl_usd) AS realized_pnl_usd,
          ${isoTime(sql`max(recomputed_at)`)} AS recomputed_at,
          count(*) FILTER (WHERE ${isCounted} AND flags & ${flag.unknownCost}::int <> 0) = 0 AS is_cost_known,
          count(*) FILTER (WHERE is_verified AND amount > 0 AND price_usd IS NULL) AS unpriced,
          count(*) FILTER (WHERE is_verified AND amount > 0 AND flags & ${flag.stale}::int <> 0) AS stale,
          count(*) FILTER (WHERE is_verified AND amount > 0 AND flags & ${flag.disputed}::int <> 0) AS disputed
        FROM (${chosenRows(ids, times, granularCodes)}) AS chosen
        JOIN unnest(${sql.param(ids.map(String))}::bigint[],
                    ${sql.param(balances.map(({ isVerified }) => isVerified))}::boolean[])
          AS balance (id, is_verified) ON balance.id = chosen.balance_id
        GROUP BY snapshot_date`,
  );
  return new Map(
    rows.map((row) => {
      const value = plain(row.value_usd ?? '0');
      const cost = plain(row.cost_basis_usd ?? '0');
      const sums: Sums = {
        value_usd: value,
        cost_basis_usd: cost,
        realized_pnl_usd: plain(row.realized_pnl_usd),
        unrealized_pnl_usd: row.is_cost_known ? difference(value, cost) : null,
        unpriced: Number(row.unpriced),
        stale: Number(row.stale),
        disputed: Number(row.disputed),
        recomputed_at: row.recomputed_at,
      };
      return [Number(row.at), sums];
    }),
  );
};

interface HoldingRow extends Record<string, unknown> {
  at: string;
  flags: number;
  amount: string;
  price_usd: string | null;
  cost_basis_usd: string | null;
  realized_pnl_usd: string;
  recomputed_at: string | null;
}

const priceState = ({ price_usd, flags }: HoldingRow): Holding['price_state'] => {
  if (price_usd === null) return 'none';
  if (flags & flag.manual) return 'manual';
  if (flags & flag.disputed) return 'disputed';
  return flags & flag.stale ? 'stale' : 'current';
};

const toHolding = (row: HoldingRow): Holding => {
  const [amount, price, cost] = [
    plain(row.amount),
    plainOrNull(row.price_usd),
    plainOrNull(row.cost_basis_usd),
  ];
  const value = price === null ? null : product(amount, price);
  const isKnown = value !== null && cost !== null && !(row.flags & flag.unknownCost);
  return {
    value_usd: value,
    cost_basis_usd: cost,
    realized_pnl_usd: plain(row.realized_pnl_usd),
    unrealized_pnl_usd: isKnown ? difference(value, cost) : null,
    recomputed_at: row.recomputed_at,
    amount,
    price_usd: price,
    price_state: priceState(row),
  };
};

const holdings = async (db: Db, balanceId: number, times: readonly string[], codes: readonly number[]) =>
  times.length === 0
    ? []
    : rowsOf<HoldingRow>(
        db,
        sql`SELECT ${milliseconds(sql`snapshot_date`)} AS at, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd,
              ${isoTime(sql`recomputed_at`)} AS recomputed_at
            FROM (${chosenRows([balanceId], times, codes)}) AS chosen`,
      );

/** What one balance was at some instants, in milliseconds and in order. */
export const holdingsAt = async (
  db: Db,
  balanceId: number,
  instants: readonly number[],
): Promise<Map<number, Holding>> => {
  const times = instants.map((at) => new Date(at).toISOString());
  const rows = await holdings(db, balanceId, times, granularCodes);
  return new Map(rows.map((row) => [Number(row.at), toHolding(row)]));
};

/**
 * The times of a balance's transactions, and what it was after each: null where nothing says so. At most `most`.
 *
 * @param from as PostgreSQL reads times; both ends are included
 * @returns the times to the microsecond
 */
export const holdingsAtTransactions = async (
  db: Db,
  userId: bigint,
  balanceId: number,
  { from, to, most }: { from: string; to: string; most: number },
): Promise<{ at: string; holding: Holding | null }[]> => {
  const times = await rowsOf<{ at: string; key: string }>(
    db,
    sql`SELECT DISTINCT ${milliseconds(sql`"timestamp"`)} AS key, "timestamp",
          to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
        FROM transactions
        WHERE user_id = ${userId} AND balance_id = ${balanceId} AND "timestamp" BETWEEN ${from} AND ${to} AND ${counts(sql`transactions`)}
        ORDER BY "timestamp" LIMIT ${most}`,
  );
  const rows = await holdings(
    db,
    balanceId,
    times.map(({ at }) => at),
    [transactionCode],
  );
  const found = new Map(rows.map((row) => [row.at, toHolding(row)]));
  return times.map(({ at, key }) => ({ at, holding: found.get(key) ?? null }));
};
