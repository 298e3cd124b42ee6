/** Transactions that came without a price. */
import { sql } from 'drizzle-orm';
import { priceTransactions } from '#shared/contract/messages.ts';
import { plain, product } from '#shared/domain/decimal.ts';
import type { TokenKind } from '#shared/domain/movements.ts';
import type { Filling, Unpriced } from '#shared/domain/swap-price.ts';
import type { Change } from './balance-writes.ts';
import { type Db, rowsOf } from './client.ts';
import { counts, inLiveWallet } from './counts.ts';
import { isoTime, milliseconds } from './ledger-units.ts';
import { columnOf, unnest } from './rows.ts';

interface Row extends Record<string, unknown> {
  id: string;
  token_id: string;
  kind: TokenKind;
  is_received: boolean;
  amount: string;
  at: string;
  other_token_id: string | null;
  other_kind: TokenKind;
  other_amount: string;
  other_at: string;
  other_price_usd: string | null;
  other_value_usd: string | null;
}

const otherOf = (row: Row): Unpriced['other'] => {
  if (row.other_token_id === null) return null;
  const amount = plain(row.other_amount);
  const { other_price_usd: price, other_value_usd: value } = row;
  return {
    tokenId: BigInt(row.other_token_id),
    kind: row.other_kind,
    isReceived: !row.is_received,
    amount,
    at: Number(row.other_at),
    valueUsd: value !== null ? plain(value) : price === null ? null : product(plain(price), amount),
  };
};

const toUnpriced = (row: Row): Unpriced => ({
  id: BigInt(row.id),
  tokenId: BigInt(row.token_id),
  kind: row.kind,
  isReceived: row.is_received,
  amount: plain(row.amount),
  at: Number(row.at),
  other: otherOf(row),
});

const isUnpriced = sql`own.price_usd IS NULL AND own.value_usd IS NULL AND ${counts(sql`own`)}
  AND ${inLiveWallet(sql`own`)}`;

const isTrade = sql`transaction_type IN ('BUY', 'SELL')`;

/**
 * Transactions of a user that count and have neither price nor value, in the order of their ids: some, or a page. Where one
 * purchase and one sale of two tokens are all trades of a hash in a wallet, each has the other beside it. Spam stays without
 * a price.
 */
export const unpricedTransactions = async (
  db: Db,
  userId: bigint,
  which: { ids: readonly bigint[] } | { after: bigint; limit: number },
): Promise<Unpriced[]> => {
  const wanted =
    'ids' in which
      ? sql`AND own.id = ANY(${sql.param(which.ids.map(String))}::bigint[]) ORDER BY own.id`
      : sql`AND own.id > ${which.after} ORDER BY own.id LIMIT ${which.limit}`;
  const rows = await rowsOf<Row>(
    db,
    sql`SELECT own.id, own.token_id, tokens.kind, own.amount, ${milliseconds(sql`own."timestamp"`)}::bigint AS at,
          own.transaction_type IN ('BUY', 'TRANSFER_IN') AS is_received, leg.token_id AS other_token_id,
          leg.kind AS other_kind, leg.amount AS other_amount, ${milliseconds(sql`leg."timestamp"`)}::bigint AS other_at,
          leg.price_usd AS other_price_usd, leg.value_usd AS other_value_usd
        FROM transactions AS own JOIN tokens ON tokens.id = own.token_id
        LEFT JOIN LATERAL (
          SELECT trade.*, other_token.kind, count(*) OVER () AS trades
          FROM transactions AS trade JOIN tokens AS other_token ON other_token.id = trade.token_id
          WHERE own.transaction_hash IS NOT NULL AND own.${isTrade} AND trade.user_id = ${userId}
            AND trade.transaction_hash = own.transaction_hash AND trade.chain_id = own.chain_id
            AND trade.wallet_id = own.wallet_id AND trade.id <> own.id AND trade.${isTrade}
            AND ${counts(sql`trade`)}
          LIMIT 2
        ) AS leg ON leg.trades = 1 AND leg.transaction_type <> own.transaction_type AND leg.token_id <> own.token_id
        WHERE own.user_id = ${userId} AND ${isUnpriced} AND NOT tokens.is_spam ${wanted}`,
  );
  return rows.map(toUnpriced);
};

/** Users with transactions that lack a price, but for days of which sources have just said that they know none. */
export const usersToPrice = async (
  db: Db,
  limit: number,
): Promise<{ userId: bigint; userUuid: string }[]> => {
  const rows = await rowsOf<{ id: string; uuid: string }>(
    db,
    sql`SELECT users.id, users.uuid FROM users WHERE NOT users.is_deleted
          AND EXISTS (
            SELECT FROM transactions AS own JOIN tokens ON tokens.id = own.token_id
            WHERE own.user_id = users.id AND ${isUnpriced} AND NOT tokens.is_spam AND NOT EXISTS (
              SELECT FROM price_gaps WHERE price_gaps.token_id = own.token_id
                AND day = (own."timestamp" AT TIME ZONE 'UTC')::date AND asked_at > now() - interval '1 day'))
          AND users.id NOT IN (
            SELECT user_id FROM outbox WHERE user_id IS NOT NULL AND message = ${priceTransactions.id}
              AND handled_at IS NULL AND created_at > now() - interval '1 hour')
        ORDER BY users.id LIMIT ${limit}`,
  );
  return rows.map(({ id, uuid }) => ({ userId: BigInt(id), userUuid: uuid }));
};

/**
 * Gives transactions the prices that were found for them; what has one by now keeps it. Nobody asked for it: the journal
 * names the system.
 *
 * @returns the balances that it touched, and since when they are different
 */
export const fillPrices = (db: Db, userId: bigint, fillings: readonly Filling[]): Promise<Change[]> => {
  const column = columnOf(fillings);
  const given = unnest([
    column('key', 'bigint', ({ id }) => String(id)),
    column('price', 'numeric', ({ priceUsd }) => priceUsd),
    column('value', 'numeric', ({ valueUsd }) => valueUsd),
    column('source', 'text', ({ source }) => source),
    column('at', 'timestamptz', ({ at }) => (at === null ? null : new Date(at).toISOString())),
  ]);
  return rowsOf<Change>(
    db,
    sql`UPDATE transactions AS own SET price_usd = given.price, value_usd = given.value, price_source = given.source,
          price_at = given.at, updated_at = now(), updated_by = NULL
        FROM ${given} WHERE own.user_id = ${userId} AND own.id = given.key AND ${isUnpriced}
        RETURNING own.balance_id, ${isoTime(sql`own."timestamp"`)} AS since`,
  );
};
