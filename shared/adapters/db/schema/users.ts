import { pgTable, text } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const users = pgTable('users', {
  ...common,
  username: text().notNull(),
  email: text().notNull(),
  passwordHash: text(),
  deletedAt: instant(),
});

export const portfolios = pgTable('portfolios', {
  ...common,
  userId: reference().notNull(),
  name: text().notNull(),
  description: text(),
  costBasisMethod: text({ enum: ['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'] })
    .notNull()
    .default('FIFO'),
});

export const wallets = pgTable('wallets', {
  ...common,
  userId: reference().notNull(),
  name: text().notNull(),
  description: text(),
});

export const portfolioWallets = pgTable('portfolio_wallets', {
  ...common,
  portfolioId: reference().notNull(),
  walletId: reference().notNull(),
});

export const walletAddresses = pgTable('wallet_addresses', {
  ...common,
  userId: reference().notNull(),
  walletId: reference().notNull(),
  chainId: reference().notNull(),
  address: text().notNull(),
});
