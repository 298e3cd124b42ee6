/**
 * Ledgers as text. A line is a transaction, its number is the id, and what it leaves out is unknown:
 *
 *     A: buy 4 @ 100 on 2015-10-01 fee 0.10
 *     A: out 1.5 on 2022-01-01
 *     B: in 1.5 from #2
 *     B: sell 1 = 120
 *     B: gas 0.01 @ 4072.51
 *
 * `@` gives the price of a whole token, `=` the value as a whole. Without a date a line has that of the line before it,
 * without a balance it belongs to A. `block`, `index`, `key` and `transfer` set the rest of a transaction's place.
 * `lots #1:2,#3/2021-06-01:0.5` names 2 of what #1 opened, and 0.5 of what #3 opened with that date of acquisition.
 */
import { formatUnits, parseUnits, pricePlaces } from '#shared/domain/decimal.ts';
import {
  emptyLedger,
  type Ledger,
  type LedgerEvent,
  type LotSelection,
  type Match,
  type TransactionType,
} from '#shared/domain/ledger.ts';
import { type Lot, remainingCost, type Scale, scaleOf } from '#shared/domain/lot.ts';
import { openLots } from '#shared/domain/lot-queue.ts';
import type { MethodPlan } from '#shared/domain/method.ts';
import { replay } from '#shared/domain/replay.ts';
import type { Position } from '#shared/domain/valuation.ts';
import { type MatchRow, matchRow, withArrivals } from './books.ts';

const verbs = new Map<string, TransactionType>([
  ['buy', 'BUY'],
  ['sell', 'SELL'],
  ['in', 'TRANSFER_IN'],
  ['out', 'TRANSFER_OUT'],
  ['gas', 'FEE'],
]);

/** The number of the balance that a letter names. */
const balanceIdOf = (letter: string): number => letter.charCodeAt(0) - 64;

const clausesOf = (words: readonly string[], line: string): Map<string, string> => {
  const clauses = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const [name, value] = words.slice(at, at + 2);
    if (name === undefined || value === undefined) throw new Error(`incomplete: ${line}`);
    clauses.set(name, value);
  }
  return clauses;
};

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** A time of day in UTC may follow the date: `2022-01-02T23:59:59Z`. */
const timeOf = (date: string): number => {
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw new Error(`not a date: ${date}`);
  return time;
};

const selectionsOf = (text: string, decimals: number): LotSelection[] =>
  text.split(',').map((one) => {
    const [, id, date, quantity] = /^#(\d+)(?:\/([^:]+))?:(.+)$/.exec(one) ?? [];
    if (id === undefined || quantity === undefined) throw new Error(`not a selection: ${one}`);
    return {
      transactionId: Number(id),
      acquiredAt: date === undefined ? null : timeOf(date),
      quantity: parseUnits(quantity, decimals),
    };
  });

/** Reads a ledger. */
export const transactions = (text: string, decimals = 18): LedgerEvent[] => {
  const { moneyPlaces } = scaleOf(decimals);
  const lines = text.trim().split(/\s*\n\s*/);
  let timestamp = timeOf('2020-01-01');
  const events = lines.map((line, place): LedgerEvent => {
    const match = /^(?:([A-Z]): )?([a-z]+) (\S+) ?(.*)$/.exec(line);
    const [, letter = 'A', verb = '', quantity = '', rest = ''] = match ?? [];
    const type = verbs.get(verb);
    if (type === undefined) throw new Error(`not a transaction: ${line}`);
    const clauses = clausesOf(rest.split(' ').filter(Boolean), line);
    const date = clauses.get('on');
    if (date !== undefined) timestamp = timeOf(date);
    const price = clauses.get('@');
    const value = clauses.get('=');
    const lots = clauses.get('lots');
    return {
      id: place + 1,
      balanceId: balanceIdOf(letter),
      type,
      timestamp,
      quantity: parseUnits(quantity, decimals),
      price: price === undefined ? null : parseUnits(price, pricePlaces),
      value: value === undefined ? null : parseUnits(value, moneyPlaces),
      fee: parseUnits(clauses.get('fee') ?? '0', moneyPlaces),
      blockNumber: numberOf(clauses.get('block')),
      transactionIndex: numberOf(clauses.get('index')),
      sourceKey: clauses.get('key') ?? '',
      transferIndex: numberOf(clauses.get('transfer')),
      receivesFrom: numberOf(clauses.get('from')?.replace('#', '')),
      arrives: null,
      selections: lots === undefined ? null : selectionsOf(lots, decimals),
    };
  });
  return withArrivals(events);
};

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

