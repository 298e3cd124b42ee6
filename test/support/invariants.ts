/** What holds of a balance at every moment. */
import { expect } from 'vitest';
import type { LedgerEvent, Totals } from '#shared/domain/ledger.ts';
import { type Lot, remainingCost, type Scale, valueAt } from '#shared/domain/lot.ts';
import type { Book, Books, MatchRow } from './books.ts';

const total = <T>(items: readonly T[], of: (item: T) => bigint): bigint =>
  items.reduce((sum, item) => sum + of(item), 0n);

const totalsOf = ({ lots, matches, totals }: Book, scale: Scale): Totals => {
  const open = lots.filter((lot) => lot.remaining > 0n);
  const sales = matches.filter((match) => match.kind === 'SELL' && match.proceeds !== null);
  const realizing = matches.filter((match) => match.kind !== 'TRANSFER_OUT');
  const bought = lots.filter((lot) => lot.kind === 'BUY' && lot.basisKnown);
  return {
    quantity: total(open, (lot) => lot.remaining),
    cost: total(
      open.filter((lot) => lot.basisKnown),
      (lot) => remainingCost(lot, scale),
    ),
    unknownQuantity: total(
      open.filter((lot) => !lot.basisKnown),
      (lot) => lot.remaining,
    ),
    bought: total(bought, (lot) => costIn(lot, scale)),
    sold: total(sales, (match) => match.proceeds ?? 0n),
    soldQuantity: total(sales, (match) => match.quantity),
    realized: total(realizing, (match) => match.gain ?? 0n),
    unknownCostProceeds: total(realizing, (match) => (match.cost === null ? (match.proceeds ?? 0n) : 0n)),
    unknownSlices: realizing.filter((match) => match.gain === null).length,
    shortfall: total(matches, (match) => (match.lotSequence === null ? match.quantity : 0n)),
    // Fees in USD are no part of lots and matches.
    fees: totals.fees,
  };
};

const costIn = (lot: Lot, scale: Scale): bigint => valueAt(lot.unitPrice, lot.quantity, scale) + lot.lump;

/** Acquired = consumed + open, in quantity and in cost, for the balance and each lot; totals are sums; nothing negative. */
export const expectConserved = (book: Book, scale: Scale): void => {
  for (const lot of book.lots) {
    const consumed = book.matches.filter((match) => match.lotSequence === lot.sequence);
    expect(total(consumed, (match) => match.quantity) + lot.remaining).toBe(lot.quantity);
    expect(lot.remaining >= 0n && lot.remainingLump >= 0n).toBe(true);
    if (lot.remaining === 0n) expect(lot.remainingLump).toBe(0n);
    for (const match of consumed) expect(match.cost === null).toBe(!lot.basisKnown);
    if (!lot.basisKnown) continue;
    expect(total(consumed, (match) => match.cost ?? 0n) + remainingCost(lot, scale)).toBe(costIn(lot, scale));
  }
  for (const match of book.matches) {
    expect(match.quantity > 0n && (match.cost ?? 0n) >= 0n).toBe(true);
    if (match.cost !== null && match.proceeds !== null) expect(match.gain).toBe(match.proceeds - match.cost);
    else expect(match.gain).toBeNull();
  }
  expect(book.totals).toEqual(totalsOf(book, scale));
};

const ofTransaction = (books: Books, { id, balanceId }: Pick<LedgerEvent, 'id' | 'balanceId'>) => {
  const book = books.get(balanceId);
  return {
    lots: book?.lots.filter((lot) => lot.transactionId === id) ?? [],
    matches: book?.matches.filter((match) => match.transactionId === id) ?? [],
  };
};

const worthOf = ({ price, value, quantity }: LedgerEvent, scale: Scale): bigint | null =>
  value ?? (price === null ? null : valueAt(price, quantity, scale));

const feesOf = (event: LedgerEvent, matches: readonly MatchRow[]): bigint =>
  event.fee +
  total(
    matches.filter(({ kind }) => kind === 'FEE'),
    (match) => match.proceeds ?? 0n,
  );

/** A transaction is booked as a whole: all of its quantity, all of its value, all of its fee. */
export const expectWhole = (event: LedgerEvent, before: Books, after: Books, scale: Scale): void => {
  const { lots, matches } = ofTransaction(after, event);
  const worth = worthOf(event, scale);
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
