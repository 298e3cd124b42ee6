import { type Change, ensureBalances } from '#shared/adapters/db/balance-writes.ts';
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
  standingOf,
  updateDerived,
} from '#shared/adapters/db/imports.ts';
import { linkOwnTransfers, reviewLinks } from '#shared/adapters/db/own-transfers.ts';
import { formatUnits, parseUnits, plain, plainOrNull } from '#shared/domain/decimal.ts';
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

/** A transaction that evidence tells of, and the batches that brought this evidence. */
type Candidate = Derived & { batches: ReadonlySet<bigint> };

const candidatesOf = (hash: string, rows: readonly Evidence[]): Candidate[] => {
  const [first] = rows;
  if (!first) return [];
  const batches = new Set(rows.map(({ batchId }) => batchId));
  // It belongs to the newest batch that speaks of its hash.
  const batchId = [...batches].reduce((newest, batch) => (batch > newest ? batch : newest));
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
      priceSource: null,
      priceAt: null,
      valueUsd: movement.valueUsd,
      needsReview: movement.needsReview,
      batchId,
      batches,
    };
  });
};

const isSame = (known: Recorded, wanted: Candidate): boolean =>
  known.batchId !== null &&
  wanted.batches.has(known.batchId) &&
  known.transactionType === wanted.transactionType &&
  known.rawAmount === wanted.rawAmount &&
  known.timestamp.getTime() === wanted.timestamp.getTime() &&
  known.needsReview === wanted.needsReview &&
  known.priceSource === wanted.priceSource &&
  plainOrNull(known.priceUsd) === plainOrNull(wanted.priceUsd) &&
  plainOrNull(known.valueUsd) === plainOrNull(wanted.valueUsd);

/** Evidence without a price leaves the one that was found since, if it is still about the same. */
const withFoundPrice = (known: Recorded | undefined, wanted: Candidate): Candidate =>
  known?.priceSource != null &&
  wanted.priceUsd === null &&
  wanted.valueUsd === null &&
  known.transactionType === wanted.transactionType &&
  known.rawAmount === wanted.rawAmount &&
  known.timestamp.getTime() === wanted.timestamp.getTime()
    ? {
        ...wanted,
        priceUsd: known.priceUsd,
        priceSource: known.priceSource,
        priceAt: known.priceAt,
        valueUsd: known.valueUsd,
      }
    : wanted;

/** A source key without its direction: evidence that turns a movement around speaks of the same movement. */
const movementOf = (sourceKey: string): string => sourceKey.slice(2);

/** What its owner has said of a movement stands; the export's word for the same one is not needed. */
const isKnown = (standing: readonly Recorded[], wanted: Candidate): boolean =>
  standing.some(
    (other) =>
      (other.sourceKey !== '' && movementOf(other.sourceKey) === movementOf(wanted.sourceKey)) ||
      (other.sourceKey === '' &&
        other.hash === wanted.transactionHash &&
        other.tokenId === wanted.tokenId &&
        other.rawAmount === wanted.rawAmount &&
        direction(other.transactionType) === direction(wanted.transactionType)),
  );

const touchedBy = (rows: readonly { balanceId: bigint; timestamp: Date }[]): Change[] =>
  rows.map(({ balanceId, timestamp }) => ({
    balance_id: String(balanceId),
    since: timestamp.toISOString(),
  }));

/**
 * Makes the transactions of some hashes what all evidence of them says: what is missing is added, what changed is changed,
 * what nothing tells of is removed, what is the same left alone. What its owner has entered, edited, cancelled or removed
 * stands.
 *
 * @returns the balances that changed, and since when they are different
 */
export const deriveTransactions = async (
  db: Db,
  place: ImportPlace,
  hashes: readonly string[],
): Promise<Change[]> => {
  if (hashes.length === 0) return [];
  const { userId, walletId } = place;
  const evidence = Map.groupBy(await evidenceOf(db, place, hashes), ({ hash }) => hash);
  const standing = await standingOf(db, place, hashes);
  const wanted = [...evidence].flatMap(([hash, rows]) => candidatesOf(hash, rows));
  const known = new Map((await derivedOf(db, place, hashes)).map((row) => [row.sourceKey, row]));
  const candidates = wanted
    .filter((candidate) => !isKnown(standing, candidate))
    .map((candidate) => withFoundPrice(known.get(candidate.sourceKey), candidate));
  const changed = candidates.flatMap((candidate) => {
    const before = known.get(candidate.sourceKey);
    return before && !isSame(before, candidate) ? [{ ...candidate, id: before.id, before }] : [];
  });
  const added = candidates.filter(({ sourceKey }) => !known.has(sourceKey));
  const told = new Set(candidates.map(({ sourceKey }) => sourceKey));
  const untold = [...known.values()].filter(({ sourceKey }) => !told.has(sourceKey));
  const balances = await ensureBalances(db, userId, walletId, [
    ...new Set(added.map(({ tokenId }) => tokenId)),
  ]);
  const rows = added.map((candidate) => ({
    ...candidate,
    balanceId: balances.get(candidate.tokenId) ?? 0n,
  }));
  const untoldIds = untold.map(({ id }) => id);
  await deleteDerived(db, userId, untoldIds);
  await updateDerived(db, userId, changed);
  const reviewed = await reviewLinks(db, userId, [...untoldIds, ...changed.map(({ id }) => id)]);
  await insertDerived(db, place, rows);
  const linked = await linkOwnTransfers(db, userId, hashes);
  return [
    ...touchedBy([...rows, ...untold, ...changed.map(({ before }) => before)]),
    ...touchedBy(changed.map(({ before, timestamp }) => ({ balanceId: before.balanceId, timestamp }))),
    ...reviewed,
    ...linked,
  ];
};
