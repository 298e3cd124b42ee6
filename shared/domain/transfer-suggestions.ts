/** Which transfers of a user look like two sides of one. */
import { formatUnits } from './decimal.ts';
import type { TransferSide } from './own-transfer.ts';

/** A transfer that is not linked. */
export interface OpenTransfer extends TransferSide {
  uuid: string;
}

/** A sending and a receipt that may be one transfer, and how well they agree: a decimal from 0 to 1. */
export interface Suggestion {
  sent: string;
  received: string;
  score: string;
}

const earliestMs = 10 * 60_000;
const latestMs = 48 * 3_600_000;
/** A fiftieth of what was sent, 2 %, may be lost on the way. */
const mostLost = 50n;
const one = 10_000n;

/** How well two sides agree, in ten-thousandths: six parts for the amount, four for the time; undefined for not at all. */
const agreement = (sent: OpenTransfer, received: OpenTransfer): bigint | undefined => {
  const lost = sent.quantity - received.quantity;
  if (sent.walletId === received.walletId || lost < 0n || lost * mostLost > sent.quantity) return undefined;
  const apart = received.at - sent.at;
  const most = apart < 0 ? earliestMs : latestMs;
  const amount = one - (lost * mostLost * one) / sent.quantity;
  const time = one - (BigInt(Math.abs(apart)) * one) / BigInt(most);
  return (6n * amount + 4n * time) / 10n;
};

/** The first place whose time is not before `at`. */
const firstFrom = (inOrder: readonly OpenTransfer[], at: number): number => {
  let low = 0;
  let high = inOrder.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((inOrder[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The pairs of one token, within their window of time: never all with all. */
const pairsOf = (transfers: readonly OpenTransfer[], declined: ReadonlySet<string>) => {
  const receipts = transfers
    .filter(({ type }) => type === 'TRANSFER_IN')
    .toSorted((left, right) => left.at - right.at);
  return transfers.flatMap((sent) => {
    if (sent.type !== 'TRANSFER_OUT' || sent.quantity === 0n) return [];
    const near = receipts.slice(
      firstFrom(receipts, sent.at - earliestMs),
      firstFrom(receipts, sent.at + latestMs + 1),
    );
    return near.flatMap((received) => {
      const score = agreement(sent, received);
      return score === undefined || declined.has(`${sent.uuid}:${received.uuid}`)
        ? []
        : [{ sent, received, score }];
    });
  });
};

/**
 * Pairs up what may be transfers between wallets of one user, the likeliest first, each transaction once: one token, at
 * most 2 % less received than was sent, from ten minutes before the sending to two days after it.
 *
 * @param declined pairs that the owner has said are none, as `<sent>:<received>`
 */
export const suggestTransfers = (
  transfers: readonly OpenTransfer[],
  declined: ReadonlySet<string>,
): Suggestion[] => {
  const pairs = [...Map.groupBy(transfers, ({ tokenId }) => tokenId).values()].flatMap((ofToken) =>
    pairsOf(ofToken, declined),
  );
  const ranked = pairs.toSorted(
    (left, right) => Number(right.score - left.score) || right.sent.at - left.sent.at,
  );
  const taken = new Set<string>();
  return ranked.flatMap(({ sent, received, score }) => {
    if (taken.has(sent.uuid) || taken.has(received.uuid)) return [];
    taken.add(sent.uuid).add(received.uuid);
    return [{ sent: sent.uuid, received: received.uuid, score: formatUnits(score, 4) }];
  });
};
