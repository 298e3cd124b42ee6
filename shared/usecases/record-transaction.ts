import { ensureBalances, markDirty } from '#shared/adapters/db/balance-writes.ts';
import {
  type Chain,
  findChains,
  findToken,
  findTokenByUuid,
  type Token,
} from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { shortfallOf } from '#shared/adapters/db/shortfall.ts';
import {
  counterpartsOf,
  findTransaction,
  insertTransaction,
  linkOwnTransfers,
  type OwnTransfer,
  transfersOfHash,
} from '#shared/adapters/db/transactions.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { decimalPlaces, formatUnits, maxRawAmount, parseUnits, plain } from '#shared/domain/decimal.ts';
import type { TransactionType } from '#shared/domain/ledger.ts';
import { AppError, badRequest, notFound } from '#shared/errors.ts';
import type { Caller, Change } from './context.ts';
import { settle } from './settle.ts';

/** A transaction as its owner enters it. */
export interface Entry {
  wallet_uuid: string;
  chain_id: string;
  token_uuid?: string | undefined;
  contract_address?: string | undefined;
  transaction_type: TransactionType;
  amount?: string | undefined;
  raw_amount?: string | undefined;
  price_usd?: string | null | undefined;
  fee_usd?: string | null | undefined;
  transaction_hash?: string | null | undefined;
  timestamp: string;
  block_number?: number | null | undefined;
  gas_used?: string | null | undefined;
  gas_price?: string | null | undefined;
}

const dayMs = 86_400_000;

const isDisposal = (type: TransactionType): boolean => type !== 'BUY' && type !== 'TRANSFER_IN';

const fault = (field: string, message: string) => badRequest(`${field}: ${message}`, [{ field, message }]);

const resolveToken = async (db: Db, chain: Chain, entry: Entry): Promise<Token> => {
  const token = entry.token_uuid
    ? await findTokenByUuid(db, chain.id, entry.token_uuid)
    : await findToken(db, chain.id, await contractOf(chain, entry.contract_address));
  if (!token) throw notFound('Token');
  return token;
};

/** The rules of addresses are loaded for those who name a contract: the native coin and a uuid need none. */
const contractOf = async (chain: Chain, contract: string | undefined): Promise<string | null> => {
  if (contract === undefined) return null;
  const { canonicalContract, InvalidAddress } = await import('#shared/adapters/chains/addresses.ts');
  try {
    return canonicalContract(chain.kind, contract);
  } catch (error) {
    if (error instanceof InvalidAddress) throw fault('contract_address', error.message);
    throw error;
  }
};

/** Both forms of the quantity from the one that was given. */
const quantityOf = ({ amount, raw_amount }: Entry, { decimals, symbol }: Token) => {
  if (amount !== undefined && decimalPlaces(amount) > decimals) {
    throw fault('amount', `expected at most ${decimals} decimal places, for that is what ${symbol} has`);
  }
  const raw = amount === undefined ? BigInt(raw_amount ?? '0') : parseUnits(amount, decimals);
  if (raw === 0n) throw fault(amount === undefined ? 'raw_amount' : 'amount', 'expected more than zero');
  if (raw > maxRawAmount) throw fault('amount', 'expected at most 2^256 - 1 of the smallest unit');
  return {
    rawAmount: raw.toString(),
    amount: formatUnits(raw, decimals),
    recordedAs: amount === undefined ? ('raw_amount' as const) : ('amount' as const),
  };
};

/** The place of a transfer among those of its hash. The same transfer twice is a repetition, not a second transfer. */
const transferIndexOf = async (
  db: Db,
  hash: string,
  wanted: {
    walletId: bigint;
    chainId: bigint;
    tokenId: bigint;
    transactionType: TransactionType;
    rawAmount: string;
  },
): Promise<number> => {
  const known = await transfersOfHash(db, wanted.walletId, wanted.chainId, hash);
  const repeated = known.some(
    (transfer) =>
      transfer.tokenId === wanted.tokenId &&
      transfer.transactionType === wanted.transactionType &&
      transfer.rawAmount === wanted.rawAmount,
  );
  if (repeated)
    throw new AppError('ConflictError', `This transfer of ${hash} is recorded in the wallet already`);
  return Math.max(-1, ...known.map(({ transferIndex }) => transferIndex ?? -1)) + 1;
};

/**
 * The balances that an entry could leave short: a disposal its own, and a transfer that of its other side, for what is
 * received cannot be spent before it was sent.
 */
