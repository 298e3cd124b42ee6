import type { Db } from '#shared/adapters/db/client.ts';
import { loadCarried } from '#shared/adapters/db/ledger-carried.ts';
import { readFewEvents } from '#shared/adapters/db/ledger-events.ts';
import { allOpenLots, firstOpenLots, isIndexed } from '#shared/adapters/db/ledger-lots.ts';
import { rewind } from '#shared/adapters/db/ledger-rewind.ts';
import { type LedgerState, ledgerStates } from '#shared/adapters/db/ledger-states.ts';
import { transfersOf } from '#shared/adapters/db/ledger-units.ts';
import { type ConsumedLot, finishLedgers, type Span } from '#shared/adapters/db/ledger-write.ts';
import { type Replay, startReplay } from '#shared/domain/booking.ts';
import { isDisposal, type Ledger, type LedgerEvent, ledgerFrom } from '#shared/domain/ledger.ts';
import type { Lot } from '#shared/domain/lot.ts';
import { type Method, periodAt } from '#shared/domain/method.ts';
import { applyInOrder } from '#shared/domain/replay.ts';
import { type ReplayUnit, replayUnits } from '#shared/domain/units.ts';
import { engineStream, type Stream } from './streams.ts';

type States = Map<number, LedgerState>;

/** A balance that is current now. */
export interface Recalculated {
  before: LedgerState;
  shortfall: bigint;
}

const isSame = (left: readonly ReplayUnit[], right: readonly ReplayUnit[]): boolean =>
  JSON.stringify(left) === JSON.stringify(right);

/**
 * The dirty balances among those that changed, with all that own transfers connect them to. Connected balances may be
 * dirty for themselves, and from earlier on: it looks again until nothing new turns up.
 */
const unitsOf = async (
  db: Db,
  userId: bigint,
  changes: ReadonlyMap<number, number>,
  states: States,
  known: readonly LedgerState[],
) => {
  const dirty = new Map<number, number>();
  const read = async (ids: readonly number[]) => {
    const unread = ids.filter((id) => !known.some(({ balanceId }) => balanceId === id));
    const found = known.filter(({ balanceId }) => ids.includes(balanceId));
    for (const state of [...found, ...(await ledgerStates(db, userId, unread.map(BigInt)))]) {
      const { balanceId, dirtySince } = state;
      states.set(balanceId, state);
      const never = Number.POSITIVE_INFINITY;
      const since = Math.min(dirtySince ?? never, changes.get(balanceId) ?? never);
      if (since < never) dirty.set(balanceId, since);
    }
  };
  await read([...changes.keys()]);
  let units = replayUnits(dirty, []);
  while ([...dirty.keys()].some((id) => states.get(id)?.hasLinks)) {
    const reached = replayUnits(dirty, await transfersOf(db, units));
    const unknown = reached.flatMap(({ balances }) => balances.filter((id) => !states.has(id)));
    await read(unknown);
    if (isSame(reached, units) && unknown.length === 0) break;
    units = reached;
  }
  return units;
};

/** The method by which all that is to be replayed takes lots, where the first will do; else undefined. */
const indexedMethod = (
  { plan }: LedgerState,
  events: readonly LedgerEvent[],
  isPooled: boolean,
): Method | undefined => {
  const chosen = new Set(events.map(({ timestamp }) => periodAt(plan, timestamp).method));
  const [method = plan.default] = chosen;
  const isNamed = events.some(({ selections }) => selections !== null);
  return chosen.size <= 1 && !isNamed && isIndexed(method, plan, isPooled) ? method : undefined;
};

/** The open lots that a replay may reach: of a single balance only so many as the transactions can consume. */
const loadLots = async (
  db: Db,
  states: readonly LedgerState[],
  openings: Awaited<ReturnType<typeof rewind>>,
  events: readonly LedgerEvent[] | undefined,
): Promise<Map<number, Lot[]>> => {
  const filled = states.filter(({ balanceId }) => (openings.get(balanceId)?.nextLot ?? 1) > 1);
  const [alone] = states;
  if (filled.length === 0) return new Map();
  const all = () => allOpenLots(db, new Map(filled.map(({ balanceId, scale }) => [balanceId, scale])));
  if (states.length > 1 || !alone || !events) return all();
  const method = indexedMethod(alone, events, openings.get(alone.balanceId)?.pooledAt !== null);
  if (method === undefined) return all();
  const quantity = events
    .filter(({ type }) => isDisposal(type))
    .reduce((sum, event) => sum + event.quantity, 0n);
  return new Map([[alone.balanceId, await firstOpenLots(db, alone, { quantity, method })]]);
};

