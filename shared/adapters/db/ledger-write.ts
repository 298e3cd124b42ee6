/** What a replay did, written down: lots consumed from, new lots, matches, and the balances' totals. */
import { type SQL, sql } from 'drizzle-orm';
import { pricePlaces } from '#shared/domain/decimal.ts';
import type { Ledger, Match } from '#shared/domain/ledger.ts';
import { type Lot, type Scale, unitCost } from '#shared/domain/lot.ts';
import { isByCost } from '#shared/domain/method.ts';
import type { Db } from './client.ts';
import { copyLine, copyLines, copyRows, type Field } from './copy.ts';
import { totalsColumns } from './ledger-states.ts';
import { instantText } from './ledger-units.ts';
import { decimal, instant } from './numeric-text.ts';
import { type Column, columnOf, unnest } from './rows.ts';

/** Columns of a table behind `user_id` and `balance_id`, with their types, in the order of a row's fields. */
type Columns = readonly (readonly [name: string, type: string])[];

const lotColumns: Columns = [
  ['sequence', 'bigint'],
  ['transaction_id', 'bigint'],
  ['kind', 'text'],
  ['acquired_at', 'timestamptz'],
  ['opened_at', 'timestamptz'],
  ['raw_amount', 'numeric'],
  ['remaining_raw_amount', 'numeric'],
  ['basis_known', 'boolean'],
  ['unit_price_usd', 'numeric'],
  ['lump_usd', 'numeric'],
  ['remaining_lump_usd', 'numeric'],
  ['fee_usd', 'numeric'],
];

/** Those of the engine, which replays by any method, have one more. */
const anyLotColumns: Columns = [...lotColumns, ['unit_cost_usd', 'numeric']];

/** By what lots are found under a default method that chooses by cost; unknown costs come last. */
const costKey = (lot: Lot, { plan, scale }: Ledger): string | null => {
  if (!isByCost(plan.default)) return null;
  if (lot.basisKnown) return decimal(unitCost(lot, scale), pricePlaces);
  return plan.default === 'HIFO' ? '-Infinity' : 'Infinity';
};

const lotFields = (lot: Lot, ledger: Ledger): Field[] => [
  lot.sequence,
  lot.transactionId,
  lot.kind,
  instant(lot.acquiredAt),
  instant(lot.openedAt),
  lot.quantity.toString(),
  lot.remaining.toString(),
  lot.basisKnown ? 't' : 'f',
  decimal(lot.unitPrice, pricePlaces),
  decimal(lot.lump, ledger.scale.moneyPlaces),
  decimal(lot.remainingLump, ledger.scale.moneyPlaces),
  decimal(lot.fee, ledger.scale.moneyPlaces),
  costKey(lot, ledger),
];

const matchColumns: Columns = [
  ['sequence', 'bigint'],
  ['transaction_id', 'bigint'],
  ['lot_sequence', 'bigint'],
  ['kind', 'text'],
  ['method', 'text'],
  ['raw_amount', 'numeric'],
  ['lump_usd', 'numeric'],
  ['cost_usd', 'numeric'],
  ['proceeds_usd', 'numeric'],
  ['acquired_at', 'timestamptz'],
  ['disposed_at', 'timestamptz'],
  ['term', 'text'],
  ['fee_usd', 'numeric'],
];

const matchFields = (match: Match, { scale: { moneyPlaces } }: Ledger): Field[] => {
  const { lot, cost, proceeds } = match;
  return [
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
  ];
};

const owners = ['user_id', 'balance_id'];

const names = (columns: Columns): string[] => [...owners, ...columns.map(([name]) => name)];

/** Writes rows that the kernel made of lots and matches, with the columns in the order they have here. */
export const copyLots = (db: Db, rows: Uint8Array): Promise<void> =>
  copyRows(db, 'lots', names(lotColumns), rows);
export const copyMatches = (db: Db, rows: Uint8Array): Promise<void> =>
  copyRows(db, 'lot_matches', names(matchColumns), rows);

/** Takes the new lots that are spent out of a ledger; or all, when the replay is over. */
const takeLots = (ledger: Ledger, isLast: boolean): Lot[] => {
  // Looking through them for a few that are spent would cost more, batch after batch, than the replay.
  if (!isLast && ledger.spentLots * 2 < ledger.newLots.length) return [];
  ledger.spentLots = 0;
  const taken = isLast ? ledger.newLots : ledger.newLots.filter((lot) => lot.remaining === 0n);
  ledger.newLots = isLast ? [] : ledger.newLots.filter((lot) => lot.remaining > 0n);
  return taken;
};

const takeMatches = (ledger: Ledger): readonly Match[] => {
  const taken = ledger.matches;
  ledger.matches = [];
  return taken;
};

/** Lines are made when they are sent, and not all at once. */
function* linesOf<Row>(
  userId: bigint,
  taken: readonly { ledger: Ledger; rows: readonly Row[] }[],
  fieldsOf: (row: Row, ledger: Ledger) => Field[],
): Generator<string> {
  for (const { ledger, rows } of taken) {
    const owner = `${userId}\t${ledger.balanceId}\t`;
    for (const row of rows) yield owner + copyLine(fieldsOf(row, ledger));
  }
}

/**
 * Writes the matches of some ledgers and those of their new lots that are spent, which leave the ledgers; a long replay
 * does so now and then. Lots that are open are still to change: they are written in the end.
 *
 * @param isLast whether the replay is over, and open lots are written too
 */
