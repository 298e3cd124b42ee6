/** Random ledgers of one token: all kinds of transactions in one to four balances, own transfers among them. */
import fc from 'fast-check';
import type { LedgerEvent, TransactionType } from '#shared/domain/ledger.ts';
import { type Scale, scaleOf } from '#shared/domain/lot.ts';

export interface RandomLedger {
  scale: Scale;
  balances: number[];
  events: LedgerEvent[];
}

const dayMs = 86_400_000;
const start = Date.UTC(2019, 1, 27);

/** Mostly small counts, so that lots run out exactly; some of whole tokens; a few beyond any float, or nothing. */
const quantity = (decimals: number) =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(0n) },
    { weight: 15, arbitrary: fc.bigInt({ min: 1n, max: 12n }) },
    {
      weight: 9,
      arbitrary: fc.bigInt({ min: 1n, max: 12n }).map((count) => count * 10n ** BigInt(decimals)),
    },
    { weight: 6, arbitrary: fc.bigInt({ min: 1n, max: 10n ** 30n }) },
  );

const price = fc.option(
  fc.oneof(
    fc.bigInt({ min: 0n, max: 9n }),
    fc.bigInt({ min: 1n, max: 400n }).map((dollars) => dollars * 10n ** 18n),
    fc.bigInt({ min: 0n, max: 10n ** 24n }),
  ),
  { freq: 5 },
);

/** Of 18 places mostly, sometimes with as many as a product has. */
const money = ({ moneyPlaces, eighteenthPlace }: Scale) =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 21n }).map((count) => count * eighteenthPlace),
    fc.bigInt({ min: 0n, max: 50n }).map((dollars) => dollars * 10n ** BigInt(moneyPlaces)),
    fc.bigInt({ min: 0n, max: 3n * eighteenthPlace }),
    fc.bigInt({ min: 0n, max: 10n ** BigInt(moneyPlaces + 3) }),
  );

const index = fc.option(fc.nat({ max: 2 }));

const step = (scale: Scale, balances: number) => {
  const own = fc.constant<'OWN'>('OWN');
  const single = fc.constantFrom<TransactionType>('BUY', 'BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE');
  return fc.record({
    kind: fc.oneof({ weight: 7, arbitrary: single }, { weight: balances > 1 ? 4 : 0, arbitrary: own }),
    balance: fc.integer({ min: 1, max: balances }),
    /** How many balances further the receiver of an own transfer is. */
    away: fc.integer({ min: 1, max: Math.max(1, balances - 1) }),
    quantity: quantity(scale.decimals),
    /** What arrives of an own transfer: all, less or more. */
    arrives: fc.constantFrom(100n, 100n, 100n, 70n, 130n),
    price,
    value: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: money(scale) }),
    fee: fc.oneof(fc.constant(0n), money(scale)),
    /** Steps lie 40 days apart, give or take: neighbours swap places and share moments. */
    jitter: fc.constantFrom(0, 0, 0, 0, 1, -1, 2, -3),
    delay: fc.constantFrom(0, 0, 1, 3, -1, -4),
    timeOfDay: fc.constantFrom(0, 0, 0, dayMs / 2, dayMs - 1),
    blockNumber: index,
    transactionIndex: index,
    transferIndex: index,
    sourceKey: fc.constantFrom('', '', 'a', 'b'),
  });
};

type Step = typeof step extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

const eventsOf = (one: Step, place: number, balances: number): LedgerEvent[] => {
  const { kind, balance, away, arrives, jitter, delay, timeOfDay, ...rest } = one;
  const at = (steps: number) => start + steps * 40 * dayMs + timeOfDay;
  const id = 2 * place + 1;
  const type = kind === 'OWN' ? 'TRANSFER_OUT' : kind;
  const where = { id, balanceId: balance, type, timestamp: at(place + jitter) };
  const event = { ...rest, ...where, receivesFrom: null, arrives: null, selections: null };
  if (kind !== 'OWN') return [event];
  const share = (event.quantity * arrives) / 100n;
  const received = share > 0n ? share : 1n;
  return [
    { ...event, arrives: received },
    {
      ...event,
      id: id + 1,
      balanceId: ((balance - 1 + away) % balances) + 1,
      type: 'TRANSFER_IN',
      timestamp: at(place + jitter + delay),
      quantity: received,
      receivesFrom: id,
    },
  ];
};

export const randomLedger: fc.Arbitrary<RandomLedger> = fc
  .record({ decimals: fc.constantFrom(0, 2, 6, 18, 18, 24), balances: fc.constantFrom(1, 1, 2, 3, 4) })
  .chain(({ decimals, balances }) => {
    const scale = scaleOf(decimals);
    return fc.array(step(scale, balances), { minLength: 1, maxLength: 30, size: 'max' }).map((steps) => ({
      scale,
      balances: Array.from({ length: balances }, (_, place) => place + 1),
      events: steps.flatMap((one, place) => eventsOf(one, place, balances)),
    }));
  });

/** A ledger, and its events in another order. */
export const shuffled = <T extends RandomLedger>(ledgers: fc.Arbitrary<T>) =>
  ledgers.chain((ledger) =>
    fc
      .shuffledSubarray(ledger.events, { minLength: ledger.events.length })
      .map((shuffled) => ({ ledger, shuffled })),
  );

export const shuffledLedger = shuffled(randomLedger);
