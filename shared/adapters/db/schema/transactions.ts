import { bigint, boolean, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { common, instant, rawAmount, reference } from './columns.ts';

export const transactions = pgTable('transactions', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  balanceId: reference().notNull(),
  chainId: reference().notNull(),
  tokenId: reference().notNull(),
  transactionType: text({
    enum: ['BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE'],
  }).notNull(),
  status: text({ enum: ['confirmed', 'failed', 'cancelled', 'pending'] })
    .notNull()
    .default('confirmed'),
  source: text({ enum: ['manual', 'import', 'chain', 'exchange'] }).notNull(),
  sourceKey: text().notNull().default(''),
  transactionHash: text(),
  blockNumber: bigint({ mode: 'number' }),
  transactionIndex: integer(),
  transferIndex: integer(),
  timestamp: instant().notNull(),
  rawAmount: rawAmount().notNull(),
  amount: numeric().notNull(),
  recordedAs: text({ enum: ['amount', 'raw_amount'] }).notNull(),
  priceUsd: numeric(),
  priceSource: text(),
  priceAt: instant(),
  valueUsd: numeric(),
  feeUsd: numeric(),
  gasUsed: rawAmount(),
  gasPrice: rawAmount(),
  linkedTransactionId: reference(),
  linkedByHand: boolean().notNull().default(false),
  importBatchId: reference(),
  needsReview: boolean().notNull().default(false),
  cancelledFrom: text({ enum: ['confirmed', 'failed', 'pending'] }),
  editedAt: instant(),
  removedAt: instant(),
});

export const declinedLinks = pgTable('declined_links', {
  ...common,
  userId: reference().notNull(),
  sentId: reference().notNull(),
  receivedId: reference().notNull(),
});

export const importBatches = pgTable('import_batches', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  chainId: reference().notNull(),
  format: text().notNull(),
  address: text().notNull(),
  report: jsonb().notNull(),
});

export const importRows = pgTable('import_rows', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  chainId: reference().notNull(),
  batchId: reference().notNull(),
  rowKey: text().notNull(),
  kind: text({ enum: ['transactions', 'internal', 'erc20'] }).notNull(),
  transactionHash: text().notNull(),
  blockNumber: bigint({ mode: 'number' }),
  timestamp: instant().notNull(),
  fromAddress: text().notNull(),
  toAddress: text().notNull(),
  tokenId: reference().notNull(),
  amountIn: numeric().notNull(),
  amountOut: numeric().notNull(),
  gasFee: numeric().notNull().default('0'),
  priceUsd: numeric(),
  valueUsd: numeric(),
});
