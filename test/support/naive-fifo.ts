/**
 * A second replay to check the first against: written from the rules, with fractions instead of scaled integers and
 * scans instead of queues. Slow, and meant to be obvious.
 */
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { add, type Fraction, fraction, minus, multiply, shareOf, smaller, zero } from './fraction.ts';

interface NaiveLot {
  balance: number;
  number: number;
  transaction: number;
  acquired: number;
  quantity: Fraction;
  left: Fraction;
  price: Fraction;
  /** Null where the cost is unknown. */
  lump: Fraction | null;
  lumpLeft: Fraction | null;
}

interface NaiveMatch {
  balance: number;
  transaction: number;
  lot: number | null;
  quantity: Fraction;
  cost: Fraction | null;
  proceeds: Fraction | null;
  acquired: number | null;
  disposed: number;
  term: 'short' | 'long' | null;
}

/** What a disposal took: coins with their history. */
interface Coins {
  lot: number | null;
  quantity: Fraction;
  price: Fraction;
  lump: Fraction | null;
  acquired: number | null;
}

type Key = (number | string)[];

const keyOf = (event: LedgerEvent): Key => [
  event.timestamp,
  event.blockNumber ?? Number.POSITIVE_INFINITY,
  event.transactionIndex ?? Number.POSITIVE_INFINITY,
  event.sourceKey,
  event.transferIndex ?? Number.POSITIVE_INFINITY,
  event.id,
];

