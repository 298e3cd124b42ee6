import { boolean, integer, numeric, pgTable, primaryKey, smallint, text } from 'drizzle-orm/pg-core';
import { instant, rawAmount, reference } from './columns.ts';

/** What every row of history has; `id` is its subject's x 8 + the code of its snapshot type. */
const snapshot = () => ({
  snapshotDate: instant().notNull(),
  id: reference().notNull(),
  flags: smallint().notNull().default(0),
});

export const balancesHistory = pgTable(
  'balances_history',
  {
    ...snapshot(),
    recomputedAt: instant(),
    amount: numeric().notNull(),
    priceUsd: numeric(),
    costBasisUsd: numeric(),
    realizedPnlUsd: numeric().notNull(),
  },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const nftBalancesHistory = pgTable(
  'nft_balances_history',
  { ...snapshot(), amount: rawAmount().notNull(), floorPriceUsd: numeric(), costBasisUsd: numeric() },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const cexBalancesHistory = pgTable(
  'cex_balances_history',
  { ...snapshot(), amount: numeric().notNull(), priceUsd: numeric() },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.id] })],
);

export const snapshotRuns = pgTable(
  'snapshot_runs',
  {
    snapshotDate: instant().notNull(),
    snapshotType: text({ enum: ['hourly', 'daily', 'weekly', 'monthly'] }).notNull(),
    shard: integer().notNull(),
    triggeredBy: text({ enum: ['schedule', 'refill'] }).notNull(),
    balances: integer().notNull(),
    priced: integer().notNull(),
    stale: integer().notNull(),
    disputed: integer().notNull(),
    valueUsd: numeric().notNull(),
    unpricedCostUsd: numeric().notNull(),
    takenAt: instant().notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.snapshotDate, table.snapshotType, table.shard] })],
);

export const balanceHighs = pgTable('balance_highs', {
  balanceId: reference().primaryKey(),
  highUsd: numeric().notNull(),
  highAt: instant().notNull(),
});

export const tokenPrices = pgTable(
  'token_prices',
  {
    priceAt: instant().notNull(),
    tokenId: reference().notNull(),
    source: text().notNull(),
    priceUsd: numeric().notNull(),
    isDisputed: boolean().notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.priceAt, table.tokenId, table.source] })],
);
