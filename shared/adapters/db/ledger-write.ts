/** What a replay did, written down: lots consumed from, new lots, matches, and the balances' totals. */
import { sql } from 'drizzle-orm';
import { formatUnits, pricePlaces } from '#shared/domain/decimal.ts';
import type { Ledger, Match } from '#shared/domain/ledger.ts';
import type { Lot, Scale } from '#shared/domain/lot.ts';
import type { Db } from './client.ts';
import { copyLine, copyLines } from './copy.ts';
import { totalsColumns } from './ledger-states.ts';
import { columnOf, unnest } from './rows.ts';

const dayMs = 86_400_000;
const dates = new Map<number, string>();

/** So many days' dates are kept: what one replay meets, mostly. */
const mostDates = 10_000;

const dateOf = (day: number): string => {
  let date = dates.get(day);
  if (date === undefined) {
    if (dates.size >= mostDates) dates.clear();
    date = new Date(day * dayMs).toISOString().slice(0, 11);
    dates.set(day, date);
  }
  return date;
};

const two = (number: number): string => (number < 10 ? `0${number}` : `${number}`);

/** A moment as ISO 8601, several times faster than a `Date` writes it. */
const instant = (at: number): string => {
  const day = Math.floor(at / dayMs);
  const inDay = at - day * dayMs;
  const seconds = Math.floor(inDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const fraction = `${1000 + (inDay % 1000)}`.slice(1);
  return `${dateOf(day)}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${fraction}Z`;
};

/** A count of `10^-places`, for a numeric. */
const decimal = (units: bigint, places: number): string => {
  if (units === 0n) return '0';
  const isNegative = units < 0n;
  const digits = (isNegative ? -units : units).toString().padStart(places + 1, '0');
  const point = digits.length - places;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === 48) end -= 1;
  const text =
    end === point ? digits.slice(0, point) : `${digits.slice(0, point)}.${digits.slice(point, end)}`;
  return isNegative ? `-${text}` : text;
};

const lotColumns = [
  ...[
    'user_id',
    'balance_id',
    'sequence',
    'transaction_id',
    'kind',
    'acquired_at',
    'opened_at',
    'raw_amount',
  ],
  ...['remaining_raw_amount', 'basis_known', 'unit_price_usd', 'lump_usd', 'remaining_lump_usd', 'fee_usd'],
];

const lotLine = (owner: string, lot: Lot, { moneyPlaces }: Scale): string =>
  owner +
  copyLine([
    lot.sequence,
    lot.transactionId,
    lot.kind,
    instant(lot.acquiredAt),
    instant(lot.openedAt),
    lot.quantity.toString(),
    lot.remaining.toString(),
    lot.basisKnown ? 't' : 'f',
    decimal(lot.unitPrice, pricePlaces),
    decimal(lot.lump, moneyPlaces),
    decimal(lot.remainingLump, moneyPlaces),
    decimal(lot.fee, moneyPlaces),
  ]);

const matchColumns = [
  ...['user_id', 'balance_id', 'sequence', 'transaction_id', 'lot_sequence', 'kind', 'method', 'raw_amount'],
  ...['lump_usd', 'cost_usd', 'proceeds_usd', 'acquired_at', 'disposed_at', 'term', 'fee_usd'],
];

const matchLine = (owner: string, match: Match, { moneyPlaces }: Scale): string => {
  const { lot, cost, proceeds } = match;
  return (
    owner +
    copyLine([
      match.sequence,
      match.event.id,
      lot === null ? null : lot.sequence,
      match.kind,
      match.method,
      match.quantity.toString(),
      decimal(match.lump, moneyPlaces),
      cost === null ? null : decimal(cost, moneyPlaces),
      proceeds === null ? null : decimal(proceeds, moneyPlaces),
      lot === null ? null : instant(lot.acquiredAt),
      instant(match.disposedAt),
      match.term,
      decimal(match.fee, moneyPlaces),
    ])
  );
};

/** The new lots that are spent, of which it lets go, or all, when the replay is over. */
function* lotLines(owner: bigint, ledgers: readonly Ledger[], isLast: boolean): Generator<string> {
  for (const ledger of ledgers) {
    const open: Lot[] = [];
    const prefix = `${owner}\t${ledger.balanceId}\t`;
    for (const lot of ledger.newLots) {
      if (isLast || lot.remaining === 0n) yield lotLine(prefix, lot, ledger.scale);
      else open.push(lot);
    }
    ledger.newLots = open;
  }
}

function* matchLines(owner: bigint, ledgers: readonly Ledger[]): Generator<string> {
  for (const ledger of ledgers) {
    const prefix = `${owner}\t${ledger.balanceId}\t`;
    for (const match of ledger.matches) yield matchLine(prefix, match, ledger.scale);
    ledger.matches = [];
  }
}

/**
 * Writes the matches of some ledgers and those of their new lots that are spent, and lets go of both; a long replay does
 * so now and then. Lots that are open are still to change: they are written in the end.
 *
 * @param isLast whether the replay is over, and open lots are written too
 */
export const writeBookings = async (
  db: Db,
  userId: bigint,
  ledgers: readonly Ledger[],
  isLast: boolean,
): Promise<void> => {
  await copyLines(db, 'lots', lotColumns, lotLines(userId, ledgers, isLast));
  await copyLines(db, 'lot_matches', matchColumns, matchLines(userId, ledgers));
};

/** A lot that was there before the replay, which consumed from it. */
export interface ConsumedLot {
  lot: Lot;
  balanceId: number;
  scale: Scale;
}

export const updateLots = async (db: Db, consumed: readonly ConsumedLot[]): Promise<void> => {
  if (consumed.length === 0) return;
  await db.execute(sql`
    UPDATE lots SET remaining_raw_amount = given.remaining, remaining_lump_usd = given.lump
    FROM ${unnest([
      ['balance', 'bigint', consumed.map(({ balanceId }) => balanceId)],
      ['number', 'bigint', consumed.map(({ lot }) => lot.sequence)],
      ['remaining', 'numeric', consumed.map(({ lot }) => lot.remaining.toString())],
      ['lump', 'numeric', consumed.map(({ lot, scale }) => decimal(lot.remainingLump, scale.moneyPlaces))],
    ])}
    WHERE lots.balance_id = given.balance AND lots.sequence = given.number`);
};

/** Writes the totals of some ledgers; they are current then. */
export const updateBalances = async (db: Db, ledgers: readonly Ledger[]): Promise<void> => {
  const column = columnOf(ledgers);
  const columns = [
    ...totalsColumns.quantities.map(([key, name]) =>
      column(name, 'numeric', ({ totals }) => totals[key].toString()),
    ),
    ...totalsColumns.sums.map(([key, name]) =>
      column(name, 'numeric', ({ totals, scale }) => formatUnits(totals[key], scale.moneyPlaces)),
    ),
    column('amount', 'numeric', ({ totals, scale }) => formatUnits(totals.quantity, scale.decimals)),
    column('unknown_slices', 'bigint', ({ totals }) => totals.unknownSlices),
  ];
  const assignments = columns.map(([name]) => sql.raw(`"${name}" = given."${name}"`));
  const key = column('balance', 'bigint', ({ balanceId }) => balanceId);
  await db.execute(sql`
    UPDATE balances SET ${sql.join(assignments, sql`, `)}, dirty_since = NULL, previous_decimals = NULL,
      version = version + 1, updated_at = now()
    FROM ${unnest([key, ...columns])} WHERE balances.id = given.balance`);
};
