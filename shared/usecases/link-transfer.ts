import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { declineLink, linkByHand } from '#shared/adapters/db/own-transfers.ts';
import { requireTransactions, type StoredTransaction } from '#shared/adapters/db/transaction-writes.ts';
import { findLink, presentLink } from '#shared/adapters/db/transfer-links.ts';
import { objectionsTo } from '#shared/domain/own-transfer.ts';
import { AppError, notFound, refuseFaults } from '#shared/errors.ts';
import { changeLedgers, since } from './change-ledgers.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { transferSide } from './transfer-sides.ts';

type Row = StoredTransaction['row'];

const requireLinkable = (sent: Row, received: Row): void => {
  const sides = [['out', sent] as const, ['in', received] as const];
  const faults = [
    ...sides.flatMap(([field, { status }]) =>
      status === 'confirmed'
        ? []
        : [{ field, message: `expected a confirmed transaction: this one is ${status}` }],
    ),
    ...objectionsTo(transferSide(sent), transferSide(received)).map(({ side, reason }) => ({
      field: side,
      message: reason,
    })),
  ];
  refuseFaults(faults);
  const linked = sides.filter(([, row]) => row.linkedTransactionId !== null);
  if (linked.length === 0) return;
  const message = 'is linked already: end that link first';
  throw new AppError(
    'ConflictError',
    `${linked[0]?.[0]}: ${message}`,
    linked.map(([field]) => ({ field, message })),
  );
};

/**
 * Links what one wallet sent with what another received, on their owner's word: the coins keep their dates and costs, and
 * what does not arrive is the fee of the network.
 *
 * @throws TransactionError; BadRequestException for what cannot be one transfer, and where the receiving wallet has spent
 *   the coins before they were sent; ConflictError for what is linked already
 */
export const linkTransfer = async (
  change: Change,
  caller: Caller,
  { sentUuid, receivedUuid }: { sentUuid: string; receivedUuid: string },
) => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const [sent, received] = await requireTransactions(db, userId, [sentUuid, receivedUuid]);
  if (!sent || !received) throw notFound('Transaction');
  requireLinkable(sent.row, received.row);
  const both = [sent.row, received.row];
  const watched = both.map(({ balanceId }) => balanceId);
  await changeLedgers(change, caller, { watched, blame: () => ['in'] }, async () => {
    await linkByHand(db, userId, { sentId: sent.row.id, receivedId: received.row.id });
    const times = both.map(({ timestamp }) => timestamp);
    return { touched: watched.map((balanceId) => since(balanceId, ...times)), hashes: [] };
  });
  const link = await findLink(db, userId, sentUuid);
  if (!link) throw new Error('a link vanished after it was made');
  return presentLink(db, userId, link);
};

/**
 * Ends a link; neither an import nor an entry makes it again.
 *
 * @throws TransferError; PreconditionFailed
 */
export const unlinkTransfer = async (
  change: Change,
  caller: Caller,
  uuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  await lockLedgers(db, userId);
  const link = await findLink(db, userId, uuid);
  if (!link) throw notFound('Transfer');
  ifMatch(await presentLink(db, userId, link));
  const { sent, received } = link;
  const watched = [sent.balanceId, received.balanceId];
  await changeLedgers(change, caller, { watched, blame: () => ['link_uuid'] }, async () => {
    await declineLink(db, userId, { sentId: sent.id, receivedId: received.id });
    const times = [sent.timestamp, received.timestamp];
    return { touched: watched.map((balanceId) => since(balanceId, ...times)), hashes: [] };
  });
};
