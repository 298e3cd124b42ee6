import { jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { type Method, methods } from '#shared/domain/method.ts';
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
  costBasisMethod: text({ enum: methods }).notNull().default('FIFO'),
  /** Methods of single tax years, by the year. */
  costBasisYears: jsonb().$type<Record<string, Method>>().notNull().default({}),
});

export const wallets = pgTable('wallets', {
  ...common,
  userId: reference().notNull(),
  name: text().notNull(),
  description: text(),
  emptiedAt: instant(),
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
