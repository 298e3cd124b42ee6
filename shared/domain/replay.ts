/**
 * The replay: transactions in order become lots and lot matches.
 *
 * An acquisition opens a lot, a disposal consumes lots first in, first out. A transfer between two of a user's own
 * wallets is neither: the slices it takes from one balance open lots in the other, with their dates and costs, so one
 * wallet's past can change another's, and balances that such transfers connect replay together, in one timeline.
 *
 * Nothing is rounded but shares of lumps, and those add up: for each balance, at each moment, what was acquired is what
 * was consumed plus what is open, in quantity and in cost. Missing history is data: a shortfall, never an exception.
 */
import { consumeFifo, enqueue } from './fifo.ts';
import { termOf } from './holding-period.ts';
import type { DisposalType, Ledger, LedgerEvent, Match } from './ledger.ts';
import { type Lot, type Scale, type Slice, shareOf, valueAt } from './lot.ts';
import { inReplayOrder } from './order.ts';

/** Slices that own transfers sent, by the sending transaction. */
export type Carried = Map<number, readonly Slice[]>;

interface Replay {
  ledgers: ReadonlyMap<number, Ledger>;
  scale: Scale;
  carried: Carried;
  /** The moment of the event being applied. Milliseconds since 1970. */
  clock: number;
}

type NewLot = Pick<Lot, 'kind' | 'acquiredAt' | 'quantity' | 'basisKnown' | 'unitPrice' | 'lump'>;

const openLot = (ledger: Ledger, event: LedgerEvent, lot: NewLot, { scale, clock }: Replay): void => {
  const opened: Lot = {
    sequence: ledger.nextLot++,
    transactionId: event.id,
    kind: lot.kind,
    acquiredAt: lot.acquiredAt,
    openedAt: clock,
    quantity: lot.quantity,
    remaining: lot.quantity,
    basisKnown: lot.basisKnown,
    unitPrice: lot.unitPrice,
    lump: lot.lump,
    remainingLump: lot.lump,
  };
  enqueue(ledger.queue, opened);
  ledger.newLots.push(opened);
  const { totals } = ledger;
  totals.quantity += lot.quantity;
  if (lot.basisKnown) totals.cost += valueAt(lot.unitPrice, lot.quantity, scale) + lot.lump;
  else totals.unknownQuantity += lot.quantity;
};

/** Opens a lot at price or value, plus the fee of a purchase; at unknown cost where neither is known. */
const acquire = (ledger: Ledger, event: LedgerEvent, quantity: bigint, replay: Replay): void => {
  if (quantity === 0n) return;
  const { type, price, value } = event;
  const basisKnown = price !== null || value !== null;
  const unitPrice = value === null && price !== null ? price : 0n;
  const whole = value === null ? 0n : shareOf(value, quantity, event.quantity, replay.scale);
  const kind = type === 'BUY' ? 'BUY' : 'TRANSFER_IN';
  const lump = basisKnown ? whole + (kind === 'BUY' ? event.fee : 0n) : 0n;
  openLot(ledger, event, { kind, acquiredAt: replay.clock, quantity, basisKnown, unitPrice, lump }, replay);
  if (kind === 'BUY' && basisKnown) {
    ledger.totals.bought += valueAt(unitPrice, quantity, replay.scale) + lump;
  }
};

/** Opens the slices that the other wallet sent; what it did not send is market-priced. */
const receive = (ledger: Ledger, event: LedgerEvent, slices: readonly Slice[], replay: Replay): void => {
  let wanted = event.quantity;
  for (const slice of slices) {
    if (wanted === 0n) return;
    const quantity = slice.quantity < wanted ? slice.quantity : wanted;
    const lump = shareOf(slice.lump, quantity, slice.quantity, replay.scale);
    const { unitPrice, basisKnown } = slice;
    const acquiredAt = slice.acquiredAt ?? replay.clock;
    openLot(
      ledger,
      event,
      {
        kind: 'TRANSFER_IN',
        acquiredAt,
        quantity,
        basisKnown,
        unitPrice,
        lump,
      },
      replay,
    );
    wanted -= quantity;
  }
  acquire(ledger, event, wanted, replay);
};

