// Ledgers of any length, always the same, with every kind of transaction.
import type { LedgerEvent, TransactionType } from '#shared/domain/ledger.ts';

/** xoshiro128**: numbers below 2^32. */
const generator = (seed: number) => {
  let [a, b, c, d] = [seed, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  return (): number => {
    const result = Math.imul(((Math.imul(b, 5) << 7) | (Math.imul(b, 5) >>> 25)) >>> 0, 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
};

const start = Date.UTC(2019, 0, 1);
const fiveYears = 5 * 365 * 86_400_000;
const one = 10n ** 18n;

/** An amount between 0 and 10, of 18 places. */
const amount = (next: () => number): bigint => ((BigInt(next()) << 32n) + BigInt(next())) % (10n * one) || 1n;

/** A price of 18 places between 0.5 and 100,000 USD. */
const price = (next: () => number): bigint =>
  one / 2n + (((BigInt(next()) << 64n) + (BigInt(next()) << 32n) + BigInt(next())) % (100_000n * one));

const event = (
  id: number,
  type: TransactionType,
  { at, quantity, priced, fee }: { at: number; quantity: bigint; priced: bigint | null; fee: bigint },
): LedgerEvent => ({
  id,
  balanceId: 1,
  type,
  timestamp: at,
  blockNumber: id,
  transactionIndex: 0,
  sourceKey: '',
  transferIndex: 0,
  receivesFrom: null,
  quantity,
  arrives: null,
  price: priced,
  value: null,
  fee,
  selections: null,
});

/** A fee in USD of 2 places, in money of 36. */
const feeOf = (next: () => number): bigint => BigInt(next() % 2000) * 10n ** 34n;

const acquisitions: readonly TransactionType[] = ['BUY', 'BUY', 'BUY', 'BUY', 'TRANSFER_IN'];
const disposals: readonly TransactionType[] = ['SELL', 'SELL', 'SELL', 'SELL', 'TRANSFER_OUT', 'FEE'];

/** 55 of 100 acquire and 45 dispose, of all kinds; a third of the trades has a fee; over five years. */
export const mixed = (length: number): LedgerEvent[] => {
  const next = generator(20_190_101);
  let held = 0n;
  return Array.from({ length }, (_, place) => {
    const isAcquisition = held === 0n || next() % 100 < 55;
    const kinds = isAcquisition ? acquisitions : disposals;
    const type = kinds[next() % kinds.length] ?? 'BUY';
    const drawn = amount(next);
    const quantity = isAcquisition || drawn < held ? drawn : held;
    held += isAcquisition ? quantity : -quantity;
    const isTrade = type === 'BUY' || type === 'SELL';
    const fee = isTrade && next() % 3 === 0 ? feeOf(next) : 0n;
    const at = start + Math.floor((place * fiveYears) / length);
    return event(place + 1, type, {
      at,
      quantity,
      priced: type === 'TRANSFER_OUT' ? null : price(next),
      fee,
    });
  });
};

/** 100,000 tiny purchases, one sale of half of them, and 50,000 small sales. */
export const worst = (): LedgerEvent[] => {
  const next = generator(7);
  const tiny = 10n ** 12n;
  const at = (place: number) => start + place * 60_000;
  const of = (place: number, type: TransactionType, quantity: bigint) =>
    event(place + 1, type, { at: at(place), quantity, priced: price(next), fee: 0n });
  return [
    ...Array.from({ length: 100_000 }, (_, place) => of(place, 'BUY', tiny)),
    of(100_000, 'SELL', tiny * 50_000n),
    ...Array.from({ length: 50_000 }, (_, place) => of(100_001 + place, 'SELL', tiny)),
  ];
};
