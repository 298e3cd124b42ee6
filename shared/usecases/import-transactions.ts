import { canonicalAddress, InvalidAddress } from '#shared/adapters/chains/addresses.ts';
import { balancesOnChain } from '#shared/adapters/db/balances.ts';
import { lockBelongings, requireQuota } from '#shared/adapters/db/belongings.ts';
import { type Chain, ensureTokens, findChains, findToken, type Token } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { insertBatch, insertEvidence, type OwnedRow, setBatchReport } from '#shared/adapters/db/imports.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { findAddressWallet, insertAddresses } from '#shared/adapters/db/wallets.ts';
import type { EtherscanRow, ParsedFile } from '#shared/adapters/imports/etherscan.ts';
import { decimalPlaces, maxRawAmount, parseUnits } from '#shared/domain/decimal.ts';
import { AppError, badRequest } from '#shared/errors.ts';
import type { Caller, Change } from './context.ts';
import { deriveTransactions } from './derive-transactions.ts';
import { announceUnpriced } from './send-outbox.ts';
import { settle } from './settle.ts';

export interface ImportRequest {
  wallet_uuid: string;
  chain_id: string;
  format: string;
  dry_run: boolean;
  address: string;
  files: readonly { name: string; content: string }[];
}

const requireEvmChain = async (db: Db, chainId: string): Promise<Chain> => {
  const chain = (await findChains(db, [chainId])).get(chainId);
  if (chain?.kind === 'evm') return chain;
  throw badRequest(
    `chain_id: expected a chain that Etherscan or a sibling explores, such as 1; got ${chainId}`,
  );
};

const requireAddress = (address: string): string => {
  try {
    return canonicalAddress('evm', address);
  } catch (error) {
    if (error instanceof InvalidAddress) throw badRequest(`address: ${error.message}`);
    throw error;
  }
};

/** The tokens that files name, by contract address; the native coin is under null. */
const resolveTokens = async (
  db: Db,
  chain: Chain,
  files: readonly ParsedFile[],
): Promise<Map<string | null, Token>> => {
  const named = new Map(
    files
      .flatMap(({ rows }) => rows)
      .flatMap(({ token }) => (token ? [[token.contractAddress, token] as const] : [])),
  );
  const tokens: Map<string | null, Token> = await ensureTokens(db, chain.id, [...named.values()]);
  const native = await findToken(db, chain.id, null);
  if (!native) throw new Error(`chain ${chain.publicId} has no native token: seed the tokens`);
  return tokens.set(null, native);
};

/** Why a row cannot be true: its token has not so many decimals, or nothing comes in such numbers. */
const faultOf = (row: EtherscanRow, { decimals, symbol }: Token): string | undefined => {
  const amounts = [row.amountIn, row.amountOut, row.gasFee];
  const places = Math.max(...amounts.map(decimalPlaces));
  if (places > decimals) return `the amount has ${places} decimals, and ${symbol} has ${decimals}`;
  const isTooLarge = amounts.some((amount) => parseUnits(amount, decimals) > maxRawAmount);
  return isTooLarge ? 'the amount is more than 2^256 - 1 of the smallest unit' : undefined;
};

/** Rows with their tokens; those that cannot be true are skipped. */
const withTokens = (file: ParsedFile, tokens: ReadonlyMap<string | null, Token>): OwnedRow[] =>
  file.rows.flatMap((row: EtherscanRow) => {
    const token = tokens.get(row.token?.contractAddress ?? null);
    if (!token) throw new Error('a token vanished after its creation');
    const reason = faultOf(row, token);
    if (reason === undefined) return [{ row, tokenId: token.id }];
    file.skipped.push({ line: row.line, reason });
    return [];
  });

/** The wallet watches the address from now on; another wallet of the user's must not. */
const adoptAddress = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  watched: { chainId: bigint; address: string },
): Promise<void> => {
  await lockBelongings(db, userId);
  const other = await findAddressWallet(db, userId, watched);
  if (other && other.walletId !== walletId) {
    throw new AppError(
      'ConflictError',
      `Your wallet "${other.name}" watches ${watched.address}: import it there`,
    );
  }
  if (other) return;
  await insertAddresses(db, userId, walletId, [watched]);
  await requireQuota(db, userId, 'addresses');
};

const performImport = async (change: Change, caller: Caller, request: ImportRequest, now: Date) => {
  const { db } = change;
  const { userId } = caller;
  // Locked first: a wallet that is there now is not deleted meanwhile.
  await lockLedgers(db, userId);
  const wallet = await requireWallet(db, userId, request.wallet_uuid);
  const chain = await requireEvmChain(db, request.chain_id);
  const address = requireAddress(request.address);
  const { parseEtherscan } = await import('#shared/adapters/imports/etherscan.ts');
  const files = request.files.map((file) => parseEtherscan(file, address));
  const tokens = await resolveTokens(db, chain, files);
  const place = { userId, walletId: wallet.id, chainId: chain.id };
  const batch = await insertBatch(db, { ...place, format: request.format, address });
  const hashes = new Set<string>();
  const reports = [];
  for (const file of files) {
    const rows = withTokens(file, tokens);
    const added = await insertEvidence(db, { ...place, batchId: batch.id }, rows);
    for (const { row } of rows) if (added.has(row.key)) hashes.add(row.hash);
    reports.push({
      name: file.name,
      kind: file.kind,
      rows: file.rowCount,
      imported: added.size,
      duplicates: rows.length - added.size,
      skipped: file.skipped.sort((left, right) => left.line - right.line),
    });
  }
  if (hashes.size > 0) await adoptAddress(db, userId, wallet.id, { chainId: chain.id, address });
  await setBatchReport(db, batch.id, { files: reports });
  const changed = await deriveTransactions(db, place, [...hashes]);
  await settle(change, caller, changed);
  if (changed.length > 0) await announceUnpriced(change, caller);
  const balances = await balancesOnChain(db, userId, wallet.id, chain.id, now);
  return { batch_uuid: batch.uuid, dry_run: false, files: reports, balances };
};

type Report = Awaited<ReturnType<typeof performImport>>;

/** Carries the answer of a dry run out of the transaction that it undoes. */
class Undone extends Error {
  readonly report: Report;

  constructor(report: Report) {
    super('dry run');
    this.report = report;
  }
}

/**
 * Imports an explorer's exports of one address. Files may come in one call or several, whole or in parts, in any order:
 * rows are kept as evidence, each once, and the transactions of a hash are derived anew from all that is known of it.
 *
 * A dry run does all the same and takes it back.
 *
 * @throws WalletError; BadRequestException for a file that is none of the known kinds, an address or a chain that does
 *   not fit; ConflictError when another wallet of the user watches the address
 */
export const importTransactions = async (
  change: Change,
  caller: Caller,
  request: ImportRequest,
  now: Date,
) => {
  if (!request.dry_run) return performImport(change, caller, request, now);
  try {
    return await change.db.transaction(async (tx) => {
      throw new Undone(await performImport({ db: tx, announced: [] }, caller, request, now));
    });
  } catch (error) {
    if (error instanceof Undone) return { ...error.report, batch_uuid: null, dry_run: true };
    throw error;
  }
};
