import { numeric, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant, rawAmount, reference } from './columns.ts';

const snapshotType = () => text({ enum: ['transaction', 'hourly', 'daily', 'weekly', 'monthly'] });

export const balancesHistory = pgTable(
  'balances_history',
  {
    snapshotDate: instant().notNull(),
    id: reference().notNull(),
    balanceId: reference().notNull(),
    userId: reference().notNull(),
    snapshotType: snapshotType().notNull(),
    amount: numeric().notNull(),
    priceUsd: numeric(),
    costBasisUsd: numeric(),
    realizedPnlUsd: numeric().notNull(),
    unrealizedPnlUsd: numeric(),
  },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const nftBalancesHistory = pgTable(
  'nft_balances_history',
  {
    snapshotDate: instant().notNull(),
    id: reference().notNull(),
    nftBalanceId: reference().notNull(),
    userId: reference().notNull(),
    snapshotType: snapshotType().notNull(),
    amount: rawAmount().notNull(),
    floorPriceUsd: numeric(),
    costBasisUsd: numeric(),
  },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const cexBalancesHistory = pgTable(
  'cex_balances_history',
  {
    snapshotDate: instant().notNull(),
    id: reference().notNull(),
    cexBalanceId: reference().notNull(),
    userId: reference().notNull(),
    snapshotType: snapshotType().notNull(),
    amount: numeric().notNull(),
    priceUsd: numeric(),
  },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const tokenPrices = pgTable(
  'token_prices',
  {
    priceAt: instant().notNull(),
    tokenId: reference().notNull(),
    source: text().notNull(),
    priceUsd: numeric().notNull(),
  },
  (table) => [primaryKey({ columns: [table.priceAt, table.tokenId, table.source] })],
);
