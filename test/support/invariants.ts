/** What holds of a balance at every moment. */
import { expect } from 'vitest';
import type { LedgerEvent, Totals } from '#shared/domain/ledger.ts';
import { type Lot, remainingCost, type Scale, valueAt } from '#shared/domain/lot.ts';
import type { Book, Books, MatchRow } from './books.ts';

const total = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
  items.reduce((sum, item) => sum + of(item), 0n);

const costIn = (lot: Lot, scale: Scale): bigint => valueAt(lot.unitPrice, lot.quantity, scale) + lot.lump;

const isRebase = ({ kind }: Lot | MatchRow): boolean => kind === 'REBASE';

/** As far as they are sums of lots and matches: all but the cost of what is open. */
const sumsOf = ({ lots, matches }: Book, scale: Scale): Omit<Totals, 'cost'> => {
  const sales = matches.filter((match) => match.kind === 'SELL' && match.proceeds !== null);
  const realizing = matches.filter((match) => match.kind === 'SELL' || match.kind === 'FEE');
  const bought = lots.filter((lot) => lot.kind === 'BUY' && lot.basisKnown);
  const unknown = lots.filter((lot) => !lot.basisKnown);
  return {
    quantity: total(lots, (lot) => lot.remaining),
    unknownQuantity: total(unknown, (lot) => lot.remaining),
    bought: total(bought, (lot) => costIn(lot, scale)),
    sold: total(sales, (match) => match.proceeds ?? 0n),
    soldQuantity: total(sales, (match) => match.quantity),
    realized: total(realizing, (match) => match.gain ?? 0n),
    unknownCostProceeds: total(realizing, (match) => (match.cost === null ? (match.proceeds ?? 0n) : 0n)),
    unknownSlices: realizing.filter((match) => match.gain === null).length,
    shortfall: total(matches, (match) => (match.lotSequence === null ? match.quantity : 0n)),
    fees:
      total(lots, (lot) => lot.fee) +
      total(matches, (match) => match.fee + (match.kind === 'FEE' ? (match.proceeds ?? 0n) : 0n)),
  };
};

const expectLotConserved = (lot: Lot, consumed: readonly MatchRow[], scale: Scale): void => {
  expect(total(consumed, (match) => match.quantity) + lot.remaining).toBe(lot.quantity);
  expect(lot.remaining >= 0n && lot.remainingLump >= 0n).toBe(true);
  for (const match of consumed) expect(match.cost === null).toBe(!lot.basisKnown);
  // Averaged costs are no lot's own: they add up in the balance.
  if (!lot.basisKnown || consumed.some(({ method }) => method === 'AVERAGE')) return;
  if (lot.remaining === 0n) expect(lot.remainingLump).toBe(0n);
  expect(total(consumed, (match) => match.cost ?? 0n) + remainingCost(lot, scale)).toBe(costIn(lot, scale));
};

const expectMatchSound = (match: MatchRow): void => {
  expect(match.quantity > 0n && (match.cost ?? 0n) >= 0n).toBe(true);
  expect(match.method === null).toBe(match.lotSequence === null);
  if (match.cost !== null && match.proceeds !== null) expect(match.gain).toBe(match.proceeds - match.cost);
  else expect(match.gain).toBeNull();
  if (isRebase(match)) expect(match).toMatchObject({ method: 'AVERAGE', proceeds: null, fee: 0n });
};

/**
 * Acquired = consumed + open, in quantity and in cost: for the balance, and for each lot that has a cost of its own.
 * Totals are sums; nothing is negative.
 */
