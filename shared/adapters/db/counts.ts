import { type SQL, sql } from 'drizzle-orm';

/** Cancelled, failed, pending and deleted transactions do not exist for a replay. */
export const counts = (table: SQL): SQL => sql`${table}.status = 'confirmed' AND NOT ${table}.is_deleted`;
