/** The kernel of fixed width against the engine that it stands in for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Replay, startReplay } from '#shared/domain/booking.ts';
import { longTermFrom } from '#shared/domain/holding-period.ts';
import * as at from '#shared/domain/kernel/assembly/records.ts';
import {
  applyBytes,
  beginCopy,
  giveBack,
  isStuck,
  type Kernel,
  ledgerFits,
  lotRows,
  type MatchBlock,
  progressOf,
  startKernel,
} from '#shared/domain/kernel/kernel.ts';
import { emptyLedger, type Ledger, type LedgerEvent } from '#shared/domain/ledger.ts';
import { type Scale, scaleOf } from '#shared/domain/lot.ts';
import { openLots } from '#shared/domain/lot-queue.ts';
import { everyYear } from '#shared/domain/method.ts';
import { inReplayOrder } from '#shared/domain/order.ts';
import { applyInOrder } from '#shared/domain/replay.ts';
import { eventRows } from '../../scripts/bench/cost-basis/event-rows.ts';
import { randomLedger } from '../support/ledger-arbitraries.ts';

const kinds = ['BUY', 'TRANSFER_IN', 'SELL', 'TRANSFER_OUT', 'FEE'];

/** What is kept of a match, whoever made it. */
const matchesIn = ({ memory, ledger }: Kernel, { count, sequence, address }: MatchBlock) =>
  Array.from({ length: count }, (_, place) => {
    const match = address + place * at.matchSize;
    const lot = Number(memory.integer(match + at.matchLot, 1) & 0xffff_ffffn);
    const known = (flag: number, field: number) =>
      memory.byte(match + flag) === 1 ? memory.integer(match + field, 4) : null;
    return {
      sequence: sequence + place,
      balance: ledger.balanceId,
      transaction: memory.double(match + at.matchTransaction),
      lot: lot === 0 ? null : lot,
      kind: kinds[memory.byte(match + at.matchKind)],
      quantity: memory.integer(match + at.matchQuantity, 2),
      lump: memory.integer(match + at.matchLump, 4),
      cost: known(at.matchHasCost, at.matchCost),
      proceeds: known(at.matchHasProceeds, at.matchProceeds),
      acquiredAt: lot === 0 ? null : Number(memory.integer(match + at.matchAcquiredAt, 1)),
      disposedAt: Number(memory.integer(match + at.matchDisposedAt, 1)),
      term: lot === 0 ? null : memory.byte(match + at.matchIsLong) === 1 ? 'long' : 'short',
      fee: memory.integer(match + at.matchFee, 4),
    };
  });

type Kept = ReturnType<typeof matchesIn>[number];

const matchesOf = (ledger: Ledger): Kept[] =>
  ledger.matches.map(({ event, lot, method: _method, ...match }) => ({
    ...match,
    balance: ledger.balanceId,
    transaction: event.id,
    lot: lot?.sequence ?? null,
    acquiredAt: lot?.acquiredAt ?? null,
  }));

const clock = (ledger: Ledger): Replay => startReplay(new Map([[ledger.balanceId, ledger]]));

/** What a ledger has come to, but for its matches. */
const outcome = (ledger: Ledger) => ({
  totals: ledger.totals,
  numbers: [ledger.nextLot, ledger.nextMatch],
  open: openLots(ledger.queue).map((lot) => ({ ...lot })),
});

const byEngine = (ledger: Ledger, events: readonly LedgerEvent[]) => {
  applyInOrder(events, clock(ledger));
  return { ...outcome(ledger), matches: matchesOf(ledger) };
};

interface Pace {
  /** How many transactions a COPY gives, and how many bytes come at once. */
  each?: number;
  bytes?: number;
}

