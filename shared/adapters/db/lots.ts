import { and, asc, eq, sql } from 'drizzle-orm';
import { formatUnits, plain, plainOrNull, quotient } from '#shared/domain/decimal.ts';
import type { Db } from './client.ts';
import { type PageQuery, toPage } from './page.ts';
import { lotMatches, lots } from './schema/balances.ts';
import { transactions } from './schema/transactions.ts';

interface PageOf extends PageQuery {
  /** From `requireBalance`, which has checked whose it is. */
  balance: { id: bigint; decimals: number };
}

/** A page of a balance's lots, the oldest first. */
export const pageLots = async (
  db: Db,
  userId: bigint,
  { balance, limit, cursor, open }: PageOf & { open: boolean },
) => {
  const amountOf = (raw: string) => formatUnits(BigInt(raw), balance.decimals);
  const rows = await db
    .select({ lot: lots, uuid: lots.uuid, transactionUuid: transactions.uuid })
    .from(lots)
    .innerJoin(transactions, eq(transactions.id, lots.transactionId))
    .where(
      and(
        eq(lots.userId, userId),
        eq(lots.balanceId, balance.id),
        open ? sql`${lots.remainingRawAmount} > 0` : undefined,
        cursor === undefined
          ? undefined
          : sql`(${lots.acquiredAt}, ${lots.sequence}) > (SELECT acquired_at, sequence FROM lots
                WHERE uuid = ${cursor} AND balance_id = ${balance.id})`,
      ),
    )
    .orderBy(asc(lots.acquiredAt), asc(lots.sequence))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, ({ lot, uuid, transactionUuid }) => ({
    uuid,
    acquired_at: lot.acquiredAt.toISOString(),
    transaction_uuid: transactionUuid,
    amount: amountOf(lot.rawAmount),
    remaining_amount: amountOf(lot.remainingRawAmount),
    unit_cost_usd: lot.basisKnown ? quotient(lot.costUsd, amountOf(lot.rawAmount)) : null,
    cost_usd: lot.basisKnown ? plain(lot.costUsd) : null,
    remaining_cost_usd: lot.basisKnown ? plain(lot.remainingCostUsd) : null,
    basis_known: lot.basisKnown,
  }));
};

/** A page of a balance's lot matches, the oldest disposal first. */
export const pageMatches = async (db: Db, userId: bigint, { balance, limit, cursor }: PageOf) => {
  const rows = await db
    .select({
      match: lotMatches,
      uuid: lotMatches.uuid,
      transactionUuid: transactions.uuid,
      lotUuid: lots.uuid,
    })
    .from(lotMatches)
    .innerJoin(transactions, eq(transactions.id, lotMatches.transactionId))
    .leftJoin(lots, and(eq(lots.balanceId, lotMatches.balanceId), eq(lots.sequence, lotMatches.lotSequence)))
    .where(
      and(
        eq(lotMatches.userId, userId),
        eq(lotMatches.balanceId, balance.id),
        cursor === undefined
          ? undefined
          : sql`${lotMatches.sequence} > (SELECT sequence FROM lot_matches
                WHERE uuid = ${cursor} AND balance_id = ${balance.id})`,
      ),
    )
    .orderBy(asc(lotMatches.sequence))
    .limit(limit + 1);
  return toPage(rows, { limit, cursor }, ({ match, uuid, transactionUuid, lotUuid }) => ({
    uuid,
    transaction_uuid: transactionUuid,
    lot_uuid: lotUuid,
    kind: match.kind,
    amount: formatUnits(BigInt(match.rawAmount), balance.decimals),
    cost_usd: plainOrNull(match.costUsd),
    proceeds_usd: plainOrNull(match.proceedsUsd),
    gain_usd: plainOrNull(match.gainUsd),
    acquired_at: match.acquiredAt?.toISOString() ?? null,
    disposed_at: match.disposedAt.toISOString(),
    term: match.term,
  }));
};