export const writeBookings = async (
  db: Db,
  userId: bigint,
  ledgers: readonly Ledger[],
  isLast: boolean,
): Promise<void> => {
  const lots = ledgers.map((ledger) => ({ ledger, rows: takeLots(ledger, isLast) }));
  const matches = ledgers.map((ledger) => ({ ledger, rows: takeMatches(ledger) }));
  await copyLines(db, 'lots', names(anyLotColumns), linesOf(userId, lots, lotFields));
  await copyLines(db, 'lot_matches', names(matchColumns), linesOf(userId, matches, matchFields));
};

/** A lot that was there before the replay, which consumed from it. */
export interface ConsumedLot {
  lot: Lot;
  balanceId: number;
  scale: Scale;
}

const lotsUpdate = (consumed: readonly ConsumedLot[]): SQL => sql`
  UPDATE lots SET remaining_raw_amount = given.remaining, remaining_lump_usd = given.lump
  FROM ${unnest([
    ['balance', 'bigint', consumed.map(({ balanceId }) => balanceId)],
    ['number', 'bigint', consumed.map(({ lot }) => lot.sequence)],
    ['remaining', 'numeric', consumed.map(({ lot }) => lot.remaining.toString())],
    ['lump', 'numeric', consumed.map(({ lot, scale }) => decimal(lot.remainingLump, scale.moneyPlaces))],
  ])}
  WHERE lots.balance_id = given.balance AND lots.sequence = given.number`;

/** When a replay began and ended, for one ledger. Milliseconds since 1970. */
export interface Span {
  /** The moment from which the ledger was written anew: its history is as well. */
  since: number;
  /** Nothing of the ledger lies behind this. */
  bookedAt: number;
}

/** Balances with their new totals are current; their history is still to follow. */
const balancesUpdate = (ledgers: readonly Ledger[], spans: ReadonlyMap<number, Span>): SQL => {
  const column = columnOf(ledgers);
  const columns = [
    ...totalsColumns.quantities.map(([key, name]) =>
      column(name, 'numeric', ({ totals }) => totals[key].toString()),
    ),
    ...totalsColumns.sums.map(([key, name]) =>
      column(name, 'numeric', ({ totals, scale }) => decimal(totals[key], scale.moneyPlaces)),
    ),
    column('amount', 'numeric', ({ totals, scale }) => decimal(totals.quantity, scale.decimals)),
    column('unknown_slices', 'bigint', ({ totals }) => totals.unknownSlices),
  ];
  const span = (name: string, key: keyof Span) =>
    column(name, 'timestamptz', ({ balanceId }) =>
      instantText(spans.get(balanceId)?.[key] ?? Number.NEGATIVE_INFINITY),
    );
  const assignments = columns.map(([name]) => sql.raw(`"${name}" = given."${name}"`));
  const key = column('balance', 'bigint', ({ balanceId }) => balanceId);
  return sql`
    UPDATE balances SET ${sql.join(assignments, sql`, `)}, dirty_since = NULL, previous_decimals = NULL,
      history_dirty_since = least(history_dirty_since, given.since), booked_at = given.booked_at,
      version = version + 1, updated_at = now()
    FROM ${unnest([key, span('since', 'since'), span('booked_at', 'bookedAt'), ...columns])}
    WHERE balances.id = given.balance`;
};

const insertion = (
  table: string,
  columns: Columns,
  userId: bigint,
  rows: readonly (readonly Field[])[],
  balances: readonly number[],
): SQL => {
  const given: Column[] = [
    ['user_id', 'bigint', rows.map(() => String(userId))],
    ['balance_id', 'bigint', balances],
    ...columns.map(([name, type], place): Column => [name, type, rows.map((row) => row[place])]),
  ];
  const listed = sql.raw(names(columns).join(', '));
  return sql`INSERT INTO ${sql.raw(table)} (${listed}) SELECT ${listed} FROM ${unnest(given)}`;
};

/** Up to so many rows are written along with the totals, in one statement: a round trip costs more than they do. */
const few = 500;

/**
 * Writes the rest of what a replay did, when it is over.
 *
 * @param spans by balance
 */
export const finishLedgers = async (
  db: Db,
  userId: bigint,
  ledgers: readonly Ledger[],
  consumed: readonly ConsumedLot[],
  spans: ReadonlyMap<number, Span>,
): Promise<void> => {
  const lots = ledgers.flatMap((ledger) => ledger.newLots.map((lot) => ({ ledger, lot })));
  const matches = ledgers.flatMap((ledger) => ledger.matches.map((match) => ({ ledger, match })));
  if (lots.length + matches.length > few) {
    if (consumed.length > 0) await db.execute(lotsUpdate(consumed));
    await writeBookings(db, userId, ledgers, true);
    await db.execute(balancesUpdate(ledgers, spans));
    return;
  }
  const ids = (rows: readonly { ledger: Ledger }[]) => rows.map(({ ledger }) => ledger.balanceId);
  const lotRows = lots.map(({ ledger, lot }) => lotFields(lot, ledger));
  const matchRows = matches.map(({ ledger, match }) => matchFields(match, ledger));
  const parts = [
    consumed.length === 0 ? [] : sql`consumed AS (${lotsUpdate(consumed)})`,
    lots.length === 0 ? [] : sql`opened AS (${insertion('lots', anyLotColumns, userId, lotRows, ids(lots))})`,
    matches.length === 0
      ? []
      : sql`matched AS (${insertion('lot_matches', matchColumns, userId, matchRows, ids(matches))})`,
  ].flat();
  const before = parts.length === 0 ? sql`` : sql`WITH ${sql.join(parts, sql`, `)}`;
  await db.execute(sql`${before} ${balancesUpdate(ledgers, spans)}`);
};
