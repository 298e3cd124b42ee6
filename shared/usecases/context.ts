import type { Db } from '#shared/adapters/db/client.ts';

/** The signed-in user on whose behalf a use case runs. */
export interface Caller {
  userId: bigint;
  userUuid: string;
}

/** A caller as the API knows them: by a token of one of their sessions. */
export interface SignedIn extends Caller {
  sessionUuid: string;
}

/**
 * Tells whether the caller's `If-Match`, if there is one, still names what is there now; called with the resource as the
 * API shows it, in the transaction that changes it.
 *
 * @throws PreconditionFailed
 */
export type IfMatch = (current: unknown) => void;

/**
 * What a use case that changes something works with: an open transaction, and the uuids of the outbox rows it wrote,
 * which whoever commits sends afterwards.
 */
export interface Change {
  db: Db;
  announced: string[];
}