const watchedBalances = async (
  db: Db,
  type: TransactionType,
  balanceId: bigint,
  transfer: OwnTransfer,
): Promise<bigint[]> => {
  const isTransfer = type === 'TRANSFER_IN' || type === 'TRANSFER_OUT';
  const others = isTransfer ? await counterpartsOf(db, transfer) : [];
  return isDisposal(type) || others.length > 0 ? [balanceId, ...others] : [];
};

/** EVM hashes are hexadecimal and come in either case; elsewhere case matters. */
const hashOf = (chain: Chain, hash: string | null | undefined): string | null =>
  hash == null ? null : chain.kind === 'evm' ? hash.toLowerCase() : hash;

/** What an entry speaks of, found and checked. */
const resolve = async (db: Db, userId: bigint, entry: Entry, now: Date) => {
  const wallet = await requireWallet(db, userId, entry.wallet_uuid);
  const chain = (await findChains(db, [entry.chain_id])).get(entry.chain_id);
  if (!chain) throw fault('chain_id', `there is no chain ${entry.chain_id}`);
  const token = await resolveToken(db, chain, entry);
  const timestamp = new Date(entry.timestamp);
  if (timestamp.getTime() > now.getTime() + dayMs) throw fault('timestamp', 'expected a time that has come');
  const hash = hashOf(chain, entry.transaction_hash);
  const place = { walletId: wallet.id, chainId: chain.id, tokenId: token.id };
  return { place, token, timestamp, hash, quantity: quantityOf(entry, token) };
};

type Resolved = Awaited<ReturnType<typeof resolve>>;

const insertEntry = async (db: Db, userId: bigint, balanceId: bigint, entry: Entry, resolved: Resolved) => {
  const { place, timestamp, hash, quantity } = resolved;
  const movement = { ...place, transactionType: entry.transaction_type, rawAmount: quantity.rawAmount };
  const created = await insertTransaction(db, {
    ...place,
    ...quantity,
    userId,
    balanceId,
    transactionType: entry.transaction_type,
    source: 'manual',
    transactionHash: hash,
    transferIndex: hash === null ? null : await transferIndexOf(db, hash, movement),
    timestamp,
    priceUsd: entry.price_usd == null ? null : plain(entry.price_usd),
    feeUsd: entry.fee_usd == null ? null : plain(entry.fee_usd),
    blockNumber: entry.block_number ?? null,
    gasUsed: entry.gas_used ?? null,
    gasPrice: entry.gas_price ?? null,
    createdBy: userId,
  });
  if (!created) throw new AppError('ConflictError', 'This transfer is recorded in the wallet already');
  return created;
};

/**
 * Records a transaction that its owner enters by hand, and brings its balance up to date: at once where few
 * transactions must be replayed, through the queue where many.
 *
 * @throws WalletError, TokenError for what is not there; ConflictError for a transfer that is recorded already;
 *   BadRequestException for a quantity that does not fit the token, and for an entry that would leave a wallet short at
 *   any moment, then or later
 */
export const recordTransaction = async (change: Change, caller: Caller, entry: Entry, now: Date) => {
  const { db } = change;
  const { userId } = caller;
  // Locked first: the wallet must not be deleted, nor the token's decimals be corrected, between here and the writing.
  await lockLedgers(db, userId);
  const resolved = await resolve(db, userId, entry, now);
  const { place, token, timestamp, hash, quantity } = resolved;
  const balanceId = (await ensureBalances(db, userId, place.walletId, [token.id])).get(token.id);
  if (balanceId === undefined) throw new Error('a balance vanished after its creation');
  const transfer = { ...place, userId, hash, rawAmount: quantity.rawAmount };
  const watched = await watchedBalances(db, entry.transaction_type, balanceId, transfer);
  const before = await shortfallOf(db, watched);
  const created = await insertEntry(db, userId, balanceId, entry, resolved);
  const linked = await linkOwnTransfers(db, userId, hash === null ? [] : [hash]);
  const missing = (await shortfallOf(db, watched)) - before;
  if (missing > 0n) {
    const short = `${formatUnits(missing, token.decimals)} ${token.symbol}`;
    throw fault('amount', `a wallet would be short of ${short}, then or at a later transaction`);
  }
  const changes = [{ balance_id: String(balanceId), since: timestamp.toISOString() }, ...linked];
  await markDirty(db, changes);
  await settle(
    change,
    caller,
    changes.map(({ balance_id }) => BigInt(balance_id)),
  );
  const transaction = await findTransaction(db, userId, created.uuid);
  if (!transaction) throw new Error('a transaction vanished after its creation');
  return transaction;
};
