/**
 * A second replay to check the first against: written from the rules, with fractions instead of scaled integers and
 * scans instead of queues and running sums. Slow, and meant to be obvious.
 */
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Scale } from '#shared/domain/lot.ts';
import type { Method, MethodPlan } from '#shared/domain/method.ts';
import { add, type Fraction, fraction, minus, multiply, shareOf, smaller, zero } from './fraction.ts';
import { type Aged, byAge, inOrder, orders } from './naive-order.ts';

interface NaiveLot extends Aged {
  balance: number;
  transaction: number;
  kind: 'BUY' | 'TRANSFER_IN' | 'REBASE';
  opened: number;
  left: Fraction;
  price: Fraction;
  /** Null where the cost is unknown. */
  lump: Fraction | null;
  lumpLeft: Fraction | null;
  fee: Fraction;
}

type Kind = 'SELL' | 'TRANSFER_OUT' | 'FEE' | 'REBASE';

interface NaiveMatch {
  balance: number;
  transaction: number;
  lot: number | null;
  kind: Kind;
  method: Method | 'SPECIFIC' | null;
  quantity: Fraction;
  price: Fraction;
  lump: Fraction | null;
  cost: Fraction | null;
  proceeds: Fraction | null;
  acquired: number | null;
  disposed: number;
  term: 'short' | 'long' | null;
  fee: Fraction;
}

/** All that happened so far. */
interface State {
  lots: NaiveLot[];
  matches: NaiveMatch[];
  /** Balances in which lots have been consumed at average cost since costs were the lots' own. */
  averaged: Set<number>;
  plans: ReadonlyMap<number, MethodPlan>;
  scale: Scale;
  now: number;
  year: number;
}

/** Long when the day of disposal lies behind the same day of the year after; dates as text compare like dates. */
const termBetween = (acquired: number, disposed: number): 'short' | 'long' => {
  const [from, to] = [new Date(acquired).toISOString(), new Date(disposed).toISOString()];
  return to.slice(0, 10) > `${Number(from.slice(0, 4)) + 1}${from.slice(4, 10)}` ? 'long' : 'short';
};

/** That of the calendar year in UTC. */
const methodNow = ({ plans, year }: State, balance: number): Method =>
  plans.get(balance)?.years.get(year) ?? plans.get(balance)?.default ?? 'FIFO';

const openIn = ({ lots }: State, balance: number): NaiveLot[] =>
  lots.filter((lot) => lot.balance === balance && lot.left[0] > 0n);

const sum = (amounts: readonly (Fraction | null)[]): Fraction =>
  amounts.reduce<Fraction>((total, amount) => add(total, amount ?? zero), zero);

/** What a slice costs as a part of all that is open and of known cost: what came in less what went out. */
const pooledCost = (state: State, balance: number, slice: Fraction): Fraction => {
  const costsIn = state.lots.filter((lot) => lot.balance === balance).map(({ cost }) => cost);
  const costsOut = state.matches.filter((match) => match.balance === balance).map(({ cost }) => cost);
  const known = openIn(state, balance).filter(({ cost }) => cost !== null);
  const quantity = sum(known.map(({ left }) => left));
  return shareOf(minus(sum(costsIn), sum(costsOut)), slice, quantity);
};

type NewLot = Pick<NaiveLot, 'kind' | 'transaction' | 'quantity' | 'price' | 'lump' | 'acquired'>;

const open = ({ lots, now }: State, balance: number, lot: NewLot): void => {
  const { quantity, price, lump } = lot;
  if (quantity[0] === 0n) return;
  const number = lots.filter((other) => other.balance === balance).length + 1;
  const cost = lump && add(multiply(price, quantity), lump);
  lots.push({ ...lot, balance, number, opened: now, left: quantity, lumpLeft: lump, cost, fee: zero });
};

interface Choice {
  kind: Kind;
  method: NaiveMatch['method'];
  /** Null for what no lot covers. */
  lot: NaiveLot | null;
  quantity: Fraction;
  proceeds: Fraction | null;
}

