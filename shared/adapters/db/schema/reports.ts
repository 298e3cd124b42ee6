import { customType, jsonb, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import type { Method } from '#shared/domain/method.ts';
import { common, reference } from './columns.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** How the ledgers of one wallet are kept: its method, and those of single years. */
export interface WalletSettings {
  wallet_uuid: string;
  method: Method;
  years: { year: number; method: Method }[];
}

export interface ReportSettings {
  holding_years: number;
  wallets: WalletSettings[];
}

export const gainReports = pgTable('gain_reports', {
  ...common,
  userId: reference().notNull(),
  year: smallint().notNull(),
  walletId: reference(),
  portfolioId: reference(),
  engineVersion: text().notNull(),
  settings: jsonb().$type<ReportSettings>().notNull(),
  ledgerHash: text().notNull(),
  rowHashes: bytes().notNull(),
  totals: jsonb().$type<unknown>().notNull(),
});
