import type { RecordedTransfer } from '#shared/adapters/db/transaction-writes.ts';
import type { ResolvedEntry } from './entries.ts';

export const repeatedTransfer =
  'This transfer is recorded in the wallet already: change what is recorded, or leave out this one';

type Transfer = Pick<ResolvedEntry, 'walletId' | 'chainId' | 'tokenId' | 'hash' | 'rawAmount'> & {
  entry: Pick<ResolvedEntry['entry'], 'transaction_type'>;
};

/**
 * Finds the places of new transfers among those of their wallet and hash. The same transfer twice is a repetition, not a
 * second transfer.
 *
 * @returns the transfer index of each, null without a hash; and which of them repeat another
 */
export const numberTransfers = (
  recorded: readonly RecordedTransfer[],
  added: readonly Transfer[],
): { places: (number | null)[]; repeated: number[] } => {
  const next = new Map<string, number>();
  const known = new Set<string>();
  const keyOf = (...parts: unknown[]) => parts.join(':');
  for (const row of recorded) {
    const key = keyOf(row.wallet_id, row.chain_id, row.transaction_hash);
    next.set(key, Math.max(next.get(key) ?? 0, (row.transfer_index ?? -1) + 1));
    known.add(keyOf(key, row.token_id, row.transaction_type, row.raw_amount));
  }
  const repeated: number[] = [];
  const places = added.map(({ walletId, chainId, tokenId, hash, rawAmount, entry }, place) => {
    if (hash === null) return null;
    const key = keyOf(walletId, chainId, hash);
    const movement = keyOf(key, tokenId, entry.transaction_type, rawAmount);
    if (known.has(movement)) repeated.push(place);
    known.add(movement);
    const index = next.get(key) ?? 0;
    next.set(key, index + 1);
    return index;
  });
  return { places, repeated };
};
