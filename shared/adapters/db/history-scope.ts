/** Whose history is read. */
import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { milliseconds } from './ledger-units.ts';

/** A balance whose history is read; moments in milliseconds, -Infinity where they are unknown. */
export interface HistoryBalance {
  id: number;
  isVerified: boolean;
  /** Before this it held nothing and had gained nothing. */
  beganAt: number;
  /** From here on its rows may not be what its ledger says; null where they are. */
  changedSince: number | null;
  /** From here on what it has gained is not all that it has gained: some cost or price was unknown. Infinity where all is known. */
  uncertainSince: number;
}

/** The balances of which history is a sum. */
export type HistoryOf =
  | { balanceId: bigint }
  | { walletId: bigint }
  | { portfolioId: bigint }
  | { everything: true };

const condition = (of: HistoryOf): SQL => {
  // Whoever asks for one balance means it, whatever its token is taken for.
  if ('balanceId' in of) return sql`balances.id = ${of.balanceId}`;
  if ('walletId' in of) return sql`balances.wallet_id = ${of.walletId} AND NOT tokens.is_spam`;
  if ('everything' in of) return sql`NOT tokens.is_spam`;
  return sql`NOT tokens.is_spam AND balances.wallet_id IN (
    SELECT wallet_id FROM portfolio_wallets WHERE portfolio_id = ${of.portfolioId} AND NOT is_deleted)`;
};

interface Row extends Record<string, unknown> {
  id: string;
  is_verified: boolean;
  began_at: string | null;
  changed_since: string | null;
  uncertain_since: string | null;
}

/** The first disposal of which the gain is unknown; looked for where the balance says that there is one. */
const uncertainSince = sql`CASE WHEN unknown_slices > 0 THEN (
  SELECT disposed_at FROM lot_matches
  WHERE lot_matches.balance_id = balances.id AND kind IN ('SELL', 'FEE') AND (cost_usd IS NULL OR proceeds_usd IS NULL)
  ORDER BY sequence LIMIT 1) END`;

/**
 * The balances that history is read of. Numbers of lots and matches run with time, so the first ones say when a balance
 * began; what has never moved is left out.
 */
export const historyBalances = async (db: Db, userId: bigint, of: HistoryOf): Promise<HistoryBalance[]> => {
  const rows = await rowsOf<Row>(
    db,
    sql`SELECT balances.id, tokens.is_verified,
            ${milliseconds(sql`least(dirty_since, history_dirty_since,
              (SELECT opened_at FROM lots WHERE lots.balance_id = balances.id ORDER BY sequence LIMIT 1),
              (SELECT disposed_at FROM lot_matches WHERE lot_matches.balance_id = balances.id ORDER BY sequence LIMIT 1))`)} AS began_at,
            ${milliseconds(sql`least(dirty_since, history_dirty_since)`)} AS changed_since,
            ${milliseconds(uncertainSince)} AS uncertain_since
        FROM balances JOIN tokens ON tokens.id = balances.token_id
        WHERE balances.user_id = ${userId} AND NOT balances.is_deleted AND ${condition(of)}
        ORDER BY balances.id`,
  );
  return rows
    .filter((row) => row.began_at !== null)
    .map((row) => ({
      id: Number(row.id),
      isVerified: row.is_verified,
      beganAt: Number(row.began_at),
      changedSince: row.changed_since === null ? null : Number(row.changed_since),
      uncertainSince: row.uncertain_since === null ? Number.POSITIVE_INFINITY : Number(row.uncertain_since),
    }));
};