const byKernel = (
  ledger: Ledger,
  events: readonly LedgerEvent[],
  { each = events.length + 1, bytes = 1 << 20 }: Pace = {},
) => {
  const kernel = startKernel(ledger);
  const matches: Kept[] = [];
  for (let start = 0; start < events.length; start += each) {
    const some = events.slice(start, start + each);
    const rows = eventRows(some, ledger.scale.moneyPlaces);
    beginCopy(kernel);
    for (let at = 0; at < rows.length; at += bytes) {
      for (const block of applyBytes(kernel, rows.subarray(at, at + bytes))) {
        matches.push(...matchesIn(kernel, block));
      }
    }
    expect(isStuck(kernel)).toBe(false);
    expect(progressOf(kernel)).toMatchObject({ rows: some.length, id: some.at(-1)?.id });
    // Rows that nobody wants: taking them is what lets spent lots go.
    if (start + each < events.length) for (const _ of lotRows(kernel, 1, { isLast: false }));
  }
  giveBack(kernel, clock(ledger), { isTaken: false });
  return { ...outcome(ledger), matches };
};

/** One balance's transactions, none of them linked, in the order of the replay. */
const alone = randomLedger
  .filter(({ scale }) => scale.decimals <= 18)
  .map(({ scale, events }) => ({
    scale,
    events: inReplayOrder(
      events
        .filter(({ quantity }) => quantity < 1n << 60n || scale.decimals === 18)
        .map((event) => ({ ...event, balanceId: 1, arrives: null, receivesFrom: null })),
    ),
  }));

const runs = { numRuns: 1_500, endOnFailure: true };

