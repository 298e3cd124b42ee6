import { and, asc, eq, sql } from 'drizzle-orm';
import {
  difference,
  formatUnits,
  plain,
  plainOrNull,
  product,
  quotient,
  sum,
} from '#shared/domain/decimal.ts';
import type { Db } from './client.ts';
import { numberOf, uuidOf } from './numbered.ts';
import { type PageQuery, toPage } from './page.ts';
import { lotMatches, lots } from './schema/balances.ts';
import { transactions } from './schema/transactions.ts';

interface PageOf extends PageQuery {
  /** From `requireBalance`, which has checked whose it is. */
  balance: { id: bigint; uuid: string; decimals: number; costBasisUsd: string; knownRawAmount: string };
}

type LotRow = typeof lots.$inferSelect;

/**
 * What lots cost, for people. While costs are pooled, what is left of a lot costs the average of all that is open,
 * rounded half-even to 18 places.
 */
const costsOf = (
  lot: LotRow,
  { decimals, costBasisUsd, knownRawAmount }: PageOf['balance'],
  isPooled: boolean,
) => {
  if (!lot.basisKnown) return { unit_cost_usd: null, cost_usd: null, remaining_cost_usd: null };
  const amountOf = (raw: string) => formatUnits(BigInt(raw), decimals);
  const [whole, left] = [amountOf(lot.rawAmount), amountOf(lot.remainingRawAmount)];
  const cost = sum([product(lot.unitPriceUsd, whole), lot.lumpUsd]);
  const own = sum([product(lot.unitPriceUsd, left), lot.remainingLumpUsd]);
  const pooled = () => quotient(product(plain(costBasisUsd), left), amountOf(knownRawAmount));
  return {
    unit_cost_usd: quotient(cost, whole),
    cost_usd: cost,
    remaining_cost_usd: left === '0' ? '0' : isPooled ? pooled() : own,
  };
};

/** Whether the last that was consumed was so at average cost. */
const isPooled = sql<boolean>`coalesce((SELECT method = 'AVERAGE' AND kind <> 'REBASE' FROM lot_matches
  WHERE lot_matches.balance_id = ${lots.balanceId} ORDER BY sequence DESC LIMIT 1), false)`;

/** A page of a balance's lots, the oldest first. */
export const pageLots = async (
  db: Db,
  userId: bigint,
  { balance, limit, cursor, open }: PageOf & { open: boolean },
) => {
  const rows = await db
    .select({ lot: lots, transactionUuid: transactions.uuid, isPooled })
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
                WHERE balance_id = ${balance.id} AND sequence = ${numberOf(balance.uuid, 'lot', cursor)})`,
      ),
    )
    .orderBy(asc(lots.acquiredAt), asc(lots.sequence))
    .limit(limit + 1);
  const named = rows.map((row) => ({ ...row, uuid: uuidOf(balance.uuid, 'lot', row.lot.sequence) }));
  return toPage(named, { limit, cursor }, ({ lot, uuid, transactionUuid, isPooled: pooled }) => ({
    uuid,
    acquired_at: lot.acquiredAt.toISOString(),
    transaction_uuid: transactionUuid,
    amount: formatUnits(BigInt(lot.rawAmount), balance.decimals),
    remaining_amount: formatUnits(BigInt(lot.remainingRawAmount), balance.decimals),
    ...costsOf(lot, balance, pooled),
    basis_known: lot.basisKnown,
  }));
};

/** A page of a balance's lot matches, the oldest disposal first. */
export const pageMatches = async (db: Db, userId: bigint, { balance, limit, cursor }: PageOf) => {
  const rows = await db
    .select({ match: lotMatches, transactionUuid: transactions.uuid })
    .from(lotMatches)
    .innerJoin(transactions, eq(transactions.id, lotMatches.transactionId))
    .where(
      and(
        eq(lotMatches.userId, userId),
        eq(lotMatches.balanceId, balance.id),
        cursor === undefined
          ? undefined
          : sql`${lotMatches.sequence} > (SELECT sequence FROM lot_matches
                WHERE balance_id = ${balance.id} AND sequence = ${numberOf(balance.uuid, 'match', cursor)})`,
      ),
    )
    .orderBy(asc(lotMatches.sequence))
    .limit(limit + 1);
  const named = rows.map((row) => ({ ...row, uuid: uuidOf(balance.uuid, 'match', row.match.sequence) }));
  return toPage(named, { limit, cursor }, ({ match, uuid, transactionUuid }) => {
    const { costUsd, proceedsUsd } = match;
    return {
      uuid,
      transaction_uuid: transactionUuid,
      lot_uuid: match.lotSequence === null ? null : uuidOf(balance.uuid, 'lot', match.lotSequence),
      kind: match.kind,
      method: match.method,
      amount: formatUnits(BigInt(match.rawAmount), balance.decimals),
      cost_usd: plainOrNull(costUsd),
      proceeds_usd: plainOrNull(proceedsUsd),
      gain_usd: costUsd === null || proceedsUsd === null ? null : difference(proceedsUsd, costUsd),
      acquired_at: match.acquiredAt?.toISOString() ?? null,
      disposed_at: match.disposedAt.toISOString(),
      term: match.term,
    };
  });
};
