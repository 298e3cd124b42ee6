import { ensureBalances, markDirty } from '#shared/adapters/db/balance-writes.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  type Derived,
  deleteDerived,
  derivedOf,
  type Evidence,
  evidenceOf,
  type ImportPlace,
  insertDerived,
  type Recorded,
  recordedOtherwise,
} from '#shared/adapters/db/imports.ts';
import { linkOwnTransfers } from '#shared/adapters/db/transactions.ts';
import { formatUnits, parseUnits, plain } from '#shared/domain/decimal.ts';
import type { TransactionType } from '#shared/domain/ledger.ts';
import { deriveMovements, type Movement } from '#shared/domain/movements.ts';

const direction = (type: TransactionType): 'in' | 'out' | 'fee' =>
  type === 'FEE' ? 'fee' : type === 'BUY' || type === 'TRANSFER_IN' ? 'in' : 'out';

/**
 * What identifies a movement, and where it stands among others of its time: an export knows no order within a block, so
 * receipts come first, then hashes in their own order. Files in any order make the same keys.
 */
const sourceKeyOf = (hash: string, { role, type, tokenId }: Movement): string =>
  `${direction(type) === 'in' ? 0 : 1}:${hash}:${role}:${tokenId}`;

type Candidate = Omit<Derived, 'balanceId'>;

const candidatesOf = (hash: string, rows: readonly Evidence[]): Candidate[] => {
  const [first] = rows;
  if (!first) return [];
  const decimals = new Map(rows.map((row) => [row.tokenId, row.decimals]));
  const movements = deriveMovements(
    rows.map((row) => ({
      ...row,
      tokenId: Number(row.tokenId),
      amountIn: plain(row.amountIn),
      amountOut: plain(row.amountOut),
      gasFee: plain(row.gasFee),
    })),
  );
  return movements.map((movement) => {
    const tokenId = BigInt(movement.tokenId);
    const places = decimals.get(tokenId) ?? 0;
    const raw = parseUnits(movement.amount, places);
    return {
      tokenId,
      transactionType: movement.type,
      sourceKey: sourceKeyOf(hash, movement),
      transactionHash: hash,
      blockNumber: rows.find((row) => row.blockNumber !== null)?.blockNumber ?? null,
      timestamp: first.timestamp,
      rawAmount: raw.toString(),
      amount: formatUnits(raw, places),
      priceUsd: movement.priceUsd,
      valueUsd: movement.valueUsd,
      needsReview: movement.needsReview,
    };
  });
};

const orNull = (value: string | null | undefined): string | null => (value == null ? null : plain(value));

const isSame = (known: Recorded, wanted: Candidate): boolean =>
  known.transactionType === wanted.transactionType &&
  known.rawAmount === wanted.rawAmount &&
  known.timestamp.getTime() === wanted.timestamp.getTime() &&
  known.needsReview === wanted.needsReview &&
  orNull(known.priceUsd) === orNull(wanted.priceUsd) &&
  orNull(known.valueUsd) === orNull(wanted.valueUsd);

/** What its owner has entered by hand stands; the export's word for the same movement is not needed. */
const isKnown = (others: readonly Recorded[], wanted: Candidate): boolean =>
  others.some(
    (other) =>
      other.hash === wanted.transactionHash &&
      other.tokenId === wanted.tokenId &&
      other.rawAmount === wanted.rawAmount &&
      direction(other.transactionType) === direction(wanted.transactionType),
  );

/**
 * Makes the transactions of some hashes what all evidence of them says: what is missing is added, what is superseded
 * removed, what is unchanged left alone. Balances that change are marked.
 *
 * @returns the ids of the balances that changed
 */
export const deriveTransactions = async (
  db: Db,
  place: ImportPlace,
  hashes: readonly string[],
): Promise<bigint[]> => {
  if (hashes.length === 0) return [];
  const { userId, walletId, chainId } = place;
  const evidence = Map.groupBy(await evidenceOf(db, walletId, chainId, hashes), ({ hash }) => hash);
  const others = await recordedOtherwise(db, walletId, chainId, hashes);
  const wanted = [...evidence].flatMap(([hash, rows]) => candidatesOf(hash, rows));
  const candidates = wanted.filter((candidate) => !isKnown(others, candidate));
  const known = new Map((await derivedOf(db, walletId, chainId, hashes)).map((row) => [row.sourceKey, row]));
  const kept = new Set<string>();
  const added = candidates.filter((candidate) => {
    const same = known.get(candidate.sourceKey);
    if (!same || !isSame(same, candidate)) return true;
    kept.add(candidate.sourceKey);
    return false;
  });
  const superseded = [...known.values()].filter(({ sourceKey }) => !kept.has(sourceKey));
  const balances = await ensureBalances(db, userId, walletId, [
    ...new Set(added.map(({ tokenId }) => tokenId)),
  ]);
  const unlinked = await deleteDerived(
    db,
    superseded.map(({ id }) => id),
  );
  const rows = added.map((candidate) => ({ ...candidate, balanceId: balances.get(candidate.tokenId) ?? 0n }));
  await insertDerived(db, place, rows);
  const linked = await linkOwnTransfers(db, userId, hashes);
  const moved = [...rows, ...superseded].map(({ balanceId, timestamp }) => ({
    balance_id: String(balanceId),
    since: timestamp.toISOString(),
  }));
  const changes = [...moved, ...unlinked, ...linked];
  await markDirty(db, changes);
  return changes.map(({ balance_id }) => BigInt(balance_id));
};
