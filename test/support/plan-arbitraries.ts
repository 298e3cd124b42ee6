/** Random ledgers with a method plan for each balance, and with disposals that name the lots they take. */
import fc from 'fast-check';
import type { LedgerEvent, LotSelection } from '#shared/domain/ledger.ts';
import { everyYear, type Method, type MethodPlan, methods } from '#shared/domain/method.ts';
import { inReplayOrder } from '#shared/domain/order.ts';
import { type RandomLedger, randomLedger } from './ledger-arbitraries.ts';

export interface PlannedLedger extends RandomLedger {
  plans: Map<number, MethodPlan>;
}

/** What a slice of the cases is about: a method for all years, or one for each. */
export const planKinds = [...methods, 'BY YEAR'] as const;

const method = fc.constantFrom(...methods);

/** Every year its own method; AVERAGE often, for what it leaves behind. */
const byYear: fc.Arbitrary<MethodPlan> = fc
  .tuple(method, fc.array(fc.option(fc.oneof(method, fc.constant<Method>('AVERAGE'))), { maxLength: 18 }))
  .map(([usual, some]) => ({
    default: usual,
    years: new Map(some.flatMap((one, place) => (one === null ? [] : [[2019 + place, one]]))),
  }));

/** Plans of a kind: `BY YEAR` varies the methods of years, the others keep one. */
export const planOf = (kind: (typeof planKinds)[number]): fc.Arbitrary<MethodPlan> =>
  kind === 'BY YEAR' ? byYear : fc.constant(everyYear(kind));

/** A selection before it is known what there is to select. */
const wish = fc.record({
  /** Which of the balance's earlier acquisitions, of all of its acquisitions, or of all transactions there are. */
  which: fc.nat({ max: 60 }),
  among: fc.constantFrom('EARLIER', 'EARLIER', 'EARLIER', 'OWN', 'ALL'),
  /** Any date of acquisition, that of the acquisition itself, or that of some transaction. */
  date: fc.oneof(
    fc.constant<'ANY'>('ANY'),
    fc.constantFrom<'ANY' | 'OWN'>('ANY', 'OWN'),
    fc.nat({ max: 60 }),
  ),
  quantity: fc.option(fc.bigInt({ min: 1n, max: 12n })),
});

type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never;

const isDisposal = ({ type }: LedgerEvent): boolean => type !== 'BUY' && type !== 'TRANSFER_IN';

const selectionOf = (one: Wish, event: LedgerEvent, events: readonly LedgerEvent[]): LotSelection[] => {
  const named = events.filter(
    (other) =>
      one.among === 'ALL' ||
      (other.balanceId === event.balanceId &&
        !isDisposal(other) &&
        (one.among === 'OWN' || other.timestamp <= event.timestamp)),
  );
  const acquisition = named[one.which % named.length];
  if (acquisition === undefined) return [];
  const { date, quantity } = one;
  const dated = date === 'ANY' ? null : date === 'OWN' ? acquisition : events[date % events.length];
  return [
    {
      transactionId: acquisition.id,
      acquiredAt: dated?.timestamp ?? null,
      quantity: quantity ?? event.quantity,
    },
  ];
};

const withSelections = (
  events: readonly LedgerEvent[],
  wishes: readonly (readonly Wish[])[],
): LedgerEvent[] =>
  events.map((event, place) => {
    const selections = (wishes[place] ?? []).flatMap((one) => selectionOf(one, event, events));
    return isDisposal(event) && selections.length > 0 ? { ...event, selections } : event;
  });

/** How much disposals take: what they say, or else what there is, as far as it goes. */
interface Appetite {
  /** Disposals that take all there is, to the last unit: then nothing is left of a pool. */
  everything: ReadonlySet<number>;
  /** Whether disposals that are larger than the holding take a part of that instead. */
  isCovered: boolean;
}

const taken = (event: LedgerEvent, held: bigint, { everything, isCovered }: Appetite): bigint => {
  if (everything.has(event.id)) return held;
  return isCovered && event.quantity > held ? (held * BigInt(event.id % 5)) / 5n : event.quantity;
};

const dosed = (events: readonly LedgerEvent[], appetite: Appetite): LedgerEvent[] => {
  const held = new Map<number, bigint>();
  const arriving = new Map<number | null, bigint>();
  const changed = inReplayOrder(events).map((event): LedgerEvent => {
    const before = held.get(event.balanceId) ?? 0n;
    if (!isDisposal(event)) {
      const quantity = arriving.get(event.receivesFrom) ?? event.quantity;
      held.set(event.balanceId, before + quantity);
      return { ...event, quantity };
    }
    const quantity = taken(event, before, appetite);
    held.set(event.balanceId, before > quantity ? before - quantity : 0n);
    if (event.arrives === null || quantity === event.quantity) return { ...event, quantity };
    const arrives = event.arrives < quantity ? event.arrives : quantity;
    arriving.set(event.id, arrives);
    return { ...event, quantity, arrives };
  });
  return changed.toSorted((left, right) => left.id - right.id);
};

const start = Date.UTC(2019, 0);

/** Spreads events over more years, and puts some of them on the first or the last moment of theirs. */
const retimed = (events: readonly LedgerEvent[], spread: number, edges: ReadonlySet<number>): LedgerEvent[] =>
  events.map((event) => {
    const timestamp = start + (event.timestamp - start) * spread;
    if (!edges.has(event.id)) return { ...event, timestamp };
    const newYear = Date.UTC(new Date(timestamp).getUTCFullYear(), 0);
    return { ...event, timestamp: event.id % 4 === 1 ? newYear : newYear - 1 };
  });

const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 12 });

/** Ledgers whose balances each have a plan, with selections on some of the disposals. */
export const plannedLedger = (plan: fc.Arbitrary<MethodPlan>): fc.Arbitrary<PlannedLedger> =>
  fc
    .record({
      ledger: randomLedger,
      everything: someIds,
      isCovered: fc.boolean(),
      edges: someIds,
      spread: fc.constantFrom(1, 1, 5),
      plans: fc.array(plan, { minLength: 4, maxLength: 4 }),
      wishes: fc.array(fc.oneof(fc.constant([]), fc.array(wish, { minLength: 1, maxLength: 3 })), {
        maxLength: 30,
        size: 'max',
      }),
    })
    .map(({ ledger, plans, wishes, everything, isCovered, edges, spread }) => ({
      ...ledger,
      events: withSelections(
        dosed(retimed(ledger.events, spread, new Set(edges)), { everything: new Set(everything), isCovered }),
        wishes,
      ),
      plans: new Map(plans.map((one, place) => [place + 1, one])),
    }));

/** Ledgers of all kinds of plans. */
export const anyPlanned = plannedLedger(fc.oneof(...planKinds.map(planOf), byYear, byYear));
