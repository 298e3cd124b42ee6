import { boolean, numeric, pgTable, text } from 'drizzle-orm/pg-core';
import { common, instant, rawAmount, reference } from './columns.ts';

export const exchanges = pgTable('exchanges', {
  ...common,
  shortName: text().notNull(),
  name: text().notNull(),
  isActive: boolean().notNull().default(true),
});

export const cexAccounts = pgTable('cex_accounts', {
  ...common,
  userId: reference().notNull(),
  exchangeId: reference().notNull(),
  name: text().notNull(),
  apiKeyEncrypted: text(),
  apiSecretEncrypted: text(),
  passphraseEncrypted: text(),
  keyId: text(),
  apiKeyLast4: text(),
  status: text({ enum: ['active', 'error', 'disabled'] })
    .notNull()
    .default('active'),
  syncedAt: instant(),
});

export const cexSubaccounts = pgTable('cex_subaccounts', {
  ...common,
  userId: reference().notNull(),
  cexAccountId: reference().notNull(),
  name: text().notNull(),
  kind: text().notNull().default('spot'),
});

export const cexBalances = pgTable('cex_balances', {
  ...common,
  userId: reference().notNull(),
  cexSubaccountId: reference().notNull(),
  symbol: text().notNull(),
  tokenId: reference(),
  amount: numeric().notNull(),
  lockedAmount: numeric().notNull().default('0'),
});

export const nftBalances = pgTable('nft_balances', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  chainId: reference().notNull(),
  contractAddress: text().notNull(),
  nftId: text().notNull(),
  name: text(),
  amount: rawAmount().notNull(),
  floorPriceUsd: numeric(),
  costBasisUsd: numeric(),
});
