import { randomUUID } from 'node:crypto';
import { insertBalances } from '#shared/adapters/db/balance-writes.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { type LedgerState, walletStates } from '#shared/adapters/db/ledger-states.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { reachedBalances } from '#shared/adapters/db/own-transfers.ts';
import {
  type EnteredTransaction,
  insertEntered,
  requireTransaction,
  transfersOfHashes,
} from '#shared/adapters/db/transaction-writes.ts';
import {
  type PresentedTransaction,
  presentEntered,
  presentTransactions,
} from '#shared/adapters/db/transactions.ts';
import { plainOrNull } from '#shared/domain/decimal.ts';
import { isDisposal } from '#shared/domain/ledger.ts';
import { AppError, type Fault, refuseFaults } from '#shared/errors.ts';
import { changeLedgers, since } from './change-ledgers.ts';
import type { Caller, Change } from './context.ts';
import { type Entry, lookUp, type ResolvedEntry, resolveEntry } from './entries.ts';
import { consumeNamed, type NamedLot } from './name-lots.ts';
import { numberTransfers, repeatedTransfer } from './number-transfers.ts';
import { announceUnpriced } from './send-outbox.ts';

/** The name of a field of the n-th entry, as the request has it. */
type FieldOf = (field: string, place: number) => string;

const withBalances = async (db: Db, userId: bigint, entries: readonly ResolvedEntry[]) => {
  const states = new Map<bigint, LedgerState[]>();
  for (const [walletId, own] of Map.groupBy(entries, (entry) => entry.walletId)) {
    const tokens = [...new Set(own.map(({ tokenId }) => tokenId))];
    const found = await walletStates(db, userId, walletId, tokens);
    const missing = tokens.filter((token) => !found.some(({ tokenId }) => tokenId === token));
    if (missing.length > 0) {
      await insertBalances(db, userId, walletId, missing);
      found.push(...(await walletStates(db, userId, walletId, missing)));
    }
    states.set(walletId, found);
  }
  return entries.map((entry) => {
    const state = states.get(entry.walletId)?.find(({ tokenId }) => tokenId === entry.tokenId);
    if (!state) throw new Error('a balance vanished after its creation');
    return { ...entry, state, balanceId: BigInt(state.balanceId), balanceUuid: state.uuid };
  });
};

type Placed = Awaited<ReturnType<typeof withBalances>>[number];

const toRow = (placed: Placed, transferIndex: number | null): EnteredTransaction => {
  const { entry, walletId, balanceId, chainId, tokenId, rawAmount, amount, recordedAs, hash, timestamp } =
    placed;
  return {
    uuid: randomUUID(),
    walletId,
    balanceId,
    chainId,
    tokenId,
    transactionType: entry.transaction_type,
    rawAmount,
    amount,
    recordedAs,
    priceUsd: plainOrNull(entry.price_usd),
    feeUsd: plainOrNull(entry.fee_usd),
    transactionHash: hash,
    transferIndex,
    timestamp,
    blockNumber: entry.block_number ?? null,
    gasUsed: entry.gas_used ?? null,
    gasPrice: entry.gas_price ?? null,
  };
};

/** What may leave a wallet short: disposals, and transfers, for the other side may have spent before it received. */
const watchedBalances = async (db: Db, userId: bigint, entries: readonly Placed[]) => {
  const transfers = entries.filter(
    ({ entry, hash }) => hash !== null && entry.transaction_type.startsWith('TRANSFER'),
  );
  const disposals = entries.filter(({ entry }) => isDisposal(entry.transaction_type));
  const others =
    transfers.length === 0
      ? []
      : await reachedBalances(db, userId, {
          ids: [],
          hashes: transfers.flatMap(({ hash }) => hash ?? []),
          tokenIds: [...new Set(transfers.map(({ tokenId }) => tokenId))],
        });
  const own = [...disposals, ...transfers];
  const watched = [...new Set([...own.map(({ balanceId }) => balanceId), ...others])];
  // Without others all is known of them that has to be.
  const dirty = own.flatMap(({ balanceId, state }) => (state.dirtySince === null ? [] : [balanceId]));
  return { watched, ...(others.length === 0 ? { dirty } : {}) };
};