export const expectConserved = (book: Book, scale: Scale): void => {
  const { lots, matches, totals } = book;
  for (const lot of lots) {
    const consumed = matches.filter((match) => match.lotSequence === lot.sequence);
    expectLotConserved(lot, consumed, scale);
  }
  for (const match of matches) expectMatchSound(match);
  const known = lots.filter((lot) => lot.basisKnown);
  const consumed = total(matches, (match) => match.cost ?? 0n);
  const cost = total(known, (lot) => costIn(lot, scale)) - consumed;
  expect(totals).toEqual({ ...sumsOf(book, scale), cost });
  expect(cost >= 0n).toBe(true);
  const open = known.filter((lot) => lot.remaining > 0n);
  if (open.length === 0) expect(cost).toBe(0n);
  const last = matches.at(-1);
  const isPooled = last?.method === 'AVERAGE' && !isRebase(last);
  if (!isPooled) expect(total(open, (lot) => remainingCost(lot, scale))).toBe(cost);
};

const ofTransaction = (books: Books, { id, balanceId }: Pick<LedgerEvent, 'id' | 'balanceId'>) => {
  const book = books.get(balanceId);
  return {
    lots: book?.lots.filter((lot) => lot.transactionId === id && !isRebase(lot)) ?? [],
    matches: book?.matches.filter((match) => match.transactionId === id && !isRebase(match)) ?? [],
  };
};

const worthOf = ({ price, value, quantity }: LedgerEvent, scale: Scale): bigint | null =>
  value ?? (price === null ? null : valueAt(price, quantity, scale));

const feesOf = (event: LedgerEvent, matches: readonly MatchRow[]): bigint =>
  (event.quantity === 0n ? 0n : event.fee) +
  total(
    matches.filter(({ kind }) => kind === 'FEE'),
    (match) => match.proceeds ?? 0n,
  );

/** What leaves a stretch of average cost goes on as it was: as many lots of the same ages, at the cost of the pool. */
const expectRebased = (before: Book | undefined, after: Book | undefined): void => {
  const closed = after?.matches.slice(before?.matches.length).filter(isRebase) ?? [];
  const opened = after?.lots.slice(before?.lots.length).filter(isRebase) ?? [];
  expect(
    opened.map(({ acquiredAt, quantity, lump, unitPrice }) => ({ acquiredAt, quantity, lump, unitPrice })),
  ).toEqual(
    closed.map(({ acquiredAt, quantity, cost }) => ({ acquiredAt, quantity, lump: cost, unitPrice: 0n })),
  );
  if (closed.length > 0) expect(total(closed, ({ cost }) => cost ?? 0n)).toBe(before?.totals.cost);
};

/** A transaction is booked as a whole: all of its quantity, all of its value, all of its fee. */
export const expectWhole = (event: LedgerEvent, before: Books, after: Books, scale: Scale): void => {
  const { lots, matches } = ofTransaction(after, event);
  const worth = event.quantity === 0n ? null : worthOf(event, scale);
  expectRebased(before.get(event.balanceId), after.get(event.balanceId));
  expect(total(lots, (lot) => lot.quantity) + total(matches, (match) => match.quantity)).toBe(event.quantity);
  const fees = (books: Books) => books.get(event.balanceId)?.totals.fees ?? 0n;
  expect(fees(after) - fees(before)).toBe(feesOf(event, matches));
  if (event.type === 'BUY' && worth !== null) {
    expect(total(lots, (lot) => costIn(lot, scale))).toBe(worth + event.fee);
  }
  if (event.type === 'SELL' && worth !== null) {
    expect(total(matches, (match) => match.proceeds ?? 0n)).toBe(worth - event.fee);
  }
  if (event.type === 'TRANSFER_OUT') {
    const sent = matches.filter(({ kind }) => kind === 'TRANSFER_OUT');
    expect(sent.every((match) => match.proceeds === null && match.gain === null)).toBe(true);
  }
  const sent = [...before.values()].flatMap((book) =>
    book.matches.filter(
      ({ transactionId, kind }) => transactionId === event.receivesFrom && kind === 'TRANSFER_OUT',
    ),
  );
  if (total(sent, (match) => match.quantity) === event.quantity) {
    const known = lots.filter((lot) => lot.basisKnown);
    expect(total(known, (lot) => costIn(lot, scale))).toBe(total(sent, (match) => match.cost ?? 0n));
  }
};
