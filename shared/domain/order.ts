/** What decides the place of a transaction in a replay. */
export interface Ordered {
  id: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  blockNumber: number | null;
  transactionIndex: number | null;
  /** Set by importers whose source has no transaction index: makes the order independent of arrival. */
  sourceKey: string;
  transferIndex: number | null;
  /** For the receiving side of an own transfer: the transaction that sent. */
  receivesFrom: number | null;
}

const noneLast = (left: number | null, right: number | null): number =>
  left === right ? 0 : left === null ? 1 : right === null ? -1 : left - right;

/** Timestamp, block number with none last, transaction index, source key, transfer index, id. */
export const compareOrder = (left: Ordered, right: Ordered): number =>
  left.timestamp - right.timestamp ||
  noneLast(left.blockNumber, right.blockNumber) ||
  noneLast(left.transactionIndex, right.transactionIndex) ||
  (left.sourceKey < right.sourceKey ? -1 : left.sourceKey > right.sourceKey ? 1 : 0) ||
  noneLast(left.transferIndex, right.transferIndex) ||
  left.id - right.id;

/**
 * Sorts events into the order of the replay. The receiving side of an own transfer never comes before the sending one,
 * whatever its clock says: it moves to just behind it.
 */
export const inReplayOrder = <T extends Ordered>(events: readonly T[]): T[] => {
  const sorted = [...events].sort(compareOrder);
  const places = new Map<number, number>();
  for (const [place, event] of sorted.entries()) places.set(event.id, place);
  const early = new Map<number, T[]>();
  const moved = new Set<T>();
  for (const [place, event] of sorted.entries()) {
    if (event.receivesFrom === null) continue;
    const sent = places.get(event.receivesFrom);
    if (sent === undefined || sent < place) continue;
    early.set(event.receivesFrom, [...(early.get(event.receivesFrom) ?? []), event]);
    moved.add(event);
  }
  if (moved.size === 0) return sorted;
  return sorted.flatMap((event) => (moved.has(event) ? [] : [event, ...(early.get(event.id) ?? [])]));
};
