import { date, numeric, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const priceOverrides = pgTable('price_overrides', {
  ...common,
  userId: reference().notNull(),
  tokenId: reference().notNull(),
  priceUsd: numeric().notNull(),
  validFrom: instant().notNull(),
  validTo: instant(),
});

/** Days of which no source knew the price of a token. */
export const priceGaps = pgTable(
  'price_gaps',
  { tokenId: reference().notNull(), day: date().notNull(), askedAt: instant().notNull().defaultNow() },
  (table) => [primaryKey({ columns: [table.tokenId, table.day] })],
);
