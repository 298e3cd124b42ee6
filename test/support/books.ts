/** What a replay leaves behind, in the form in which it is stored, and back. */
import type { Carried, Slice } from '#shared/domain/booking.ts';
import { type Ledger, type LedgerEvent, ledgerFrom, type Match, noTotals } from '#shared/domain/ledger.ts';
import type { Lot, Scale } from '#shared/domain/lot.ts';
import { openLots } from '#shared/domain/lot-queue.ts';
import { everyYear, type MethodPlan } from '#shared/domain/method.ts';
import { replay } from '#shared/domain/replay.ts';

/** Tells the sending sides of own transfers what arrives, as their receipts have it. */
export const withArrivals = (events: readonly LedgerEvent[]): LedgerEvent[] => {
  const arriving = new Map(events.map(({ receivesFrom, quantity }) => [receivesFrom, quantity]));
  return events.map((event) => ({ ...event, arrives: arriving.get(event.id) ?? null }));
};

/** A match as a row: with numbers for what it refers to. */
export interface MatchRow {
  sequence: number;
  transactionId: number;
  lotSequence: number | null;
  kind: Match['kind'];
  method: Match['method'];
  quantity: bigint;
  unitPrice: bigint;
  lump: bigint;
  cost: bigint | null;
  proceeds: bigint | null;
  gain: bigint | null;
  acquiredAt: number | null;
  disposedAt: number;
  term: Match['term'];
  fee: bigint;
}

export const matchRow = ({ event, lot, ...match }: Match): MatchRow => ({
  ...match,
  transactionId: event.id,
  lotSequence: lot?.sequence ?? null,
  unitPrice: match.method === 'AVERAGE' ? 0n : (lot?.unitPrice ?? 0n),
  gain: match.cost === null || match.proceeds === null ? null : match.proceeds - match.cost,
  acquiredAt: lot?.acquiredAt ?? null,
});

/** All lots, matches and totals of a balance. */
export interface Book {
  balanceId: number;
  lots: Lot[];
  matches: MatchRow[];
  totals: Ledger['totals'];
}

export type Books = Map<number, Book>;

export const emptyBooks = (balances: readonly number[]): Books =>
  new Map(balances.map((balanceId) => [balanceId, { balanceId, lots: [], matches: [], totals: noTotals() }]));

/** A ledger as it is loaded: with copies of the open lots only. */
const ledgerOf = (book: Book, scale: Scale, plan: MethodPlan): Ledger => {
  const last = book.matches.at(-1);
  const isPool = last?.method === 'AVERAGE' && last.kind !== 'REBASE';
  return ledgerFrom(
    book.balanceId,
    scale,
    {
      lots: book.lots.filter((lot) => lot.remaining > 0n).map((lot) => ({ ...lot })),
      pooledAt: isPool ? last.disposedAt : null,
      totals: { ...book.totals },
      nextLot: book.lots.length + 1,
      nextMatch: book.matches.length + 1,
    },
    plan,
  );
};

/** What own transfers sent, from nothing but the stored matches. */
const carriedBy = (books: Books): Carried => {
  const carried = new Map<number, Slice[]>();
  for (const { kind, transactionId, quantity, unitPrice, lump, cost, acquiredAt } of [
    ...books.values(),
  ].flatMap((book) => book.matches)) {
    if (kind !== 'TRANSFER_OUT') continue;
    const slice = { quantity, unitPrice, lump, basisKnown: cost !== null, acquiredAt };
    carried.set(transactionId, [...(carried.get(transactionId) ?? []), slice]);
  }
  return carried;
};

const bookOf = (before: Book, ledger: Ledger, loaded: readonly Lot[]): Book => {
  const changed = new Map(loaded.map((lot) => [lot.sequence, lot]));
  return {
    balanceId: before.balanceId,
    lots: [...before.lots.map((lot) => changed.get(lot.sequence) ?? lot), ...ledger.newLots],
    matches: [...before.matches, ...ledger.matches.map(matchRow)],
    totals: ledger.totals,
  };
};

/** How a replay is done where it is not as usual. */
export interface Reckoning {
  /** The methods of balances; FIFO where there is none. */
  plans?: ReadonlyMap<number, MethodPlan>;
  /** Where the sendings are looked up, which may be in books that are not replayed. */
  all?: Books;
}

/** Replays events onto the books of some balances, and gives these new; the books given stay as they are. */
export const replayOnto = (
  books: Books,
  events: readonly LedgerEvent[],
  scale: Scale,
  { plans, all = books }: Reckoning = {},
): Books => {
  const planOf = (id: number) => plans?.get(id) ?? everyYear('FIFO');
  const ledgers = new Map([...books].map(([id, book]) => [id, ledgerOf(book, scale, planOf(id))]));
  const loaded = new Map([...ledgers].map(([id, { queue }]) => [id, openLots(queue)]));
  replay(events, ledgers, carriedBy(all));
  return new Map(
    [...books].map(([id, book]) => {
      const ledger = ledgers.get(id);
      return [id, ledger ? bookOf(book, ledger, loaded.get(id) ?? []) : book];
    }),
  );
};

export const replayAll = (
  balances: readonly number[],
  events: readonly LedgerEvent[],
  scale: Scale,
  reckoning?: Reckoning,
): Books => replayOnto(emptyBooks(balances), events, scale, reckoning);