/** Takes a slice out of a lot, at the lot's own cost or, where all is averaged, at that of the pool. */
const consume = (state: State, event: LedgerEvent, { lot, quantity, ...choice }: Choice): void => {
  const balance = event.balanceId;
  const isAveraged = choice.method === 'AVERAGE';
  let [price, lump]: [Fraction, Fraction | null] = [zero, null];
  if (lot !== null && lot.lumpLeft !== null) {
    price = isAveraged ? zero : lot.price;
    lump = isAveraged ? pooledCost(state, balance, quantity) : shareOf(lot.lumpLeft, quantity, lot.left);
    if (!isAveraged) lot.lumpLeft = minus(lot.lumpLeft, lump);
  }
  if (lot !== null) lot.left = minus(lot.left, quantity);
  // A shortfall empties the pool.
  if (isAveraged && choice.kind !== 'REBASE') state.averaged.add(balance);
  else state.averaged.delete(balance);
  state.matches.push({
    ...{ ...choice, balance, transaction: event.id, quantity, price, lump, disposed: state.now, fee: zero },
    lot: lot === null ? null : lot.number,
    cost: lump && add(multiply(price, quantity), lump),
    acquired: lot === null ? null : lot.acquired,
    term: lot === null ? null : termBetween(lot.acquired, state.now),
  });
};

/** In the first year with another method, what was averaged gets costs of its own: as many lots, as old. */
const endAverage = (state: State, event: LedgerEvent): void => {
  const balance = event.balanceId;
  if (!state.averaged.has(balance) || methodNow(state, balance) === 'AVERAGE') return;
  const pool = openIn(state, balance).filter(({ cost }) => cost !== null);
  const before = state.matches.length;
  const sorted = [...pool].sort(byAge);
  const lefts = sorted.map(({ left }) => left);
  for (const lot of sorted) {
    const choice = { kind: 'REBASE', method: 'AVERAGE', lot, quantity: lot.left, proceeds: null } as const;
    consume(state, event, choice);
  }
  for (const [place, { transaction, acquired }] of sorted.entries()) {
    const [quantity, lump] = [lefts[place] ?? zero, state.matches[before + place]?.cost ?? null];
    open(state, balance, { kind: 'REBASE', transaction, acquired, quantity, price: zero, lump });
  }
  state.averaged.delete(balance);
};

/** A transaction's figures: its price, unless the value as a whole is known; null where neither is. */
interface Figures {
  quantity: Fraction;
  price: Fraction | null;
  value: Fraction;
  fee: Fraction;
}

const figuresOf = (event: LedgerEvent, { decimals, moneyPlaces }: Scale): Figures => ({
  quantity: fraction(event.quantity, decimals),
  price: event.value !== null ? zero : event.price === null ? null : fraction(event.price, 18),
  value: fraction(event.value ?? 0n, moneyPlaces),
  fee: fraction(event.fee, moneyPlaces),
});

/** First what another wallet sent, then the rest at what this transaction says. */
const acquire = (state: State, event: LedgerEvent, { quantity, price, value, fee }: Figures): void => {
  const { id: transaction, balanceId } = event;
  const kind = event.type === 'BUY' ? 'BUY' : 'TRANSFER_IN';
  let missing = quantity;
  const sent = state.matches.filter(
    (match) => match.kind === 'TRANSFER_OUT' && match.transaction === event.receivesFrom,
  );
  for (const match of sent) {
    const received = smaller(match.quantity, missing);
    if (received[0] === 0n) break;
    const lump = match.lump && shareOf(match.lump, received, match.quantity);
    const acquired = match.acquired ?? state.now;
    open(state, balanceId, { kind, transaction, acquired, quantity: received, price: match.price, lump });
    missing = minus(missing, received);
  }
  if (missing[0] === 0n) return;
  const worth = shareOf(value, missing, quantity);
  const lump = price && add(worth, kind === 'BUY' ? fee : zero);
  const acquired = state.now;
  open(state, balanceId, { kind, transaction, acquired, quantity: missing, price: price ?? zero, lump });
};

