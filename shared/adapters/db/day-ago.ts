import { sql } from 'drizzle-orm';
import { plain, product } from '#shared/domain/decimal.ts';
import { rowFlags } from '#shared/domain/snapshot.ts';
import { type Db, rowsOf } from './client.ts';
import { chosenRows, codesOf, type Moment } from './history-points.ts';

/** What a balance holds now, and of which token. */
export interface HeldNow {
  id: number;
  tokenUuid: string;
  amount: string;
}

/** What the balances of a portfolio hold now. */
export const heldNow = async (db: Db, userId: bigint, portfolioId: bigint): Promise<HeldNow[]> => {
  const rows = await rowsOf<{ id: string; token_uuid: string; amount: string }>(
    db,
    sql`SELECT balances.id, tokens.uuid AS token_uuid, balances.amount
        FROM portfolio_wallets
        JOIN balances ON balances.wallet_id = portfolio_wallets.wallet_id AND NOT balances.is_deleted
        JOIN tokens ON tokens.id = balances.token_id
        WHERE portfolio_wallets.portfolio_id = ${portfolioId} AND NOT portfolio_wallets.is_deleted
          AND balances.user_id = ${userId}`,
  );
  return rows.map((row) => ({ id: Number(row.id), tokenUuid: row.token_uuid, amount: plain(row.amount) }));
};

/**
 * What balances were worth at an instant, by balance: those that had something then. Null where the price was unknown or
 * disputed.
 */
export const worthAt = async (
  db: Db,
  balances: readonly number[],
  { at, granularity }: Moment,
): Promise<Map<number, string | null>> => {
  if (balances.length === 0) return new Map();
  const rows = await rowsOf<{ id: string; amount: string; price_usd: string | null }>(
    db,
    sql`SELECT balance_id AS id, amount, CASE WHEN flags & ${rowFlags.disputed}::int = 0 THEN price_usd END AS price_usd
        FROM (${chosenRows(balances, [new Date(at).toISOString()], codesOf(granularity))}) AS chosen`,
  );
  return new Map(
    rows.map(({ id, amount, price_usd }) => [
      Number(id),
      plain(amount) === '0' ? '0' : price_usd === null ? null : product(plain(amount), plain(price_usd)),
    ]),
  );
};