/** Writes entries and brings their balances up to date, once for all of them; gives them as the API shows them. */
const insertEntries = async (
  change: Change,
  caller: Caller,
  resolved: readonly ResolvedEntry[],
  fieldOf: FieldOf,
): Promise<PresentedTransaction[]> => {
  const { db } = change;
  const { userId } = caller;
  const hashes = [...new Set(resolved.flatMap(({ hash }) => hash ?? []))];
  const { places, repeated } = numberTransfers(await transfersOfHashes(db, userId, hashes), resolved);
  const faults = repeated.map((place) => ({
    field: fieldOf('transaction_hash', place),
    message: repeatedTransfer,
  }));
  if (faults.length > 0) throw new AppError('ConflictError', repeatedTransfer, faults);
  const placed = await withBalances(db, userId, resolved);
  const rows = placed.map((entry, place) => toRow(entry, places[place] ?? null));
  const blame = (balanceId: bigint): string[] => {
    const own = placed.flatMap((entry, place) => (entry.balanceId === balanceId ? [place] : []));
    const disposals = own.filter((place) => isDisposal(placed[place]?.entry.transaction_type ?? 'BUY'));
    const guilty = disposals.length > 0 ? disposals : placed.map((_, place) => place);
    return guilty.map((place) => fieldOf('amount', place));
  };
  const watched = await watchedBalances(db, userId, placed);
  let createdAt = new Date(Number.NaN);
  const known = [...new Set(placed.map(({ state }) => state))];
  const isCurrent = await changeLedgers(change, caller, { ...watched, blame, known }, async () => {
    createdAt = await insertEntered(db, userId, rows);
    return { touched: rows.map(({ balanceId, timestamp }) => since(balanceId, timestamp)), hashes };
  });
  if (rows.some(({ priceUsd }) => priceUsd === null)) await announceUnpriced(change, caller);
  // Only what has a hash can have been linked.
  if (hashes.length > 0)
    return presentTransactions(
      db,
      userId,
      rows.map(({ uuid }) => uuid),
    );
  return rows.flatMap((row, place) => {
    const names = placed[place];
    return names ? [presentEntered(row, { ...names, isCurrent, createdAt })] : [];
  });
};

/**
 * Records a transaction that its owner enters by hand, and brings its balance up to date: at once where few
 * transactions must be replayed, through the queue where many.
 *
 * @throws WalletError, TokenError for what is not there; ConflictError for a transfer that is recorded already;
 *   BadRequestException for a quantity that does not fit the token, and for an entry that would leave a wallet short at
 *   any moment, then or later, and for lots that it names and that are not there
 */
export const recordTransaction = async (
  change: Change,
  caller: Caller,
  entry: Entry & { lot_selections?: readonly NamedLot[] | undefined },
  now: Date,
) => {
  const { db } = change;
  const { userId } = caller;
  // Locked first: the wallet must not be deleted, nor the token's decimals be corrected, between here and the writing.
  await lockLedgers(db, userId);
  const resolved = resolveEntry(await lookUp(db, userId, [entry]), entry, now);
  const [presented] = await insertEntries(change, caller, [resolved], (field) => field);
  if (!presented) throw new Error('nothing was recorded');
  if (entry.lot_selections) {
    await consumeNamed(
      db,
      userId,
      await requireTransaction(db, userId, presented.uuid),
      entry.lot_selections,
    );
  }
  return presented;
};

const fieldOfMany: FieldOf = (field, place) => `transactions.${place}.${field}`;

/** What is wrong with the n-th of many entries; what it names and is not there is a fault like any other. */
const faultsOf = (error: unknown, entry: Entry, place: number): Fault[] => {
  if (!(error instanceof AppError)) throw error;
  if (error.details)
    return error.details.map(({ field, message }) => ({ field: fieldOfMany(field, place), message }));
  const field = entry.contract_address === undefined ? 'token_uuid' : 'contract_address';
  return [{ field: fieldOfMany(field, place), message: 'there is no such token on this chain' }];
};

/**
 * Records many transactions, all or none. They may depend on each other whatever their order: only the whole must leave no
 * wallet short.
 *
 * @throws WalletError when any wallet is not the caller's; BadRequestException and ConflictError naming every entry at fault
 */
export const recordTransactions = async (
  change: Change,
  caller: Caller,
  entries: readonly Entry[],
  now: Date,
) => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const named = await lookUp(db, userId, entries);
  const faults: Fault[] = [];
  const resolved = entries.flatMap((entry, place) => {
    try {
      return [resolveEntry(named, entry, now)];
    } catch (error) {
      faults.push(...faultsOf(error, entry, place));
      return [];
    }
  });
  refuseFaults(faults);
  return { items: await insertEntries(change, caller, resolved, fieldOfMany) };
};