const before = (left: Key, right: Key): boolean => {
  for (const [place, value] of left.entries()) {
    const other = right[place] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
};

const inOrder = (events: readonly LedgerEvent[]): LedgerEvent[] => {
  const waiting = [...events];
  const ordered: LedgerEvent[] = [];
  while (waiting.length > 0) {
    const next = waiting.reduce((first, event) => (before(keyOf(event), keyOf(first)) ? event : first));
    waiting.splice(waiting.indexOf(next), 1);
    ordered.push(next);
  }
  for (const receipt of ordered.filter((event) => event.receivesFrom !== null)) {
    const sending = ordered.find((event) => event.id === receipt.receivesFrom);
    if (sending === undefined || ordered.indexOf(sending) < ordered.indexOf(receipt)) continue;
    ordered.splice(ordered.indexOf(receipt), 1);
    ordered.splice(ordered.indexOf(sending) + 1, 0, receipt);
  }
  return ordered;
};

/** Long when the day of disposal lies behind the same day of the year after; dates as text compare like dates. */
const termBetween = (acquired: number, disposed: number): 'short' | 'long' => {
  const [from, to] = [new Date(acquired).toISOString(), new Date(disposed).toISOString()];
  return to.slice(0, 10) > `${Number(from.slice(0, 4)) + 1}${from.slice(4, 10)}` ? 'long' : 'short';
};

/** All that happened so far. */
interface State {
  lots: NaiveLot[];
  matches: NaiveMatch[];
  /** What own transfers sent, by the sending transaction. */
  sent: Map<number, Coins[]>;
  now: number;
}

const open = ({ lots, now }: State, event: LedgerEvent, { quantity, price, lump, acquired }: Coins): void => {
  if (quantity[0] === 0n) return;
  const balance = event.balanceId;
  lots.push({
    balance,
    number: lots.filter((lot) => lot.balance === balance).length + 1,
    transaction: event.id,
    acquired: acquired ?? now,
    quantity,
    left: quantity,
    price,
    lump,
    lumpLeft: lump,
  });
};

const oldestOpen = (lots: readonly NaiveLot[], balance: number): NaiveLot | undefined =>
  lots
    .filter((lot) => lot.balance === balance && lot.left[0] > 0n)
    .sort((a, b) => a.acquired - b.acquired || a.number - b.number)[0];

const consume = (lots: readonly NaiveLot[], balance: number, quantity: Fraction): Coins[] => {
  const taken: Coins[] = [];
  let wanted = quantity;
  for (let lot = oldestOpen(lots, balance); lot && wanted[0] > 0n; lot = oldestOpen(lots, balance)) {
    const slice = smaller(lot.left, wanted);
    const lump = lot.lumpLeft && shareOf(lot.lumpLeft, slice, lot.left);
    taken.push({ lot: lot.number, quantity: slice, price: lot.price, lump, acquired: lot.acquired });
    lot.left = minus(lot.left, slice);
    lot.lumpLeft = lot.lumpLeft && lump && minus(lot.lumpLeft, lump);
    wanted = minus(wanted, slice);
  }
  if (wanted[0] > 0n) taken.push({ lot: null, quantity: wanted, price: zero, lump: null, acquired: null });
  return taken;
};

/** A transaction's figures: its price, unless the value as a whole is known; null where neither is. */
interface Figures {
  quantity: Fraction;
  price: Fraction | null;
  value: Fraction;
  fee: Fraction;
}

const figuresOf = (event: LedgerEvent, decimals: number, moneyPlaces: number): Figures => ({
  quantity: fraction(event.quantity, decimals),
  price: event.value !== null ? zero : event.price === null ? null : fraction(event.price, 18),
  value: fraction(event.value ?? 0n, moneyPlaces),
  fee: fraction(event.fee, moneyPlaces),
});

/** First what another wallet sent, then the rest at what this transaction says. */
const acquire = (state: State, event: LedgerEvent, { quantity, price, value, fee }: Figures): void => {
  let missing = quantity;
  for (const coins of state.sent.get(event.receivesFrom ?? 0) ?? []) {
    const received = smaller(coins.quantity, missing);
    const lump = coins.lump && shareOf(coins.lump, received, coins.quantity);
    open(state, event, { ...coins, quantity: received, lump });
    missing = minus(missing, received);
  }
  if (missing[0] === 0n) return;
  const worth = shareOf(value, missing, quantity);
  const lump = price && add(worth, event.type === 'BUY' ? fee : zero);
  open(state, event, { lot: null, quantity: missing, price: price ?? zero, lump, acquired: null });
};

/** Of an own transfer only what arrives is sent: the rest is spent. */
const send = (state: State, event: LedgerEvent, figures: Figures, decimals: number): void => {
  const { quantity, value } = figures;
  const arrives = fraction(event.arrives ?? event.quantity, decimals);
  const sent = smaller(arrives, quantity);
  const fee = minus(quantity, sent);
  dispose(state, event, 'TRANSFER_OUT', { ...figures, quantity: sent });
  if (fee[0] === 0n) return;
  dispose(state, event, 'FEE', { ...figures, quantity: fee, value: shareOf(value, fee, quantity) });
};

const dispose = (
  state: State,
  event: LedgerEvent,
  kind: LedgerEvent['type'],
  { quantity, price, value, fee }: Figures,
): void => {
  const taken = consume(state.lots, event.balanceId, quantity);
  if (kind === 'TRANSFER_OUT') state.sent.set(event.id, taken);
  let [lumpLeft, left] = [minus(value, kind === 'SELL' ? fee : zero), quantity];
  for (const coins of taken) {
    const lump = shareOf(lumpLeft, coins.quantity, left);
    [lumpLeft, left] = [minus(lumpLeft, lump), minus(left, coins.quantity)];
    state.matches.push({
      balance: event.balanceId,
      transaction: event.id,
      lot: coins.lot,
      quantity: coins.quantity,
      cost: coins.lump && add(multiply(coins.price, coins.quantity), coins.lump),
      proceeds: kind === 'TRANSFER_OUT' ? null : price && add(multiply(price, coins.quantity), lump),
      acquired: coins.acquired,
      disposed: state.now,
      term: coins.acquired === null ? null : termBetween(coins.acquired, state.now),
    });
  }
};

/** Replays events of a token with so many decimals. */
export const naiveReplay = (
  events: readonly LedgerEvent[],
  decimals: number,
  moneyPlaces: number,
): Pick<State, 'lots' | 'matches'> => {
  const state: State = { lots: [], matches: [], sent: new Map(), now: Number.NEGATIVE_INFINITY };
  for (const event of inOrder(events)) {
    state.now = Math.max(state.now, event.timestamp);
    const figures = figuresOf(event, decimals, moneyPlaces);
    if (event.type === 'BUY' || event.type === 'TRANSFER_IN') acquire(state, event, figures);
    else if (event.type === 'TRANSFER_OUT') send(state, event, figures, decimals);
    else dispose(state, event, event.type, figures);
  }
  return state;
};
