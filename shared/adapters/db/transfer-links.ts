import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { difference, plain } from '#shared/domain/decimal.ts';
import { bestPairs } from '#shared/domain/own-transfer.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { type PageQuery, toPage } from './page.ts';
import { transactions } from './schema/transactions.ts';
import { presentTransactions } from './transactions.ts';

const received = alias(transactions, 'received');

/** A link, by the uuid of the transaction that sends; undefined when there is none, or it is another's. */
export const findLink = async (db: Db, userId: bigint, uuid: string) => {
  const side = (table: typeof transactions | typeof received) => ({
    id: table.id,
    uuid: table.uuid,
    balanceId: table.balanceId,
    timestamp: table.timestamp,
  });
  const [link] = await db
    .select({ sent: side(transactions), received: side(received), byHand: transactions.linkedByHand })
    .from(transactions)
    .innerJoin(received, eq(received.id, transactions.linkedTransactionId))
    .where(
      and(
        eq(transactions.userId, userId),
        eq(transactions.uuid, uuid),
        eq(transactions.transactionType, 'TRANSFER_OUT'),
        eq(transactions.isDeleted, false),
      ),
    );
  return link;
};

type Link = NonNullable<Awaited<ReturnType<typeof findLink>>>;

const presentSides = async (db: Db, userId: bigint, pairs: readonly { sent: string; received: string }[]) => {
  const sent = await presentTransactions(
    db,
    userId,
    pairs.map((pair) => pair.sent),
  );
  const got = await presentTransactions(
    db,
    userId,
    pairs.map((pair) => pair.received),
  );
  return sent.flatMap((out, place) => {
    const into = got[place];
    return into ? [{ out, in: into, fee: difference(out.amount, into.amount) }] : [];
  });
};

/** A link as the API shows it. */
export const presentLink = async (db: Db, userId: bigint, link: Link) => {
  const [sides] = await presentSides(db, userId, [{ sent: link.sent.uuid, received: link.received.uuid }]);
  if (!sides) throw new Error('a link vanished in the midst of its change');
  const origin = link.byHand ? ('manual' as const) : ('automatic' as const);
  return { uuid: link.sent.uuid, ...sides, origin };
};

/** More pairs than anybody will look through; beyond them only ever less likely ones are left out. */
const mostPairs = 5_000;

interface RankedPair extends Record<string, unknown> {
  sent: string;
  received: string;
  score: string;
}

/**
 * What may be transfers between a user's wallets: unlinked, in one token, at most 2 % less received than was sent, from ten
 * minutes before the sending to two days after it. The score weighs how close the amounts and the times are.
 */
const rankedPairs = (db: Db, userId: bigint, walletId: bigint | undefined): Promise<RankedPair[]> =>
  rowsOf<RankedPair>(
    db,
    sql`SELECT sent.uuid AS sent, received.uuid AS received,
          round(0.6 * (1 - (sent.raw_amount - received.raw_amount) * 50 / sent.raw_amount) + 0.4 * (1 -
            CASE WHEN received."timestamp" < sent."timestamp"
              THEN extract(epoch FROM sent."timestamp" - received."timestamp") / 600
              ELSE extract(epoch FROM received."timestamp" - sent."timestamp") / 172800 END), 4) AS score
        FROM transactions AS sent JOIN transactions AS received
          ON received.user_id = ${userId} AND received.token_id = sent.token_id
          AND received."timestamp" BETWEEN sent."timestamp" - interval '10 minutes' AND sent."timestamp" + interval '48 hours'
          AND received.wallet_id <> sent.wallet_id
          AND received.raw_amount <= sent.raw_amount AND received.raw_amount * 50 >= sent.raw_amount * 49
        WHERE sent.user_id = ${userId} AND sent.raw_amount > 0
          AND sent.transaction_type = 'TRANSFER_OUT' AND received.transaction_type = 'TRANSFER_IN'
          AND sent.linked_transaction_id IS NULL AND received.linked_transaction_id IS NULL
          AND ${counts(sql`sent`)} AND ${counts(sql`received`)}
          AND ${walletId === undefined ? sql`true` : sql`${walletId} IN (sent.wallet_id, received.wallet_id)`}
          AND NOT EXISTS (SELECT FROM declined_links AS declined WHERE declined.sent_id = sent.id
            AND declined.received_id = received.id AND NOT declined.is_deleted)
        ORDER BY score DESC, sent."timestamp" DESC, sent.id, received.id LIMIT ${mostPairs}`,
  );

/** A page of suggestions, the likeliest first, each transaction in one of them; a cursor is the uuid of what sends. */
export const pageSuggestions = async (
  db: Db,
  userId: bigint,
  walletId: bigint | undefined,
  { limit, cursor }: PageQuery,
) => {
  const pairs = bestPairs(await rankedPairs(db, userId, walletId));
  const start = cursor === undefined ? 0 : pairs.findIndex(({ sent }) => sent === cursor.toLowerCase()) + 1;
  const isLost = cursor !== undefined && start === 0;
  const rows = isLost
    ? []
    : pairs.slice(start, start + limit + 1).map((pair) => ({ ...pair, uuid: pair.sent }));
  const { items, next_cursor } = toPage(rows, { limit, cursor }, (pair) => pair);
  const sides = await presentSides(db, userId, items);
  const shown = sides.map((both, place) => ({ ...both, score: plain(items[place]?.score ?? '0') }));
  return { items: shown, next_cursor };
};
