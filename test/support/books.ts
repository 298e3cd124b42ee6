/** What a replay leaves behind, in the form in which it is stored, and back. */
import { emptyLedger, type Ledger, type LedgerEvent, type Match } from '#shared/domain/ledger.ts';
import type { Lot, Scale, Slice } from '#shared/domain/lot.ts';
import { type Carried, replay } from '#shared/domain/replay.ts';

/** Tells the sending sides of own transfers what arrives, as their receipts have it. */
export const withArrivals = (events: readonly LedgerEvent[]): LedgerEvent[] => {
  const arriving = new Map(events.map(({ receivesFrom, quantity }) => [receivesFrom, quantity]));
  return events.map((event) => ({ ...event, arrives: arriving.get(event.id) ?? null }));
};

/** All lots, matches and totals of a balance. */
export interface Book {
  balanceId: number;
  lots: Lot[];
  matches: Match[];
  totals: Ledger['totals'];
}

export type Books = Map<number, Book>;

const emptyBook = (balanceId: number): Book => {
  const { totals } = emptyLedger(balanceId);
  return { balanceId, lots: [], matches: [], totals };
};

export const emptyBooks = (balances: readonly number[]): Books =>
  new Map(balances.map((balanceId) => [balanceId, emptyBook(balanceId)]));

const inTurn = (left: Lot, right: Lot) =>
  left.acquiredAt - right.acquiredAt || left.sequence - right.sequence;

/** A ledger as it is loaded: with copies of the open lots only. */
const ledgerOf = (book: Book): Ledger => {
  const open = book.lots.filter((lot) => lot.remaining > 0n).map((lot) => ({ ...lot }));
  return {
    ...emptyLedger(book.balanceId),
    queue: { lots: open.sort(inTurn), head: 0 },
    totals: { ...book.totals },
    nextLot: book.lots.length + 1,
    nextMatch: book.matches.length + 1,
  };
};

/** What own transfers sent, from nothing but the stored matches. */
const carriedBy = (books: Books): Carried => {
  const carried = new Map<number, Slice[]>();
  for (const { kind, transactionId, quantity, unitPrice, lump, basisKnown, acquiredAt } of [
    ...books.values(),
  ].flatMap((book) => book.matches)) {
    if (kind !== 'TRANSFER_OUT') continue;
    const slice = { lot: null, quantity, unitPrice, lump, basisKnown, acquiredAt };
    carried.set(transactionId, [...(carried.get(transactionId) ?? []), slice]);
  }
  return carried;
};

const bookOf = (before: Book, ledger: Ledger): Book => {
  const changed = new Map(ledger.queue.lots.map((lot) => [lot.sequence, lot]));
  return {
    balanceId: before.balanceId,
    lots: [...before.lots.map((lot) => changed.get(lot.sequence) ?? lot), ...ledger.newLots],
    matches: [...before.matches, ...ledger.matches],
    totals: ledger.totals,
  };
};

/**
 * Replays events onto the books of some balances, and gives these new; the books given stay as they are.
 *
 * @param all where the sendings are looked up, which may be in books that are not replayed
 */
export const replayOnto = (
  books: Books,
  events: readonly LedgerEvent[],
  scale: Scale,
  all: Books = books,
): Books => {
  const ledgers = new Map([...books].map(([id, book]) => [id, ledgerOf(book)]));
  replay(events, ledgers, scale, carriedBy(all));
  return new Map([...books].map(([id, book]) => [id, bookOf(book, ledgers.get(id) ?? emptyLedger(id))]));
};

export const replayAll = (balances: readonly number[], events: readonly LedgerEvent[], scale: Scale): Books =>
  replayOnto(emptyBooks(balances), events, scale);
