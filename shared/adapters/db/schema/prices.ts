import { numeric, pgTable } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const priceOverrides = pgTable('price_overrides', {
  ...common,
  userId: reference().notNull(),
  tokenId: reference().notNull(),
  priceUsd: numeric().notNull(),
  validFrom: instant().notNull(),
  validTo: instant(),
});
