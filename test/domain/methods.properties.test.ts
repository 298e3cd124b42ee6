/** What no choice of method changes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { everyYear, type MethodPlan, methods } from '#shared/domain/method.ts';
import type { Book, Books } from '../support/books.ts';
import { replayAll } from '../support/books.ts';
import { anyPlanned, type PlannedLedger } from '../support/plan-arbitraries.ts';

const far = Date.UTC(2100, 0);

const total = (amounts: readonly (bigint | null)[]): bigint =>
  amounts.reduce<bigint>((sum, amount) => sum + (amount ?? 0n), 0n);

/** With more than enough from the start, and no unknown price: nothing falls short, and every cost is known. */
const covered = ({ events, balances }: PlannedLedger): LedgerEvent[] => {
  const [model] = events;
  if (model === undefined) return [];
  const plain = { ...model, fee: 0n, selections: null, arrives: null, receivesFrom: null, value: null };
  const stock = balances.map(
    (balanceId): LedgerEvent => ({
      ...{ ...plain, balanceId, id: -balanceId, type: 'BUY', timestamp: 0 },
      ...{ quantity: 10n ** 33n, price: 7n * 10n ** 17n },
    }),
  );
  return [...stock, ...events.map((event) => ({ ...event, price: event.price ?? 10n ** 18n }))];
};

const sellAll = ({ balanceId, totals }: Book, model: LedgerEvent): LedgerEvent => ({
  ...{ ...model, balanceId, id: 1_000 + balanceId, type: 'SELL', timestamp: far },
  ...{ quantity: totals.quantity, price: 10n ** 18n, value: null, fee: 0n },
  ...{ receivesFrom: null, arrives: null, selections: null },
});

/** What went in and what went out for good: what own transfers move counts in neither. */
const outcome = (books: Books, events: readonly LedgerEvent[]) => {
  const all = [...books.values()];
  const linked = new Set(events.filter(({ arrives }) => arrives !== null).map(({ id }) => id));
  const gone = all.flatMap(({ matches }) =>
    matches.filter(
      ({ kind, transactionId }) =>
        kind !== 'REBASE' && !(kind === 'TRANSFER_OUT' && linked.has(transactionId)),
    ),
  );
  const sum = (key: 'bought' | 'sold' | 'fees' | 'cost' | 'quantity' | 'shortfall' | 'unknownSlices') =>
    total(all.map(({ totals }) => BigInt(totals[key])));
  return {
    costOut: total(gone.map(({ cost }) => cost)),
    ...{ bought: sum('bought'), sold: sum('sold'), fees: sum('fees'), cost: sum('cost') },
    ...{ quantity: sum('quantity'), shortfall: sum('shortfall'), unknownSlices: sum('unknownSlices') },
  };
};

test('once everything is sold, every method and every selection has cost the same', () => {
  fc.assert(
    fc.property(anyPlanned, (ledger) => {
      const { balances, scale, plans } = ledger;
      const begun = covered(ledger);
      const held = [...replayAll(balances, begun, scale).values()];
      const events = [
        ...begun,
        ...held.flatMap((book) => begun.slice(0, 1).map((model) => sellAll(book, model))),
      ];
      const unnamed = events.map((event) => ({ ...event, selections: null }));
      const under = (plan: ReadonlyMap<number, MethodPlan>, some = events) =>
        outcome(replayAll(balances, some, scale, { plans: plan }), some);
      const first = under(new Map(), unnamed);
      expect(first).toMatchObject({ cost: 0n, quantity: 0n, shortfall: 0n, unknownSlices: 0n });
      for (const method of methods) {
        expect(under(new Map(balances.map((id) => [id, everyYear(method)])))).toEqual(first);
      }
      expect(under(plans)).toEqual(first);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});
