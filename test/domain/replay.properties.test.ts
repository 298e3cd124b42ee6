import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { inReplayOrder } from '#shared/domain/order.ts';
import { type OwnTransfer, replayUnits } from '#shared/domain/units.ts';
import { type Books, emptyBooks, replayAll, replayOnto } from '../support/books.ts';
import { expectConserved, expectWhole } from '../support/invariants.ts';
import { randomLedger, shuffledLedger } from '../support/ledger-arbitraries.ts';
import { naiveRecords, recordsOf } from '../support/naive-records.ts';

const runs = (numRuns: number) => ({ numRuns });

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

test('what was acquired is what was consumed plus what is open, after every step, to the last place', () => {
  fc.assert(
    fc.property(randomLedger, ({ scale, balances, events }) => {
      let books = emptyBooks(balances);
      for (const event of inReplayOrder(events)) {
        const after = replayOnto(books, [event], scale);
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
    fc.property(shuffledLedger, ({ ledger: { scale, balances, events }, shuffled }) => {
      expect(replayAll(balances, shuffled, scale)).toEqual(replayAll(balances, events, scale));
    }),
    runs(400),
  );
});

test('replaying the past, then the rest onto what was stored, gives what one replay gives', () => {
  fc.assert(
    fc.property(randomLedger, fc.nat(), ({ scale, balances, events }, seed) => {
      const cut = events[seed % events.length]?.timestamp ?? 0;
      const units = replayUnits(new Map(balances.map((id) => [id, cut])), ownTransfers(events));
      const sinceOf = (id: number) => units.find((unit) => unit.balances.includes(id))?.since ?? cut;
      const past = events.filter((event) => event.timestamp < sinceOf(event.balanceId));
      const rest = without(events, past);
      const stored = replayAll(balances, past, scale);
      expect(replayOnto(stored, rest, scale)).toEqual(replayAll(balances, events, scale));
    }),
    runs(400),
  );
});

test('after an insertion or deletion, replaying only what it can reach gives what a full replay gives', () => {
  fc.assert(
    fc.property(randomLedger, fc.nat(), fc.boolean(), ({ scale, balances, events }, seed, isInsertion) => {
      const chosen = events[seed % events.length];
      const isChanged = ({ id, receivesFrom }: LedgerEvent) =>
        id === chosen?.id || id === chosen?.receivesFrom || receivesFrom === chosen?.id;
      const others = events.filter((event) => !isChanged(event));
      const [before, after] = isInsertion ? [others, events] : [events, others];
      const dirty = new Map<number, number>();
      for (const { balanceId, timestamp } of events.filter(isChanged)) {
        dirty.set(balanceId, Math.min(timestamp, dirty.get(balanceId) ?? timestamp));
      }
      let books = replayAll(balances, before, scale);
      for (const { balances: unit, since } of replayUnits(dirty, ownTransfers(after))) {
        const isReplayed = (event: LedgerEvent) => unit.includes(event.balanceId) && event.timestamp >= since;
        const rest = after.filter(isReplayed);
        const rewound = pick(replayAll(balances, without(after, rest), scale), unit);
        books = new Map([
          ...books,
          ...replayOnto(rewound, rest, scale, { all: new Map([...books, ...rewound]) }),
        ]);
      }
      expect(books).toEqual(replayAll(balances, after, scale));
    }),
    runs(400),
  );
});

test('a naive replay with fractions and scans finds the same lots and matches', () => {
  fc.assert(
    fc.property(randomLedger, ({ scale, balances, events }) => {
      expect(recordsOf(replayAll(balances, events, scale))).toEqual(naiveRecords(events, scale));
    }),
    runs(400),
  );
});
