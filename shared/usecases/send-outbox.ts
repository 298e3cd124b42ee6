import type { Db } from '#shared/adapters/db/client.ts';
import { claimOutbox, insertOutbox, markSent, purgeOutbox } from '#shared/adapters/db/outbox.ts';
import { sendMessages } from '#shared/adapters/queue.ts';
import { settings } from '#shared/config.ts';
import { priceTransactions, recalculateBalance } from '#shared/contract/messages.ts';
import type { Caller, Change } from './context.ts';

/** So many messages are sent with the answer; the sweeper sends the rest within a minute or so. */
const sentAtOnce = 1_000;

/** Writes, with the change itself, the messages that balances wait for recalculation. */
export const announceDirty = async (
  { db, announced }: Change,
  { userId, userUuid }: Caller,
  balanceUuids: readonly string[],
): Promise<void> => {
  const written = await insertOutbox(db, {
    userId,
    message: recalculateBalance.id,
    groupId: userUuid,
    bodies: balanceUuids.map((uuid) => ({ balance_uuid: uuid })),
  });
  announced.push(...written.slice(0, sentAtOnce));
};

/** Writes, with the change itself, the message that transactions of a user wait for a price, where anybody is asked for prices. */
export const announceUnpriced = async (
  { db, announced }: Change,
  { userId, userUuid }: Caller,
): Promise<void> => {
  if (settings().PRICE_SOURCES.length === 0) return;
  const bodies = [{ user_uuid: userUuid }];
  const written = await insertOutbox(db, {
    userId,
    message: priceTransactions.id,
    groupId: userUuid,
    bodies,
  });
  announced.push(...written);
};

/** Sends what a committed change announced. Never inside its transaction: a queue must not hold a database lock. */
export const sendAnnounced = async (db: Db, uuids: readonly string[]): Promise<void> => {
  if (uuids.length === 0) return;
  const outgoing = await claimOutbox(db, { uuids });
  await markSent(db, await sendMessages(outgoing));
};

const sweepSize = 100;

/**
 * Sends what a crash between commit and send left behind, and forgets what was sent long ago.
 *
 * @returns how many messages were sent
 */
export const sweepOutbox = async (db: Db): Promise<number> => {
  let swept = 0;
  for (;;) {
    const outgoing = await claimOutbox(db, { limit: sweepSize });
    const sent = await sendMessages(outgoing);
    await markSent(db, sent);
    swept += sent.length;
    if (outgoing.length < sweepSize) break;
  }
  await purgeOutbox(db);
  return swept;
};
