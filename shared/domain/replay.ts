/**
 * The replay: transactions in order become lots and lot matches.
 *
 * An acquisition opens a lot, a disposal consumes lots: those it names, then those that the tax year's method chooses. A
 * transfer between two of a user's own wallets is neither: the slices it takes from one balance open lots in the other,
 * with their dates and costs, so one wallet's past can change another's, and balances that such transfers connect replay
 * together, in one timeline.
 *
 * Nothing is rounded but shares of lumps and of pooled cost, and those add up: for each balance, at each moment, what was
 * acquired is what was consumed plus what is open, in quantity and in cost. Missing history is data: a shortfall, never
 * an exception.
 */
import { addMatch, type Carried, openLot, type Replay, type Slice, startReplay } from './booking.ts';
import { dispose, poolShare } from './disposal.ts';
import type { Ledger, LedgerEvent, Match } from './ledger.ts';
import { byAge, shareOf } from './lot.ts';
import { openLots, queueOf } from './lot-queue.ts';
import { periodAt } from './method.ts';
import { inReplayOrder } from './order.ts';
import { type NamedLot, namedLots } from './selection.ts';

/** Opens a lot at price or value, plus the fee of a purchase; at unknown cost where neither is known. */
const acquire = (ledger: Ledger, event: LedgerEvent, quantity: bigint, replay: Replay): void => {
  if (quantity === 0n) return;
  const { type, price, value } = event;
  const basisKnown = price !== null || value !== null;
  const unitPrice = value === null && price !== null ? price : 0n;
  const whole = value === null ? 0n : shareOf(value, quantity, event.quantity, ledger.scale);
  const kind = type === 'BUY' ? 'BUY' : 'TRANSFER_IN';
  const lump = basisKnown ? whole + (kind === 'BUY' ? event.fee : 0n) : 0n;
  const lot = { kind, acquiredAt: replay.clock, quantity, basisKnown, unitPrice, lump } as const;
  openLot(ledger, event.id, lot, replay);
};

/** Opens the slices that the other wallet sent; what it did not send is market-priced. */
const receive = (ledger: Ledger, event: LedgerEvent, slices: readonly Slice[], replay: Replay): void => {
  let wanted = event.quantity;
  for (const slice of slices) {
    if (wanted === 0n) return;
    const quantity = slice.quantity < wanted ? slice.quantity : wanted;
    const lump = shareOf(slice.lump, quantity, slice.quantity, ledger.scale);
    const { unitPrice, basisKnown } = slice;
    const acquiredAt = slice.acquiredAt ?? replay.clock;
    const lot = { kind: 'TRANSFER_IN', acquiredAt, quantity, basisKnown, unitPrice, lump } as const;
    openLot(ledger, event.id, lot, replay);
    wanted -= quantity;
  }
  acquire(ledger, event, wanted, replay);
};

const namedBy = (event: LedgerEvent, ledger: Ledger): NamedLot[] | null =>
  event.selections === null ? null : namedLots(ledger.queue, event.selections);

const spend = (ledger: Ledger, event: LedgerEvent, kind: 'SELL' | 'FEE', replay: Replay): void => {
  const lump = (event.value ?? 0n) - (kind === 'SELL' ? event.fee : 0n);
  dispose(ledger, event, { kind, quantity: event.quantity, lump }, namedBy(event, ledger), replay);
};

/** What a match takes along to another wallet: under average cost its share of the pool. */
const sliceOf = ({ lot, method, quantity, lump, cost }: Match): Slice => ({
  quantity,
  unitPrice: lot === null || method === 'AVERAGE' ? 0n : lot.unitPrice,
  lump,
  basisKnown: cost !== null,
  acquiredAt: lot === null ? null : lot.acquiredAt,
});

