import { bigint, boolean, numeric, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { methods } from '#shared/domain/method.ts';
import { common, instant, rawAmount, reference } from './columns.ts';

export const balances = pgTable('balances', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  tokenId: reference().notNull(),
  rawAmount: rawAmount().notNull().default('0'),
  amount: numeric().notNull().default('0'),
  costBasisUsd: numeric().notNull().default('0'),
  unknownBasisRawAmount: rawAmount().notNull().default('0'),
  totalBuyValueUsd: numeric().notNull().default('0'),
  totalSellValueUsd: numeric().notNull().default('0'),
  soldRawAmount: rawAmount().notNull().default('0'),
  realizedPnlUsd: numeric().notNull().default('0'),
  unknownCostProceedsUsd: numeric().notNull().default('0'),
  unknownSlices: bigint({ mode: 'bigint' }).notNull().default(0n),
  shortfallRawAmount: rawAmount().notNull().default('0'),
  feesUsd: numeric().notNull().default('0'),
  dirtySince: instant(),
  historyDirtySince: instant(),
  bookedAt: instant(),
  version: bigint({ mode: 'bigint' }).notNull().default(0n),
  previousDecimals: smallint(),
});

export const lots = pgTable(
  'lots',
  {
    userId: reference().notNull(),
    balanceId: reference().notNull(),
    sequence: bigint({ mode: 'bigint' }).notNull(),
    transactionId: reference().notNull(),
    kind: text({ enum: ['BUY', 'TRANSFER_IN', 'REBASE'] }).notNull(),
    acquiredAt: instant().notNull(),
    openedAt: instant().notNull(),
    rawAmount: rawAmount().notNull(),
    remainingRawAmount: rawAmount().notNull(),
    basisKnown: boolean().notNull(),
    unitPriceUsd: numeric().notNull(),
    lumpUsd: numeric().notNull(),
    remainingLumpUsd: numeric().notNull(),
    feeUsd: numeric().notNull().default('0'),
    unitCostUsd: numeric(),
  },
  (table) => [primaryKey({ columns: [table.balanceId, table.sequence] })],
);

export const lotMatches = pgTable(
  'lot_matches',
  {
    userId: reference().notNull(),
    balanceId: reference().notNull(),
    sequence: bigint({ mode: 'bigint' }).notNull(),
    transactionId: reference().notNull(),
    lotSequence: bigint({ mode: 'bigint' }),
    kind: text({ enum: ['SELL', 'TRANSFER_OUT', 'FEE', 'REBASE'] }).notNull(),
    method: text({ enum: [...methods, 'SPECIFIC'] }),
    rawAmount: rawAmount().notNull(),
    lumpUsd: numeric().notNull(),
    costUsd: numeric(),
    proceedsUsd: numeric(),
    acquiredAt: instant(),
    disposedAt: instant().notNull(),
    term: text({ enum: ['short', 'long'] }),
    feeUsd: numeric().notNull().default('0'),
  },
  (table) => [primaryKey({ columns: [table.balanceId, table.sequence] })],
);

export const lotSelections = pgTable('lot_selections', {
  ...common,
  userId: reference().notNull(),
  transactionId: reference().notNull(),
  acquisitionId: reference().notNull(),
  acquiredAt: instant(),
  rawAmount: rawAmount().notNull(),
});
