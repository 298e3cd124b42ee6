import type { Db } from '#shared/adapters/db/client.ts';

/** The signed-in user on whose behalf a use case runs. */
export interface Caller {
  userId: bigint;
  userUuid: string;
}

/**
 * What a use case that changes something works with: an open transaction, and the uuids of the outbox rows it wrote,
 * which whoever commits sends afterwards.
 */
export interface Change {
  db: Db;
  announced: string[];
}
