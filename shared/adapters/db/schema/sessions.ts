import { pgTable, text } from 'drizzle-orm/pg-core';
import { common, instant, reference } from './columns.ts';

export const sessions = pgTable('sessions', {
  ...common,
  userId: reference().notNull(),
  expiresAt: instant().notNull(),
  revokedAt: instant(),
});

export const refreshTokens = pgTable('refresh_tokens', {
  ...common,
  sessionId: reference().notNull(),
  tokenDigest: text().notNull().unique(),
  usedAt: instant(),
});
