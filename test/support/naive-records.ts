/** Lots and matches of both replays in one form, to be compared. */
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Scale } from '#shared/domain/lot.ts';
import type { MethodPlan } from '#shared/domain/method.ts';
import type { Books } from './books.ts';
import { type Fraction, minus, unitsOf, zero } from './fraction.ts';
import { naiveReplay } from './naive-replay.ts';

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
        kind: lot.kind,
        acquired: lot.acquiredAt,
        opened: lot.openedAt,
        quantity: lot.quantity,
        left: lot.remaining,
        price: lot.unitPrice,
        lump: lot.basisKnown ? lot.lump : null,
        lumpLeft: lot.basisKnown ? lot.remainingLump : null,
        fee: lot.fee,
      })),
    ),
    matches: all.flatMap(({ balanceId, matches }) =>
      matches.map((match) => ({
        balance: balanceId,
        transaction: match.transactionId,
        lot: match.lotSequence,
        kind: match.kind,
        method: match.method,
        quantity: match.quantity,
        price: match.unitPrice,
        lump: match.lump,
        cost: match.cost,
        proceeds: match.proceeds,
        gain: match.gain,
        acquired: match.acquiredAt,
        disposed: match.disposedAt,
        term: match.term,
        fee: match.fee,
      })),
    ),
  };
};

export const naiveRecords = (
  events: readonly LedgerEvent[],
  scale: Scale,
  plans: ReadonlyMap<number, MethodPlan>,
): ReturnType<typeof recordsOf> => {
  const { lots, matches } = naiveReplay(events, scale, plans);
  const { decimals, moneyPlaces } = scale;
  const money = (amount: Fraction | null) => amount && unitsOf(amount, moneyPlaces);
  return {
    lots: byBalance(lots).map(({ cost: _, ...lot }) => ({
      ...lot,
      quantity: unitsOf(lot.quantity, decimals),
      left: unitsOf(lot.left, decimals),
      price: unitsOf(lot.price, 18),
      lump: money(lot.lump),
      lumpLeft: money(lot.lumpLeft),
      fee: unitsOf(lot.fee, moneyPlaces),
    })),
    matches: byBalance(matches).map((match) => ({
      ...match,
      quantity: unitsOf(match.quantity, decimals),
      price: unitsOf(match.price, 18),
      lump: unitsOf(match.lump ?? zero, moneyPlaces),
      cost: money(match.cost),
      proceeds: money(match.proceeds),
      gain: money(match.cost && match.proceeds && minus(match.proceeds, match.cost)),
      fee: unitsOf(match.fee, moneyPlaces),
    })),
  };
};
