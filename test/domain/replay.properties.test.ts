import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { everyYear, type Method, type MethodPlan, methods } from '#shared/domain/method.ts';
import { inReplayOrder } from '#shared/domain/order.ts';
import { type OwnTransfer, replayUnits } from '#shared/domain/units.ts';
import { type Books, emptyBooks, replayAll, replayOnto } from '../support/books.ts';
import { expectConserved, expectWhole } from '../support/invariants.ts';
import { shuffled } from '../support/ledger-arbitraries.ts';
import { anyPlanned, type PlannedLedger } from '../support/plan-arbitraries.ts';

/** A time-out would hide the seed of a failure that is being shrunk. */
const runs = (numRuns: number) => ({ numRuns, endOnFailure: true });

const ownTransfers = (events: readonly LedgerEvent[]): OwnTransfer[] =>
  events.flatMap((receipt) => {
    const sending = events.find((event) => event.id === receipt.receivesFrom);
    if (sending === undefined) return [];
    return {
      from: sending.balanceId,
      to: receipt.balanceId,
      sentAt: sending.timestamp,
      receivedAt: receipt.timestamp,
    };
  });

const pick = (books: Books, balances: readonly number[]): Books =>
  new Map([...books].filter(([id]) => balances.includes(id)));

const without = (events: readonly LedgerEvent[], some: readonly LedgerEvent[]): LedgerEvent[] =>
  events.filter((event) => !some.includes(event));

/** Replays what changes since some moments can reach, onto what is stored of the time before. */
const replayedSince = (
  dirty: ReadonlyMap<number, number>,
  stored: Books,
  { balances, events, scale, plans }: PlannedLedger,
): Books => {
  let books = stored;
  for (const { balances: unit, since } of replayUnits(dirty, ownTransfers(events))) {
    const isReplayed = (event: LedgerEvent) => unit.includes(event.balanceId) && event.timestamp >= since;
    const rest = events.filter(isReplayed);
    const rewound = pick(replayAll(balances, without(events, rest), scale, { plans }), unit);
    const all = new Map([...books, ...rewound]);
    books = new Map([...books, ...replayOnto(rewound, rest, scale, { plans, all })]);
  }
  return books;
};

/** A plan in which a method is that of a year and of all that follow. */
const planFrom = (plan: MethodPlan | undefined, first: number, method: Method): MethodPlan => {
  const { default: usual, years } = plan ?? everyYear('FIFO');
  const all = Array.from({ length: 20 }, (_, place) => 2018 + place);
  const methodOf = (year: number) => (year < first ? (years.get(year) ?? usual) : method);
  return { default: usual, years: new Map(all.map((year) => [year, methodOf(year)])) };
};

test('what was acquired is what was consumed plus what is open, after every step, to the last place', () => {
  fc.assert(
    fc.property(anyPlanned, ({ scale, balances, events, plans }) => {
      let books = emptyBooks(balances);
      for (const event of inReplayOrder(events)) {
        const after = replayOnto(books, [event], scale, { plans });
        for (const book of after.values()) expectConserved(book, scale);
        expectWhole(event, books, after, scale);
        books = after;
      }
    }),
    runs(200),
  );
});

test('the order in which transactions arrived does not matter', () => {
  fc.assert(
    fc.property(shuffled(anyPlanned), ({ ledger: { scale, balances, events, plans }, shuffled }) => {
      const inOrder = replayAll(balances, events, scale, { plans });
      expect(replayAll(balances, shuffled, scale, { plans })).toEqual(inOrder);
    }),
    runs(600),
  );
});

test('replaying the past, then the rest onto what was stored, gives what one replay gives', () => {
  fc.assert(
    fc.property(anyPlanned, fc.nat(), ({ scale, balances, events, plans }, seed) => {
      const cut = events[seed % events.length]?.timestamp ?? 0;
      const units = replayUnits(new Map(balances.map((id) => [id, cut])), ownTransfers(events));
      const sinceOf = (id: number) => units.find((unit) => unit.balances.includes(id))?.since ?? cut;
      const past = events.filter((event) => event.timestamp < sinceOf(event.balanceId));
      const rest = without(events, past);
      const stored = replayAll(balances, past, scale, { plans });
      const all = replayAll(balances, events, scale, { plans });
      expect(replayOnto(stored, rest, scale, { plans })).toEqual(all);
    }),
    runs(600),
  );
});

test('after an insertion or deletion, replaying only what it can reach gives what a full replay gives', () => {
  fc.assert(
    fc.property(anyPlanned, fc.nat(), fc.boolean(), (ledger, seed, isInsertion) => {
      const { balances, events, plans } = ledger;
      const chosen = events[seed % events.length];
      const isChanged = ({ id, receivesFrom }: LedgerEvent) =>
        id === chosen?.id || id === chosen?.receivesFrom || receivesFrom === chosen?.id;
      const others = events.filter((event) => !isChanged(event));
      const [before, after] = isInsertion ? [others, events] : [events, others];
      const dirty = new Map<number, number>();
      for (const { balanceId, timestamp } of events.filter(isChanged)) {
        dirty.set(balanceId, Math.min(timestamp, dirty.get(balanceId) ?? timestamp));
      }
      const books = replayAll(balances, before, ledger.scale, { plans });
      const full = replayAll(balances, after, ledger.scale, { plans });
      expect(replayedSince(dirty, books, { ...ledger, events: after })).toEqual(full);
    }),
    runs(600),
  );
});

test('another method from some year on, and back again, leaves every bit as it was', () => {
  const year = fc.integer({ min: 2018, max: 2026 });
  fc.assert(
    fc.property(anyPlanned, fc.constantFrom(...methods), year, (ledger, method, first) => {
      const { balances, events, scale, plans } = ledger;
      const changed = new Map(plans).set(1, planFrom(plans.get(1), first, method));
      const dirty = new Map([[1, Date.UTC(first, 0)]]);
      const before = replayAll(balances, events, scale, { plans });
      const between = replayedSince(dirty, before, { ...ledger, plans: changed });
      expect(between).toEqual(replayAll(balances, events, scale, { plans: changed }));
      expect(replayedSince(dirty, between, ledger)).toEqual(before);
    }),
    runs(600),
  );
});
