/** What a return is computed from: quantities by the ledger, and the transactions that may be flows. */
import { sql } from 'drizzle-orm';
import { plainOrNull } from '#shared/domain/decimal.ts';
import type { Leg } from '#shared/domain/flows.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { milliseconds } from './ledger-units.ts';

/** Balances in tokens that are what they say: of others there is no value to speak of. */
const chosen = (userId: bigint, portfolioId: bigint) => sql`
  chosen AS (
    SELECT balances.id, balances.wallet_id, tokens.id AS token_id, tokens.uuid AS token_uuid,
      coalesce(balances.previous_decimals, tokens.decimals) AS decimals
    FROM portfolio_wallets
    JOIN balances ON balances.wallet_id = portfolio_wallets.wallet_id AND NOT balances.is_deleted
    JOIN tokens ON tokens.id = balances.token_id
    WHERE portfolio_wallets.portfolio_id = ${portfolioId} AND NOT portfolio_wallets.is_deleted
      AND balances.user_id = ${userId} AND tokens.is_verified AND NOT tokens.is_spam
  )`;

/** How the quantity of a token changed at a moment, in milliseconds. */
export interface Movement {
  tokenId: number;
  tokenUuid: string;
  decimals: number;
  at: number;
  rawAmount: bigint;
}

interface MovementRow extends Record<string, unknown> {
  token_id: string;
  token_uuid: string;
  decimals: number;
  at: string;
  raw_amount: string;
}

/** What lots and matches say of quantities up to a moment, in order; all that was before another stands at that one. */
export const movementsOf = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  { from, to }: { from: Date; to: Date },
): Promise<Movement[]> => {
  const until = sql`${to.toISOString()}::timestamptz`;
  const rows = await rowsOf<MovementRow>(
    db,
    sql`WITH ${chosen(userId, portfolioId)}, moved AS (
          SELECT balance_id, opened_at AS at, raw_amount FROM lots JOIN chosen ON chosen.id = balance_id
          WHERE opened_at <= ${until}
          UNION ALL
          SELECT balance_id, disposed_at, -raw_amount FROM lot_matches JOIN chosen ON chosen.id = balance_id
          WHERE disposed_at <= ${until} AND lot_sequence IS NOT NULL
        )
        SELECT token_id, token_uuid, decimals,
          ${milliseconds(sql`greatest(at, ${from.toISOString()}::timestamptz)`)} AS at, sum(raw_amount) AS raw_amount
        FROM moved JOIN chosen ON chosen.id = balance_id GROUP BY 1, 2, 3, 4 ORDER BY 4, 1`,
  );
  return rows.map((row) => ({
    tokenId: Number(row.token_id),
    tokenUuid: row.token_uuid,
    decimals: row.decimals,
    at: Number(row.at),
    rawAmount: BigInt(row.raw_amount),
  }));
};

interface LegRow extends Record<string, unknown> {
  uuid: string;
  token_id: string;
  type: Leg['type'];
  group: string;
  at: string;
  amount: string;
  price_usd: string | null;
  fee_usd: string | null;
  is_inside: boolean;
}

/**
 * Transactions after one moment and up to another, in order. The other side of an own transfer is looked up by its link, one
 * by one (`OFFSET 0`): from the balances it would be all of their transactions for each.
 *
 * @returns null where there are more than `most`: no more than one beyond that are read, each balance along its index
 */
export const tradedBetween = async (
  db: Db,
  userId: bigint,
  portfolioId: bigint,
  { from, to, most }: { from: Date; to: Date; most: number },
): Promise<Leg[] | null> => {
  const rows = await rowsOf<LegRow>(
    db,
    sql`WITH ${chosen(userId, portfolioId)}, one AS (
          SELECT own.* FROM chosen CROSS JOIN LATERAL (
            SELECT * FROM transactions AS own
            WHERE own.user_id = ${userId} AND own.balance_id = chosen.id AND ${counts(sql`own`)}
              AND own."timestamp" >= ${from.toISOString()} AND own."timestamp" <= ${to.toISOString()}
            ORDER BY own."timestamp" LIMIT ${most + 1}
          ) AS own LIMIT ${most + 1}
        )
        SELECT one.uuid, one.token_id, one.transaction_type AS type, ${milliseconds(sql`one."timestamp"`)} AS at,
          coalesce(one.chain_id || ':' || one.transaction_hash, one.uuid::text) AS group, one.amount, one.price_usd,
          one.fee_usd, coalesce(other.balance_id IN (SELECT id FROM chosen), false) AS is_inside
        FROM one
        LEFT JOIN LATERAL (
          SELECT balance_id FROM transactions AS linked
          WHERE linked.id = one.linked_transaction_id AND linked.user_id = ${userId} AND ${counts(sql`linked`)} OFFSET 0
        ) AS other ON true
        ORDER BY one."timestamp", one.id`,
  );
  if (rows.length > most) return null;
  return rows.map((row) => ({
    uuid: row.uuid,
    tokenId: Number(row.token_id),
    type: row.type,
    group: row.group,
    at: Number(row.at),
    amount: row.amount,
    priceUsd: plainOrNull(row.price_usd),
    feeUsd: plainOrNull(row.fee_usd),
    isInside: row.is_inside,
  }));
};
