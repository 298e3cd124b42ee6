import { jsonb, pgTable, smallint, text } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const outbox = pgTable('outbox', {
  ...common,
  userId: reference(),
  message: text().notNull(),
  groupId: text().notNull(),
  body: jsonb().notNull(),
  claimedAt: instant(),
  sentAt: instant(),
  handledAt: instant(),
});

export const idempotencyKeys = pgTable('idempotency_keys', {
  ...common,
  scope: text().notNull(),
  key: text().notNull(),
  requestHash: text().notNull(),
  status: smallint(),
  body: jsonb(),
  expiresAt: instant().notNull(),
});
