import { bigint, boolean, numeric, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Ids stay inside: as bigints they cannot slip into an answer, for JSON has no bigint. */
export const reference = () => bigint({ mode: 'bigint' });

export const instant = () => timestamp({ withTimezone: true, mode: 'date' });

/** A whole number of a token's smallest unit; a uint256 fits. */
export const rawAmount = () => numeric({ precision: 78, scale: 0 });

/** What every table has. */
export const common = {
  id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  uuid: uuid().notNull().defaultRandom().unique(),
  createdAt: instant().notNull().defaultNow(),
  updatedAt: instant().notNull().defaultNow(),
  createdBy: reference(),
  updatedBy: reference(),
  isDeleted: boolean().notNull().default(false),
};
