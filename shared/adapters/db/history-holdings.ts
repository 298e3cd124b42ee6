/** What one balance was, and at what price, from its rows of history. */
import { type SQL, sql } from 'drizzle-orm';
import { difference, plain, plainOrNull, product } from '#shared/domain/decimal.ts';
import type { PriceState } from '#shared/domain/holdings.ts';
import { rowFlags as flag, priceStateOf, snapshotCodes } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { byCodes, chosenRows, type Figures, type Moment, nothing, unknown } from './history-points.ts';
import { isoTime, milliseconds } from './ledger-units.ts';
import { feedAge, overrideHolds } from './price-as-of.ts';

/** What one balance was. */
export interface Holding extends Figures {
  amount: string | null;
  price_usd: string | null;
  price_source: string | null;
  price_at: string | null;
  price_state: PriceState;
}

const noPrice = { price_usd: null, price_source: null, price_at: null, price_state: 'none' } as const;

export const noHolding: Holding = { ...nothing, ...noPrice, amount: '0' };
export const unknownHolding: Holding = { ...unknown, ...noPrice, amount: null };

interface HoldingRow extends Record<string, unknown> {
  at: string;
  flags: number;
  amount: string;
  price_usd: string | null;
  price_source: string | null;
  price_at: string | null;
  cost_basis_usd: string | null;
  realized_pnl_usd: string;
  recomputed_at: string | null;
}

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
    price_source: row.price_source,
    price_at: row.price_at,
    price_state: priceStateOf(row.price_usd, row.flags),
  };
};

/** A balance of a user. */
interface Subject {
  userId: bigint;
  id: number;
}

/**
 * The prices of a token in a stretch of time, each with the time `until` which it is the last that says the same: what a row
 * was valued at is found by its figure, for prices that are told later may lie before it.
 */
const toldPrices = (tokenId: SQL, first: SQL, last: SQL): SQL => sql`
  SELECT price_usd, price_at, source,
    lead(price_at, 1, 'infinity') OVER (PARTITION BY price_usd ORDER BY price_at, source DESC) AS until
  FROM token_prices
  WHERE token_id = ${tokenId} AND price_at > ${first}::timestamptz - ${feedAge} AND price_at <= ${last}::timestamptz`;

/**
 * The rows of a balance at some times, with where each price was from: a source's that is not kept any more is of nobody
 * knows whom.
 */
const holdings = async (
  db: Db,
  { userId, id }: Subject,
  times: readonly string[],
  codes: readonly number[],
): Promise<HoldingRow[]> => {
  if (times.length === 0) return [];
  const tokenId = sql`(SELECT token_id FROM balances WHERE user_id = ${userId} AND id = ${id})`;
  const at = sql`chosen.snapshot_date`;
  return rowsOf<HoldingRow>(
    db,
    sql`WITH told AS MATERIALIZED (${toldPrices(tokenId, sql`${times[0]}`, sql`${times.at(-1)}`)})
        SELECT ${milliseconds(at)} AS at, flags, amount, chosen.price_usd, cost_basis_usd, realized_pnl_usd,
          ${isoTime(sql`recomputed_at`)} AS recomputed_at,
          CASE WHEN flags & ${flag.manual}::int <> 0 THEN 'manual' ELSE told.source END AS price_source,
          ${isoTime(sql`coalesce(own.valid_from, told.price_at)`)} AS price_at
        FROM (${chosenRows([id], times, codes)}) AS chosen
        LEFT JOIN price_overrides AS own ON flags & ${flag.manual}::int <> 0
          AND ${overrideHolds(sql`own`, { userId: sql`${userId}`, tokenId, at })}
        LEFT JOIN told ON flags & ${flag.manual}::int = 0 AND told.price_usd = chosen.price_usd
          AND told.price_at <= ${at} AND told.price_at > ${at} - ${feedAge} AND told.until > ${at}`,
  );
};

/** What one balance was at some instants; by instant, in milliseconds. */
export const holdingsAt = async (
  db: Db,
  subject: Subject,
  moments: readonly Moment[],
): Promise<Map<number, Holding>> => {
  const found = new Map<number, Holding>();
  for (const { codes, times } of byCodes(moments)) {
    for (const row of await holdings(db, subject, times, codes)) found.set(Number(row.at), toHolding(row));
  }
  return found;
};

/**
 * The times of a balance's transactions, and what it was after each: null where nothing says so. At most `most`.
 *
 * @param from as PostgreSQL reads times; both ends are included
 * @returns the times to the microsecond
 */
export const holdingsAtTransactions = async (
  db: Db,
  subject: Subject,
  { from, to, most }: { from: string; to: string; most: number },
): Promise<{ at: string; holding: Holding | null }[]> => {
  const times = await rowsOf<{ at: string; key: string }>(
    db,
    sql`SELECT DISTINCT ${milliseconds(sql`"timestamp"`)} AS key, "timestamp",
          to_char("timestamp" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
        FROM transactions
        WHERE user_id = ${subject.userId} AND balance_id = ${subject.id} AND "timestamp" BETWEEN ${from} AND ${to} AND ${counts(sql`transactions`)}
        ORDER BY "timestamp" LIMIT ${most}`,
  );
  const rows = await holdings(
    db,
    subject,
    times.map(({ at }) => at),
    [snapshotCodes.transaction],
  );
  const found = new Map(rows.map((row) => [row.at, toHolding(row)]));
  return times.map(({ at, key }) => ({ at, holding: found.get(key) ?? null }));
};