/** How much of which lots a transaction still names. */
interface Wish {
  transaction: number;
  acquired: number | null;
  quantity: Fraction;
}

const wishesOf = ({ selections }: LedgerEvent, { decimals }: Scale): Wish[] =>
  (selections ?? []).map(({ transactionId, acquiredAt, quantity }) => ({
    transaction: transactionId,
    acquired: acquiredAt,
    quantity: fraction(quantity, decimals),
  }));

/** The lot to take from, and at most how much: first what is named, then what the method says; null when all is gone. */
const choose = (state: State, balance: number, wishes: readonly Wish[]) => {
  const lots = openIn(state, balance);
  for (const wish of wishes) {
    const [lot] = lots
      .filter(({ transaction }) => transaction === wish.transaction)
      .filter(({ acquired }) => wish.acquired === null || wish.acquired === acquired)
      .sort(byAge);
    if (lot !== undefined && wish.quantity[0] > 0n)
      return { lot, wish, most: smaller(lot.left, wish.quantity) };
  }
  const [lot] = lots.sort(orders[methodNow(state, balance)]);
  return { lot: lot ?? null, wish: null, most: lot?.left ?? null };
};

const dispose = (
  state: State,
  event: LedgerEvent,
  kind: Kind,
  { quantity, price, value, fee }: Figures,
  wishes: readonly Wish[],
): void => {
  const usual = methodNow(state, event.balanceId);
  let [lumpLeft, left] = [minus(value, kind === 'SELL' ? fee : zero), quantity];
  while (left[0] > 0n) {
    const { lot, wish, most } = choose(state, event.balanceId, wishes);
    const slice = smaller(most ?? left, left);
    if (wish !== null) wish.quantity = minus(wish.quantity, slice);
    const method = lot === null ? null : wish !== null && usual !== 'AVERAGE' ? 'SPECIFIC' : usual;
    const lump = shareOf(lumpLeft, slice, left);
    [lumpLeft, left] = [minus(lumpLeft, lump), minus(left, slice)];
    const proceeds = kind === 'TRANSFER_OUT' ? null : price && add(multiply(price, slice), lump);
    consume(state, event, { kind, method, lot, quantity: slice, proceeds });
  }
};

/** Of an own transfer only what arrives is sent: the rest is spent. */
const send = (state: State, event: LedgerEvent, figures: Figures, wishes: readonly Wish[]): void => {
  const { quantity, value } = figures;
  const sent = smaller(fraction(event.arrives ?? event.quantity, state.scale.decimals), quantity);
  const fee = minus(quantity, sent);
  dispose(state, event, 'TRANSFER_OUT', { ...figures, quantity: sent }, wishes);
  if (fee[0] === 0n) return;
  dispose(state, event, 'FEE', { ...figures, quantity: fee, value: shareOf(value, fee, quantity) }, wishes);
};

/** Replays events of a token, by the methods of their balances: FIFO where there is none. */
export const naiveReplay = (
  events: readonly LedgerEvent[],
  scale: Scale,
  plans: ReadonlyMap<number, MethodPlan>,
): Pick<State, 'lots' | 'matches'> => {
  const books = { lots: [], matches: [], averaged: new Set<number>() };
  const state: State = { ...books, plans, scale, now: Number.NEGATIVE_INFINITY, year: 0 };
  for (const event of inOrder(events)) {
    state.now = Math.max(state.now, event.timestamp);
    state.year = Number(new Date(state.now).toISOString().slice(0, 4));
    if (event.quantity === 0n) continue;
    endAverage(state, event);
    const [lots, matches] = [state.lots.length, state.matches.length];
    const figures = figuresOf(event, scale);
    const wishes = wishesOf(event, scale);
    if (event.type === 'BUY' || event.type === 'TRANSFER_IN') acquire(state, event, figures);
    else if (event.type === 'TRANSFER_OUT') send(state, event, figures, wishes);
    else dispose(state, event, event.type, figures, wishes);
    const first = state.lots[lots] ?? state.matches[matches];
    if (first !== undefined) first.fee = figures.fee;
  }
  return state;
};
