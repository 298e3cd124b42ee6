/** What owners enter by hand, found and checked: the rules that recording one, many, and changing one share. */
import {
  canonicalContract,
  canonicalContractForms,
  InvalidAddress,
} from '#shared/adapters/chains/addresses.ts';
import { type EntryChain, type EntryToken, findChainsAndTokens } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { requireWallets, type WalletRow } from '#shared/adapters/db/wallet-access.ts';
import { decimalPlaces, formatUnits, maxRawAmount, parseUnits } from '#shared/domain/decimal.ts';
import type { TransactionType } from '#shared/domain/ledger.ts';
import { type AppError, fault, notFound } from '#shared/errors.ts';

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

/** Both forms of the quantity from the one that was given. */
export const quantityOf = (
  { amount, raw_amount }: Pick<Entry, 'amount' | 'raw_amount'>,
  { decimals, symbol }: EntryToken,
) => {
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

/** EVM hashes are hexadecimal and come in either case; elsewhere case matters. */
export const hashOf = (chain: EntryChain, hash: string | null | undefined): string | null =>
  hash == null ? null : chain.kind === 'evm' ? hash.toLowerCase() : hash;

/** A time that has come, give or take a time zone. */
export const timeOf = (text: string, now: Date): Date => {
  const time = new Date(text);
  if (time.getTime() > now.getTime() + dayMs) throw fault('timestamp', 'expected a time that has come');
  return time;
};

/** What entries name, looked up for all of them at once. */
interface Named {
  wallets: ReadonlyMap<string, WalletRow>;
  chains: ReadonlyMap<string, EntryChain>;
  tokens: readonly EntryToken[];
  /** Canonical forms of contract addresses, or what is wrong with them, by chain and address as given. */
  contracts: ReadonlyMap<string, string | AppError>;
}

const contractKey = ({ chain_id, contract_address }: Entry): string => `${chain_id}:${contract_address}`;

/** The contracts that entries name; the native coin and a uuid need none. */
const canonicalContracts = (
  chains: ReadonlyMap<string, EntryChain>,
  entries: readonly Entry[],
): Map<string, string | AppError> => {
  const contracts = new Map<string, string | AppError>();
  const naming = entries.filter(({ contract_address }) => contract_address !== undefined);
  for (const entry of naming) {
    const chain = chains.get(entry.chain_id);
    if (!chain || contracts.has(contractKey(entry))) continue;
    try {
      contracts.set(contractKey(entry), canonicalContract(chain.kind, entry.contract_address ?? ''));
    } catch (error) {
      if (!(error instanceof InvalidAddress)) throw error;
      contracts.set(contractKey(entry), fault('contract_address', error.message));
    }
  }
  return contracts;
};

/** @throws WalletError when any wallet is not there, or is another's. */
export const lookUp = async (db: Db, userId: bigint, entries: readonly Entry[]): Promise<Named> => {
  const wallets = await requireWallets(
    db,
    userId,
    entries.map(({ wallet_uuid }) => wallet_uuid),
  );
  const given = [...new Set(entries.flatMap(({ contract_address }) => contract_address ?? []))];
  const { chains, tokens } = await findChainsAndTokens(
    db,
    [...new Set(entries.map(({ chain_id }) => chain_id))],
    {
      uuids: [...new Set(entries.flatMap(({ token_uuid }) => token_uuid ?? []))],
      contracts: given.flatMap(canonicalContractForms),
    },
  );
  return { wallets, chains, tokens, contracts: canonicalContracts(chains, entries) };
};

const tokenOf = ({ tokens, contracts }: Named, chain: EntryChain, entry: Entry): EntryToken => {
  const contract = contracts.get(contractKey(entry)) ?? null;
  if (contract !== null && typeof contract !== 'string') throw contract;
  const token = tokens.find(
    (known) =>
      known.chainId === chain.id &&
      (entry.token_uuid === undefined
        ? known.contractAddress === contract
        : known.uuid === entry.token_uuid.toLowerCase()),
  );
  if (!token) throw notFound('Token');
  return token;
};

/**
 * What an entry speaks of.
 *
 * @throws BadRequestException, TokenError
 */
export const resolveEntry = (named: Named, entry: Entry, now: Date) => {
  const wallet = named.wallets.get(entry.wallet_uuid.toLowerCase());
  if (!wallet) throw notFound('Wallet');
  const chain = named.chains.get(entry.chain_id);
  if (!chain) throw fault('chain_id', `there is no chain ${entry.chain_id}`);
  const token = tokenOf(named, chain, entry);
  return {
    entry,
    token,
    walletId: wallet.id,
    walletUuid: wallet.uuid,
    chainId: chain.id,
    publicId: chain.publicId,
    tokenId: token.id,
    timestamp: timeOf(entry.timestamp, now),
    hash: hashOf(chain, entry.transaction_hash),
    ...quantityOf(entry, token),
  };
};

export type ResolvedEntry = ReturnType<typeof resolveEntry>;
