import { boolean, integer, numeric, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const chains = pgTable('chains', {
  ...common,
  publicId: text().notNull(),
  shortName: text().notNull(),
  name: text().notNull(),
  kind: text({ enum: ['evm', 'tron', 'solana', 'stacks'] }).notNull(),
  explorerUrl: text().notNull(),
  explorerTxPath: text().notNull(),
  explorerAddressPath: text().notNull(),
  finalityTag: text(),
  finalityConfirmations: integer().notNull(),
  finalityUnit: text().notNull(),
  blockTimeMs: integer().notNull(),
  coingeckoPlatform: text(),
  defillamaId: text(),
  isActive: boolean().notNull().default(true),
});

export const rpcs = pgTable('rpcs', {
  ...common,
  chainId: reference().notNull(),
  url: text().notNull(),
  priority: integer().notNull().default(0),
  isActive: boolean().notNull().default(true),
});

export const tokens = pgTable('tokens', {
  ...common,
  chainId: reference().notNull(),
  contractAddress: text(),
  symbol: text().notNull(),
  name: text().notNull(),
  decimals: smallint().notNull(),
  kind: text({ enum: ['native', 'wrapped_native', 'stablecoin', 'other'] })
    .notNull()
    .default('other'),
  isVerified: boolean().notNull().default(false),
  isSpam: boolean().notNull().default(false),
  coingeckoId: text(),
  currentPriceUsd: numeric(),
  priceAt: instant(),
  priceSource: text(),
  lastPriceAt: instant(),
  marketCapUsd: numeric(),
  volume24hUsd: numeric('volume_24h_usd'),
  priceChange24hPercent: numeric('price_change_24h_percent'),
  isPriceDisputed: boolean().notNull().default(false),
});