/** A replay about to begin, and the lots it takes over as they are now. */
interface Begun {
  replay: Replay;
  ledgers: Ledger[];
  before: { consumed: ConsumedLot; remaining: bigint }[];
}

const begin = async (
  db: Db,
  units: readonly ReplayUnit[],
  states: States,
  events: readonly LedgerEvent[] | undefined,
): Promise<Begun> => {
  const openings = await rewind(db, units, states);
  const involved = units.flatMap(({ balances }) => balances.flatMap((id) => states.get(id) ?? []));
  const lots = await loadLots(db, involved, openings, events);
  const ledgers = involved.flatMap(({ balanceId, scale, plan }) => {
    const opening = openings.get(balanceId);
    return opening ? ledgerFrom(balanceId, scale, { ...opening, lots: lots.get(balanceId) ?? [] }, plan) : [];
  });
  const before = ledgers.flatMap(({ balanceId, scale }) =>
    (lots.get(balanceId) ?? []).map((lot) => ({
      consumed: { lot, balanceId, scale },
      remaining: lot.remaining,
    })),
  );
  const carried = await loadCarried(db, units, states);
  const replay = startReplay(new Map(ledgers.map((ledger) => [ledger.balanceId, ledger])), carried);
  return { replay, ledgers, before };
};

/** What is before a unit's moment stays; what is replayed ends with the replay's last transaction. */
const spansOf = (units: readonly ReplayUnit[], states: States, { clock }: Replay): Map<number, Span> =>
  new Map(
    units.flatMap(({ balances, since }) =>
      balances.map((id) => {
        const kept = Math.min(states.get(id)?.bookedAt ?? since, since);
        return [id, { since, bookedAt: Math.max(kept, clock) }] as const;
      }),
    ),
  );

/**
 * Brings balances up to date: rewinds lots and matches to the earliest change, replays from there, writes, all in the
 * caller's transaction, which holds the lock of the user's ledgers. Balances that own transfers connect to them replay
 * along. What is current already costs one query, so deliveries may repeat and come in any order.
 *
 * @param changes balances, and the moments from which their transactions have changed, in milliseconds since 1970; what is
 *   marked dirty is replayed from that moment in any case, and Infinity adds nothing to it
 * @param limit the most transactions to replay; beyond it nothing is done. Without one they are read, and what they do is
 *   written, little by little.
 * @param stream how any number of transactions is gone through
 * @param known how some of the balances stand, where that has been read already
 * @returns the balances that were not current and are now; null beyond the limit
 */
export const recalculateBalances = async (
  db: Db,
  userId: bigint,
  changes: ReadonlyMap<number, number>,
  {
    limit,
    stream = engineStream,
    known = [],
  }: { limit?: number; stream?: Stream; known?: readonly LedgerState[] } = {},
): Promise<Recalculated[] | null> => {
  const states: States = new Map();
  const units = await unitsOf(db, userId, changes, states, known);
  if (units.length === 0) return [];
  const few = limit === undefined ? undefined : await readFewEvents(db, units, states, limit);
  if (few === null) return null;
  const { replay, ledgers, before } = await begin(db, units, states, few);
  if (few) applyInOrder(few, replay);
  else await stream({ db, userId, units, states, ledgers, replay });
  const consumed = before.filter(({ consumed: { lot }, remaining }) => lot.remaining !== remaining);
  await finishLedgers(
    db,
    userId,
    ledgers,
    consumed.map((one) => one.consumed),
    spansOf(units, states, replay),
  );
  return ledgers.flatMap(({ balanceId, totals }) => {
    const state = states.get(balanceId);
    return state ? [{ before: state, shortfall: totals.shortfall }] : [];
  });
};
