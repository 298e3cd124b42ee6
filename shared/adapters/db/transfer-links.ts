import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { difference } from '#shared/domain/decimal.ts';
import { type OpenTransfer, suggestTransfers } from '#shared/domain/transfer-suggestions.ts';
import { type Db, rowsOf } from './client.ts';
import { counts, inLiveWallet } from './counts.ts';
import { milliseconds } from './ledger-units.ts';
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

interface OpenRow extends Record<string, unknown> {
  uuid: string;
  wallet_id: string;
  token_id: string;
  transaction_type: OpenTransfer['type'];
  raw_amount: string;
  at: string;
}

/** What a user's transfers that are not linked look like, in any order of theirs, always the same. */
const openTransfers = async (db: Db, userId: bigint): Promise<OpenTransfer[]> => {
  const rows = await rowsOf<OpenRow>(
    db,
    sql`SELECT uuid, wallet_id, token_id, transaction_type, raw_amount, ${milliseconds(sql`"timestamp"`)} AS at
        FROM transactions
        WHERE user_id = ${userId} AND transaction_type IN ('TRANSFER_IN', 'TRANSFER_OUT')
          AND linked_transaction_id IS NULL AND ${counts(sql`transactions`)}
          AND ${inLiveWallet(sql`transactions`)}
        ORDER BY id`,
  );
  return rows.map((row) => ({
    uuid: row.uuid,
    type: row.transaction_type,
    walletId: BigInt(row.wallet_id),
    tokenId: BigInt(row.token_id),
    quantity: BigInt(row.raw_amount),
    at: Number(row.at),
  }));
};

/** The pairs that a user has declined, as `suggestTransfers` takes them. */
const declinedPairs = async (db: Db, userId: bigint): Promise<Set<string>> => {
  const rows = await rowsOf<{ pair: string }>(
    db,
    sql`SELECT sent.uuid || ':' || received.uuid AS pair FROM declined_links AS declined
        JOIN transactions AS sent ON sent.id = declined.sent_id
        JOIN transactions AS received ON received.id = declined.received_id
        WHERE declined.user_id = ${userId} AND NOT declined.is_deleted`,
  );
  return new Set(rows.map(({ pair }) => pair));
};

/** A page of suggestions, the likeliest first, each transaction in one of them; a cursor is the uuid of what sends. */
export const pageSuggestions = async (
  db: Db,
  userId: bigint,
  walletId: bigint | undefined,
  { limit, cursor }: PageQuery,
) => {
  const open = await openTransfers(db, userId);
  const wallets = new Map(open.map(({ uuid, walletId: wallet }) => [uuid, wallet]));
  const pairs = suggestTransfers(open, await declinedPairs(db, userId)).filter(
    ({ sent, received }) =>
      walletId === undefined || wallets.get(sent) === walletId || wallets.get(received) === walletId,
  );
  const start = cursor === undefined ? 0 : pairs.findIndex(({ sent }) => sent === cursor.toLowerCase()) + 1;
  const isLost = cursor !== undefined && start === 0;
  const rows = isLost
    ? []
    : pairs.slice(start, start + limit + 1).map((pair) => ({ ...pair, uuid: pair.sent }));
  const { items, next_cursor } = toPage(rows, { limit, cursor }, (pair) => pair);
  const sides = await presentSides(db, userId, items);
  const shown = sides.map((both, place) => ({ ...both, score: items[place]?.score ?? '0' }));
  return { items: shown, next_cursor };
};