const printLot = (lot: Lot, scale: Scale): string => {
  const quantity = `${formatUnits(lot.remaining, scale.decimals)} of ${formatUnits(lot.quantity, scale.decimals)}`;
  const cost = lot.basisKnown ? formatUnits(remainingCost(lot, scale), scale.moneyPlaces) : 'unknown';
  return `lot ${lot.sequence}: ${quantity}, cost ${cost}, acquired ${day(lot.acquiredAt)}`;
};

const printMatch = (match: MatchRow, scale: Scale): string => {
  const money = (units: bigint | null) =>
    units === null ? 'unknown' : formatUnits(units, scale.moneyPlaces);
  const source = match.lotSequence === null ? 'no lot' : `lot ${match.lotSequence}`;
  const taken = `${formatUnits(match.quantity, scale.decimals)} of ${source}, cost ${money(match.cost)}`;
  if (match.kind === 'TRANSFER_OUT') return `${taken}, sent`;
  if (match.kind === 'REBASE') return `${taken}, rebased`;
  const outcome = `${taken}, proceeds ${money(match.proceeds)}, gain ${money(match.gain)}`;
  return match.term === null ? outcome : `${outcome}, ${match.term}`;
};

/** A balance after a replay, as text. */
export interface Account {
  /** The open lots, the first to go first. */
  open: string[];
  /** What disposals consumed, in order. */
  matches: string[];
  /** What chose the lots of the matches. */
  methods: Match['method'][];
  totals: Record<keyof Ledger['totals'], string>;
  position: Position;
}

const printAccount = ({ queue, matches, totals }: Ledger, scale: Scale): Account => {
  const quantity = (units: bigint) => formatUnits(units, scale.decimals);
  const money = (units: bigint) => formatUnits(units, scale.moneyPlaces);
  return {
    open: openLots(queue).map((lot) => printLot(lot, scale)),
    matches: matches.map((match) => printMatch(matchRow(match), scale)),
    methods: matches.map(({ method }) => method),
    totals: {
      quantity: quantity(totals.quantity),
      cost: money(totals.cost),
      unknownQuantity: quantity(totals.unknownQuantity),
      bought: money(totals.bought),
      sold: money(totals.sold),
      soldQuantity: quantity(totals.soldQuantity),
      realized: money(totals.realized),
      unknownCostProceeds: money(totals.unknownCostProceeds),
      unknownSlices: String(totals.unknownSlices),
      shortfall: quantity(totals.shortfall),
      fees: money(totals.fees),
    },
    position: {
      rawAmount: totals.quantity,
      unknownBasisRawAmount: totals.unknownQuantity,
      soldRawAmount: totals.soldQuantity,
      shortfallRawAmount: totals.shortfall,
      unknownSlices: BigInt(totals.unknownSlices),
      decimals: scale.decimals,
      costBasisUsd: money(totals.cost),
      totalSellValueUsd: money(totals.sold),
      realizedPnlUsd: money(totals.realized),
      unknownCostProceedsUsd: money(totals.unknownCostProceeds),
    },
  };
};

/** Replays a ledger; the accounts go by the letters of their balances, and all have one plan. */
export const accountsOf = (
  text: string,
  decimals = 18,
  plan?: MethodPlan,
): Record<'A' | 'B' | 'C', Account> => {
  const scale = scaleOf(decimals);
  const a = emptyLedger(balanceIdOf('A'), scale, plan);
  const b = emptyLedger(balanceIdOf('B'), scale, plan);
  const c = emptyLedger(balanceIdOf('C'), scale, plan);
  replay(transactions(text, decimals), new Map([a, b, c].map((ledger) => [ledger.balanceId, ledger])));
  return { A: printAccount(a, scale), B: printAccount(b, scale), C: printAccount(c, scale) };
};

/** Replays a ledger of a single balance. */
export const accountOf = (text: string, decimals = 18, plan?: MethodPlan): Account =>
  accountsOf(text, decimals, plan).A;
