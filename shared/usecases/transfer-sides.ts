import type { StoredTransaction } from '#shared/adapters/db/transaction-writes.ts';
import type { TransferSide } from '#shared/domain/own-transfer.ts';

/** A stored transaction as one side of an own transfer. */
export const transferSide = (row: StoredTransaction['row']): TransferSide => ({
  type: row.transactionType,
  walletId: row.walletId,
  tokenId: row.tokenId,
  quantity: BigInt(row.rawAmount),
  at: row.timestamp.getTime(),
});
