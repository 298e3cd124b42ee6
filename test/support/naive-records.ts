/** Lots and matches of both replays in one form, to be compared. */
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Scale } from '#shared/domain/lot.ts';
import type { Books } from './books.ts';
import { type Fraction, minus, unitsOf } from './fraction.ts';
import { naiveReplay } from './naive-fifo.ts';

/** By balance, each in the order of its sequence. */
const byBalance = <T extends { balance: number }>(records: readonly T[]): T[] =>
  [...records].sort((left, right) => left.balance - right.balance);

export const recordsOf = (books: Books) => {
  const all = [...books.values()];
  return {
    lots: all.flatMap(({ balanceId, lots }) =>
      lots.map((lot) => ({
        balance: balanceId,
        number: lot.sequence,
        transaction: lot.transactionId,
        acquired: lot.acquiredAt,
        quantity: lot.quantity,
        left: lot.remaining,
        price: lot.unitPrice,
        lump: lot.basisKnown ? lot.lump : null,
        lumpLeft: lot.basisKnown ? lot.remainingLump : null,
      })),
    ),
    matches: all.flatMap(({ balanceId, matches }) =>
      matches.map((match) => ({
        balance: balanceId,
        transaction: match.transactionId,
        lot: match.lotSequence,
        quantity: match.quantity,
        cost: match.cost,
        proceeds: match.proceeds,
        gain: match.gain,
        acquired: match.acquiredAt,
        disposed: match.disposedAt,
        term: match.term,
      })),
    ),
  };
};

export const naiveRecords = (
  events: readonly LedgerEvent[],
  { decimals, moneyPlaces }: Scale,
): ReturnType<typeof recordsOf> => {
  const { lots, matches } = naiveReplay(events, decimals, moneyPlaces);
  const money = (amount: Fraction | null) => amount && unitsOf(amount, moneyPlaces);
  return {
    lots: byBalance(lots).map((lot) => ({
      ...lot,
      quantity: unitsOf(lot.quantity, decimals),
      left: unitsOf(lot.left, decimals),
      price: unitsOf(lot.price, 18),
      lump: money(lot.lump),
      lumpLeft: money(lot.lumpLeft),
    })),
    matches: byBalance(matches).map((match) => ({
      ...match,
      quantity: unitsOf(match.quantity, decimals),
      cost: money(match.cost),
      proceeds: money(match.proceeds),
      gain: money(match.cost && match.proceeds && minus(match.proceeds, match.cost)),
    })),
  };
};