/** What does not arrive of an own transfer was the network's fee: it is spent, at what the sender says it was worth. */
const send = (ledger: Ledger, event: LedgerEvent, replay: Replay): void => {
  const { arrives, value } = event;
  const fee = arrives !== null && arrives < event.quantity ? event.quantity - arrives : 0n;
  const quantity = event.quantity - fee;
  const first = ledger.matches.length;
  const named = namedBy(event, ledger);
  dispose(ledger, event, { kind: 'TRANSFER_OUT', quantity, lump: 0n }, named, replay);
  if (arrives !== null) replay.carried.set(event.id, ledger.matches.slice(first).map(sliceOf));
  if (fee === 0n) return;
  const lump = shareOf(value ?? 0n, fee, event.quantity, ledger.scale);
  dispose(ledger, event, { kind: 'FEE', quantity: fee, lump }, named, replay);
};

/**
 * Ends a stretch of average cost: each lot is closed with its share of the pool, and another goes on with that share as
 * its cost, so that lots have costs of their own again.
 */
const rebase = (ledger: Ledger, event: LedgerEvent, replay: Replay): void => {
  const pool = openLots(ledger.queue)
    .filter((lot) => lot.basisKnown)
    .sort(byAge);
  const successors = pool.map((lot) => {
    const quantity = lot.remaining;
    const lump = poolShare(ledger, lot, quantity);
    lot.remaining = 0n;
    const closing = {
      event,
      lot,
      kind: 'REBASE',
      method: 'AVERAGE',
      quantity,
      lump,
      proceeds: null,
    } as const;
    addMatch(ledger, closing, replay);
    return { lot, quantity, lump };
  });
  for (const { lot, quantity, lump } of successors) {
    const { transactionId, acquiredAt } = lot;
    const successor = {
      kind: 'REBASE',
      acquiredAt,
      quantity,
      basisKnown: true,
      unitPrice: 0n,
      lump,
    } as const;
    openLot(ledger, transactionId, successor, replay);
  }
  ledger.isPooled = false;
};

const enterPeriod = (ledger: Ledger, event: LedgerEvent, replay: Replay): void => {
  ledger.period = periodAt(ledger.plan, replay.clock);
  const { method } = ledger.period;
  if (ledger.isPooled && method !== 'AVERAGE') rebase(ledger, event, replay);
  if (ledger.queue.method !== method) ledger.queue = queueOf(openLots(ledger.queue), method, ledger.scale);
};

const applyEvent = (event: LedgerEvent, replay: Replay): void => {
  const ledger = replay.ledgers.get(event.balanceId);
  if (!ledger)
    throw new Error(`event ${event.id} belongs to balance ${event.balanceId}, which is not replayed`);
  // A receipt that its sender's clock puts later happens then: time never runs backwards.
  if (event.timestamp > replay.clock) replay.clock = event.timestamp;
  // What moves nothing leaves no lot and no match, so it may not change totals or begin a year either.
  if (event.quantity === 0n) return;
  if (replay.clock >= ledger.period.until) enterPeriod(ledger, event, replay);
  replay.fee = event.fee;
  const { type, receivesFrom } = event;
  if (type === 'BUY') acquire(ledger, event, event.quantity, replay);
  else if (type === 'TRANSFER_OUT') send(ledger, event, replay);
  else if (type !== 'TRANSFER_IN') spend(ledger, event, type, replay);
  else if (receivesFrom === null) acquire(ledger, event, event.quantity, replay);
  else {
    receive(ledger, event, replay.carried.get(receivesFrom) ?? [], replay);
    replay.carried.delete(receivesFrom);
  }
};

/** Applies events that follow, in the order of the replay, all that were applied before. */
export const applyInOrder = (events: readonly LedgerEvent[], replay: Replay): void => {
  for (const event of events) applyEvent(event, replay);
};

/**
 * Replays events onto ledgers, which it changes: lots are consumed in place, new lots and matches are appended, totals
 * move along. Rules: ARCHITECTURE.md, "Cost basis".
 *
 * @param events transactions of the ledgers, in any order, none of them reflected in the ledgers yet
 * @param carried slices that own transfers sent before the first event; completed on the way
 */
export const replay = (
  events: readonly LedgerEvent[],
  ledgers: ReadonlyMap<number, Ledger>,
  carried?: Carried,
): void => applyInOrder(inReplayOrder(events), startReplay(ledgers, carried));