describe('the kernel', () => {
  test('comes to what the engine comes to: matches, open lots, totals', () => {
    fc.assert(
      fc.property(alone, ({ scale, events }) => {
        expect(byKernel(emptyLedger(1, scale), events)).toEqual(byEngine(emptyLedger(1, scale), events));
      }),
      runs,
    );
  });

  test('goes on from any ledger, lets spent lots go, and the engine goes on from it', () => {
    const cuts = fc.record({
      ledger: alone,
      first: fc.nat(30),
      second: fc.nat(30),
      each: fc.integer({ min: 1, max: 5 }),
      bytes: fc.integer({ min: 1, max: 90 }),
    });
    fc.assert(
      fc.property(cuts, ({ ledger: { scale, events }, first, second, each, bytes }) => {
        const [from, to] = [Math.min(first, second), Math.max(first, second)];
        const whole = emptyLedger(1, scale);
        const expected = byEngine(whole, events);
        const ledger = emptyLedger(1, scale);
        const before = byEngine(ledger, events.slice(0, from));
        ledger.matches = [];
        const among = byKernel(ledger, events.slice(from, to), { each, bytes });
        const after = byEngine(ledger, events.slice(to));
        expect({ ...after, matches: [...before.matches, ...among.matches, ...after.matches] }).toEqual(
          expected,
        );
      }),
      runs,
    );
  });

  test('holds numbers as large as it says it does', () => {
    const scale = scaleOf(18);
    const large = (most: bigint) =>
      fc.oneof(fc.bigInt({ min: 1n, max: 1n << 70n }), fc.bigInt({ min: most - 9n, max: most - 1n }));
    const event = fc.record({
      type: fc.constantFrom<LedgerEvent['type']>('BUY', 'BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE'),
      quantity: large(10n ** 36n),
      price: fc.option(large(10n ** 30n)),
      value: fc.option(large(10n ** 60n)),
      fee: large(10n ** 60n),
      wait: fc.nat(100 * 86_400_000),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 25 }), (drawn) => {
        let timestamp = Date.UTC(2023, 11, 30);
        const events = drawn.map(({ wait, ...one }, place) => {
          timestamp += wait;
          return plain({ ...one, id: place + 1, timestamp });
        });
        expect(byKernel(emptyLedger(1, scale), events)).toEqual(byEngine(emptyLedger(1, scale), events));
      }),
      { numRuns: 1_000, endOnFailure: true },
    );
  });

  test('takes any number of lots in one disposal, and grows with the lots', () => {
    const scale = scaleOf(18);
    const buys = Array.from({ length: 150_000 }, (_, place) =>
      plain({
        id: place + 1,
        timestamp: place,
        type: 'BUY',
        quantity: 3n,
        price: BigInt(place) * 10n ** 17n,
        fee: 10n ** 18n,
      }),
    );
    const sale = plain({
      id: 150_001,
      timestamp: 160_000,
      type: 'SELL',
      quantity: 449_999n,
      price: 10n ** 20n,
      fee: 7n,
    });
    const events = [...buys, sale];
    expect(byKernel(emptyLedger(1, scale), events)).toEqual(byEngine(emptyLedger(1, scale), events));
  });

  test('knows when something is long-term, around every anniversary', () => {
    const scale = scaleOf(0);
    const events = Array.from({ length: 1_600 }, (_, day) => {
      const acquired = Date.UTC(1999, 0, 1 + day * 7, 13);
      const from = longTermFrom(acquired);
      const sale = { type: 'SELL', quantity: 1n } as const;
      return [
        plain({ id: 1, timestamp: acquired, type: 'BUY', quantity: 2n }),
        plain({ id: 2, timestamp: from - 1, ...sale }),
        plain({ id: 3, timestamp: from, ...sale }),
      ];
    });
    for (const three of events) {
      const { matches } = byKernel(emptyLedger(1, scale), three);
      expect(matches.map(({ term }) => term)).toEqual(['short', 'long']);
    }
  });

  test('stops before what it cannot hold', () => {
    const fits = (scale: Scale, change: Partial<LedgerEvent>) => {
      const kernel = startKernel(emptyLedger(1, scale));
      const two = [plain({ id: 7 }), plain({ id: 8, ...change }), plain({ id: 9 })];
      for (const _ of applyBytes(kernel, eventRows(two, scale.moneyPlaces)));
      expect(progressOf(kernel)).toMatchObject(isStuck(kernel) ? { rows: 1, id: 7 } : { rows: 3, id: 9 });
      return !isStuck(kernel);
    };
    expect(fits(scaleOf(18), { quantity: 10n ** 36n - 1n })).toBe(true);
    expect(fits(scaleOf(18), { quantity: 1n << 120n })).toBe(false);
    expect(fits(scaleOf(0), { quantity: (1n << 61n) - 1n })).toBe(true);
    expect(fits(scaleOf(0), { quantity: 1n << 61n })).toBe(false);
    expect(fits(scaleOf(18), { price: 10n ** 30n - 1n })).toBe(true);
    expect(fits(scaleOf(18), { price: 10n ** 30n })).toBe(false);
    expect(fits(scaleOf(18), { value: 10n ** 60n - 1n })).toBe(true);
    expect(fits(scaleOf(18), { value: 10n ** 60n })).toBe(false);
    expect(fits(scaleOf(18), { fee: 10n ** 60n })).toBe(false);
    expect(fits(scaleOf(18), { value: -1n })).toBe(false);
  });

  test('goes on only from ledgers that it can hold', () => {
    const method = { default: 'FIFO' as const, years: new Map([[2024, 'HIFO' as const]]) };
    expect(ledgerFits(emptyLedger(1, scaleOf(18)))).toBe(true);
    expect(ledgerFits(emptyLedger(1, scaleOf(19)))).toBe(false);
    expect(ledgerFits(emptyLedger(1, scaleOf(18), everyYear('LIFO')))).toBe(false);
    expect(ledgerFits(emptyLedger(1, scaleOf(18), method))).toBe(false);
    const rich = emptyLedger(1, scaleOf(18));
    rich.totals.cost = 1n << 200n;
    expect(ledgerFits(rich)).toBe(false);
    const large = emptyLedger(1, scaleOf(18));
    byEngine(large, [plain({ quantity: 1n << 121n })]);
    expect(ledgerFits(large)).toBe(false);
  });
});

/** A transaction with nothing special about it. */
function plain(change: Partial<LedgerEvent>): LedgerEvent {
  return {
    id: 1,
    balanceId: 1,
    type: 'BUY',
    timestamp: 0,
    blockNumber: null,
    transactionIndex: null,
    sourceKey: '',
    transferIndex: null,
    receivesFrom: null,
    quantity: 1n,
    arrives: null,
    price: null,
    value: null,
    fee: 0n,
    selections: null,
    ...change,
  };
}
