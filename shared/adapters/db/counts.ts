import { type SQL, sql } from 'drizzle-orm';

/** Cancelled, failed, pending and deleted transactions do not exist for a replay. */
export const counts = (table: SQL): SQL => sql`${table}.status = 'confirmed' AND NOT ${table}.is_deleted`;

/** A deleted wallet's transactions are out of reach with it, though of very many some are deleted later. */
export const inLiveWallet = (table: SQL): SQL =>
  sql`EXISTS (SELECT FROM wallets WHERE wallets.id = ${table}.wallet_id AND NOT wallets.is_deleted)`;
