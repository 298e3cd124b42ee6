import { sql } from 'drizzle-orm';
import type { Passage } from '#shared/domain/change.ts';
import { plain, product } from '#shared/domain/decimal.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { ownPriceJoin, priceColumns } from './effective-price.ts';

const dayMs = 86_400_000;

interface PassageRow extends Record<string, unknown> {
  amount: string;
  price_usd: string;
  amount_then: string | null;
  price_then: string | null;
}

/**
 * What each balance that counts in a portfolio's value is worth, and was worth a day ago: by its last snapshot of the day
 * before that. A snapshot leaves out what is empty or dust, so one that had so little then, by its transactions, had
 * nothing; of one that had more and is in no snapshot, the past is unknown.
 */
export const dayAgo = async (
  db: Db,
  userId: bigint,
  { portfolioId, now, dustThreshold }: { portfolioId: bigint; now: Date; dustThreshold: string },
): Promise<Passage[]> => {
  const [to, from] = [dayMs, 2 * dayMs].map((ago) => new Date(now.getTime() - ago).toISOString());
  const rows = await rowsOf<PassageRow>(
    db,
    sql`SELECT balances.amount, ${priceColumns.priceUsd} AS price_usd, snapshot.price_usd AS price_then,
          CASE WHEN snapshot.amount IS NOT NULL THEN snapshot.amount
            WHEN balances.amount - moved.amount < ${dustThreshold}::numeric THEN 0 END AS amount_then
        FROM portfolio_wallets
        JOIN balances ON balances.wallet_id = portfolio_wallets.wallet_id AND NOT balances.is_deleted
        JOIN tokens ON tokens.id = balances.token_id
        ${ownPriceJoin(userId)}
        LEFT JOIN LATERAL (
          SELECT amount, price_usd FROM balances_history
          WHERE id BETWEEN balances.id * 8 AND balances.id * 8 + 7 AND snapshot_date BETWEEN ${from} AND ${to}
          ORDER BY snapshot_date DESC, id DESC LIMIT 1) AS snapshot ON true
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(CASE WHEN transaction_type IN ('BUY', 'TRANSFER_IN') THEN amount ELSE -amount END), 0)
            AS amount
          FROM transactions
          WHERE balance_id = balances.id AND "timestamp" > ${to} AND ${counts(sql`transactions`)}) AS moved
        WHERE portfolio_wallets.portfolio_id = ${portfolioId} AND NOT portfolio_wallets.is_deleted
          AND balances.user_id = ${userId} AND tokens.is_verified AND NOT tokens.is_spam
          AND ${priceColumns.priceState} NOT IN ('none', 'disputed')
          AND (snapshot.amount IS NOT NULL
            OR greatest(balances.amount, balances.amount - moved.amount) >= ${dustThreshold}::numeric)`,
  );
  return rows.map(({ amount, price_usd, amount_then, price_then }) => ({
    nowUsd: product(plain(amount), plain(price_usd)),
    thenUsd: worthThen(amount_then, price_then),
  }));
};

const worthThen = (amount: string | null, price: string | null): string | null => {
  if (amount === null) return null;
  if (plain(amount) === '0') return '0';
  return price === null ? null : product(plain(amount), plain(price));
};