/** Proceeds of one slice of a disposal, null where unknown. `rest` is the lump still to share. */
const proceedsOf = (
  event: LedgerEvent,
  slice: Slice,
  rest: { lump: bigint; quantity: bigint },
  scale: Scale,
) => {
  if (event.price === null && event.value === null) return null;
  const lump = shareOf(rest.lump, slice.quantity, rest.quantity, scale);
  rest.lump -= lump;
  rest.quantity -= slice.quantity;
  return event.value === null && event.price !== null
    ? valueAt(event.price, slice.quantity, scale) + lump
    : lump;
};

const countSlice = ({ totals }: Ledger, match: Match): void => {
  const { quantity, cost, proceeds, gain } = match;
  if (match.lotSequence === null) totals.shortfall += quantity;
  else {
    totals.quantity -= quantity;
    if (cost === null) totals.unknownQuantity -= quantity;
    else totals.cost -= cost;
  }
  if (match.kind === 'TRANSFER_OUT') return;
  if (gain === null) totals.unknownSlices += 1;
  else totals.realized += gain;
  if (proceeds === null) return;
  if (cost === null) totals.unknownCostProceeds += proceeds;
  if (match.kind === 'SELL') {
    totals.sold += proceeds;
    totals.soldQuantity += quantity;
  }
};

const dispose = (
  ledger: Ledger,
  event: LedgerEvent,
  kind: DisposalType,
  quantity: bigint,
  { scale, clock, carried }: Replay,
): void => {
  const slices = consumeFifo(ledger.queue, quantity, scale);
  const rest = {
    lump: shareOf(event.value ?? 0n, quantity, event.quantity, scale) - (kind === 'SELL' ? event.fee : 0n),
    quantity,
  };
  for (const slice of slices) {
    const cost = slice.basisKnown ? valueAt(slice.unitPrice, slice.quantity, scale) + slice.lump : null;
    const proceeds = kind === 'TRANSFER_OUT' ? null : proceedsOf(event, slice, rest, scale);
    const match: Match = {
      balanceId: ledger.balanceId,
      sequence: ledger.nextMatch++,
      transactionId: event.id,
      lotSequence: slice.lot?.sequence ?? null,
      kind,
      quantity: slice.quantity,
      unitPrice: slice.unitPrice,
      lump: slice.lump,
      basisKnown: slice.basisKnown,
      cost,
      proceeds,
      gain: cost === null || proceeds === null ? null : proceeds - cost,
      acquiredAt: slice.acquiredAt,
      disposedAt: clock,
      term: slice.acquiredAt === null ? null : termOf(slice.acquiredAt, clock),
    };
    ledger.matches.push(match);
    countSlice(ledger, match);
    if (kind === 'FEE' && proceeds !== null) ledger.totals.fees += proceeds;
  }
  if (kind === 'TRANSFER_OUT') carried.set(event.id, slices);
};

/** What does not arrive of an own transfer was the network's fee: it is spent, at what the sender says it was worth. */
const send = (ledger: Ledger, event: LedgerEvent, replay: Replay): void => {
  const { quantity, arrives } = event;
  const fee = arrives !== null && arrives < quantity ? quantity - arrives : 0n;
  dispose(ledger, event, 'TRANSFER_OUT', quantity - fee, replay);
  if (fee > 0n) dispose(ledger, event, 'FEE', fee, replay);
};

const apply = (event: LedgerEvent, replay: Replay): void => {
  const ledger = replay.ledgers.get(event.balanceId);
  if (!ledger)
    throw new Error(`event ${event.id} belongs to balance ${event.balanceId}, which is not replayed`);
  ledger.totals.fees += event.fee;
  if (event.type === 'BUY') acquire(ledger, event, event.quantity, replay);
  else if (event.type === 'TRANSFER_OUT') send(ledger, event, replay);
  else if (event.type !== 'TRANSFER_IN') dispose(ledger, event, event.type, event.quantity, replay);
  else if (event.receivesFrom === null) acquire(ledger, event, event.quantity, replay);
  else receive(ledger, event, replay.carried.get(event.receivesFrom) ?? [], replay);
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
  scale: Scale,
  carried: Carried = new Map(),
): void => {
  const state: Replay = {
    ledgers,
    scale,
    carried,
    clock: Number.NEGATIVE_INFINITY,
  };
  for (const event of inReplayOrder(events)) {
    // A receipt that its sender's clock puts later happens then: time never runs backwards.
    state.clock = Math.max(state.clock, event.timestamp);
    apply(event, state);
  }
};
