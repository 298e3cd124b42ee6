/** What balances were worth: a day ago, and at their highest. */
import { sql } from 'drizzle-orm';
import { changeOf } from '#shared/domain/change.ts';
import { compare, plain, plainOrNull } from '#shared/domain/decimal.ts';
import { instantOf, rowFlags, shardSize } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { isoTime } from './ledger-units.ts';

const dayMs = 86_400_000;

interface PastRow extends Record<string, unknown> {
  id: string;
  /** What it was worth on the hour a day ago; null where that is unknown. */
  value_then: string | null;
  high_usd: string | null;
  high_at: string | null;
  /** Since when it is worth what it is worth now; and whether sources agree about that. */
  present_at: string;
  is_disputed: boolean;
}

/** What history tells of a balance, as the API shows it. */
export interface Past {
  change_24h_usd: string | null;
  change_24h_percent: string | null;
  all_time_high_usd: string | null;
  all_time_high_at: string | null;
}

const presentPast = (row: PastRow, valueUsd: string | null): Past => {
  const thenUsd = plainOrNull(row.value_then);
  const { changeUsd, changePercent } = changeOf(valueUsd === null ? [] : [{ nowUsd: valueUsd, thenUsd }]);
  const high = row.high_usd === null ? null : plain(row.high_usd);
  const isHighest =
    valueUsd !== null &&
    valueUsd !== '0' &&
    !row.is_disputed &&
    (high === null || compare(valueUsd, high) > 0);
  return {
    change_24h_usd: changeUsd,
    change_24h_percent: changePercent,
    all_time_high_usd: isHighest ? valueUsd : high,
    all_time_high_at: isHighest ? row.present_at : row.high_at,
  };
};

/**
 * The past of some balances, whose values now are given, by id: some key lookups each. A balance that has no row in a snapshot
 * that was taken had nothing then; one that is in none, or whose history is yet to be recomputed from before then, is unknown.
 */
export const pastOf = async (
  db: Db,
  values: ReadonlyMap<bigint, string | null>,
  now: Date,
): Promise<Map<bigint, Past>> => {
  if (values.size === 0) return new Map();
  const then = sql`${instantOf('hourly', new Date(now.getTime() - dayMs)).toISOString()}::timestamptz`;
  const rows = await rowsOf<PastRow>(
    db,
    sql`SELECT balances.id, high_usd, ${isoTime(sql`high_at`)} AS high_at, own_price.id IS NULL AND is_price_disputed AS is_disputed,
          ${isoTime(sql`greatest(coalesce(own_price.valid_from, price_at), balances.updated_at)`)} AS present_at,
          CASE WHEN history_dirty_since <= ${then} THEN NULL
            WHEN past.amount IS NOT NULL THEN CASE WHEN past.amount = 0 THEN 0 ELSE past.amount * past.price_usd END
            WHEN EXISTS (SELECT FROM snapshot_runs WHERE snapshot_date = ${then}
              AND shard = balances.id / ${shardSize}) THEN 0 END AS value_then
        FROM balances JOIN tokens ON tokens.id = balances.token_id LEFT JOIN balance_highs ON balance_id = balances.id
        LEFT JOIN price_overrides AS own_price ON own_price.user_id = balances.user_id AND own_price.token_id = balances.token_id
          AND own_price.valid_to IS NULL AND NOT own_price.is_deleted
        LEFT JOIN LATERAL (
          SELECT amount, CASE WHEN flags & ${rowFlags.disputed}::int = 0 THEN price_usd END AS price_usd
          FROM balances_history AS stored
          WHERE stored.snapshot_date = ${then} AND stored.id BETWEEN balances.id * 8 AND balances.id * 8 + 7
          LIMIT 1) AS past ON true
        WHERE balances.id = ANY(${sql.param([...values.keys()].map(String))}::bigint[])`,
  );
  return new Map(rows.map((row) => [BigInt(row.id), presentPast(row, values.get(BigInt(row.id)) ?? null)]));
};

/** Where nothing is known. */
export const noPast: Past = {
  change_24h_usd: null,
  change_24h_percent: null,
  all_time_high_usd: null,
  all_time_high_at: null,
};
