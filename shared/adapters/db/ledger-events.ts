/** What a replay applies: transactions, in the order of the replay. */
import { pricePlaces, readUnits } from '#shared/domain/decimal.ts';
import type { LedgerEvent, LotSelection } from '#shared/domain/ledger.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';
import { connectionOf, type Db, textRows } from './client.ts';
import type { LedgerState } from './ledger-states.ts';
import { instantText, sinceColumns } from './ledger-units.ts';

/** What decides the order, as `domain/order.ts` has it; what is not known comes last. */
const keys = (table: string): string[] => [
  `${table}."timestamp"`,
  `coalesce(${table}.block_number, 9223372036854775807)`,
  `coalesce(${table}.transaction_index, 2147483647)`,
  `${table}.source_key COLLATE "C"`,
  `coalesce(${table}.transfer_index, 2147483647)`,
  `${table}.id`,
];

/** The same, in the words of the index that has most of it. */
const ownOrder =
  'own."timestamp", own.block_number, own.transaction_index, own.source_key COLLATE "C", own.transfer_index, own.id';

/** The receiving side of an own transfer never comes before the sending one: it follows just behind it. */
const isEarly = `coalesce(own.transaction_type = 'TRANSFER_IN'
  AND (${keys('other').join(', ')}) > (${keys('own').join(', ')}), false)`;
const linkedOrder = `${keys('own')
  .map((key, place) => `CASE WHEN ${isEarly} THEN ${keys('other')[place]} ELSE ${key} END`)
  .join(', ')}, ${isEarly}`;

const money = 'price_usd, value_usd, fee_usd';
const columns = `own.id, own.balance_id, own.transaction_type, (extract(epoch FROM own."timestamp") * 1000)::bigint,
  own.block_number, own.transaction_index, own.source_key, own.transfer_index, own.raw_amount, ${money}`;

const counted = (table: string) => `NOT ${table}.is_deleted AND ${table}.status = 'confirmed'`;

/**
 * What is replayed: a balance alone is read along its index; several are sorted.
 *
 * @param most any so many of it, for whoever wants none of what is more: to find the first ones all would be sorted
 */
const source = (isAlone: boolean, most?: number): string =>
  `(SELECT own.* FROM ${
    isAlone
      ? `transactions AS own WHERE own.balance_id = ($1::bigint[])[1] AND own."timestamp" >= ($2::timestamptz[])[1] AND`
      : `unnest($1::bigint[], $2::timestamptz[]) AS given (balance_id, since)
         JOIN transactions AS own ON own.balance_id = given.balance_id AND own."timestamp" >= given.since WHERE`
  } ${counted('own')} ${most === undefined ? '' : `LIMIT ${most}`}) AS own`;

/** Transactions that own transfers link have their other sides beside them. */
const statement = (from: string, isLinked: boolean): string =>
  isLinked
    ? `SELECT ${columns.replaceAll(/(price|value|fee)_usd/g, 'own.$&')},
         CASE WHEN own.transaction_type = 'TRANSFER_IN' THEN other.id END,
         CASE WHEN own.transaction_type = 'TRANSFER_OUT' THEN other.raw_amount END
       FROM ${from}
       LEFT JOIN transactions AS other ON other.id = own.linked_transaction_id AND ${counted('other')}
       ORDER BY ${linkedOrder}`
    : `SELECT ${columns}, NULL, NULL FROM ${from} ORDER BY ${ownOrder}`;

/** Money with more places than the replay keeps exists only for tokens of more than 18 decimals; it is rounded down. */
const toMoney = (text: string, places: number): bigint => {
  const point = text.indexOf('.');
  return readUnits(point < 0 ? text : text.slice(0, point + 1 + places), places);
};

/** Lots that disposals name, by disposal. */
type Selections = ReadonlyMap<number, readonly LotSelection[]>;

type Cells = readonly (string | null)[];

const numberOr = (text: string | null | undefined): number | null => (text == null ? null : Number(text));

const toEvent = (
  [id, balance, type, at, block, index, key, transfer, raw, price, value, fee, from, arrives]: Cells,
  places: number,
  selections: Selections,
): LedgerEvent => ({
  id: Number(id),
  balanceId: Number(balance),
  type: type as LedgerEvent['type'],
  timestamp: Number(at),
  blockNumber: numberOr(block),
  transactionIndex: numberOr(index),
  sourceKey: key ?? '',
  transferIndex: numberOr(transfer),
  receivesFrom: numberOr(from),
  quantity: BigInt(raw ?? 0),
  arrives: arrives == null ? null : BigInt(arrives),
  price: price == null ? null : readUnits(price, pricePlaces),
  value: value == null ? null : toMoney(value, places),
  fee: fee == null ? 0n : toMoney(fee, places),
  selections: selections.get(Number(id)) ?? null,
});

/** What disposals of some balances name, where any names something. */
const selectionsOf = async (db: Db, states: ReadonlyMap<number, LedgerState>): Promise<Selections> => {
  const found = new Map<number, LotSelection[]>();
  if (![...states.values()].some(({ hasSelections }) => hasSelections)) return found;
  const rows = await textRows(
    connectionOf(db),
    `SELECT named.transaction_id, acquisition_id, (extract(epoch FROM acquired_at) * 1000)::bigint, named.raw_amount
     FROM lot_selections AS named JOIN transactions ON transactions.id = named.transaction_id
     WHERE balance_id = ANY($1::bigint[]) AND NOT named.is_deleted ORDER BY named.id`,
    [[...states.keys()].map(String)],
  );
  for (const [disposal, acquisition, acquired, raw] of rows) {
    const named = found.get(Number(disposal)) ?? [];
    found.set(Number(disposal), named);
    const quantity = BigInt(raw ?? 0);
    named.push({ transactionId: Number(acquisition), acquiredAt: numberOr(acquired), quantity });
  }
  return found;
};

/** How transactions of some units are read from their moments on: at most so many of them, or all. */
const reading = async (
  db: Db,
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
  most?: number,
) => {
  const { balances, since } = sinceColumns(units);
  const isLinked = units.some((unit) => unit.balances.length > 1);
  const selections = await selectionsOf(db, states);
  return {
    text: statement(source(balances.length === 1, most), isLinked),
    values: [balances, since],
    present: (rows: readonly Cells[]) =>
      rows.map((row) => {
        const places = states.get(Number(row[1]))?.scale.moneyPlaces ?? 0;
        return toEvent(row, places, selections);
      }),
  };
};

/**
 * The transactions of some units from their moments on, in the order of the replay.
 *
 * @returns null when there are more than `limit`
 */
export const readFewEvents = async (
  db: Db,
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
  limit: number,
): Promise<LedgerEvent[] | null> => {
  const { text, values, present } = await reading(db, units, states, limit + 1);
  const rows = await textRows(connectionOf(db), text, values);
  return rows.length > limit ? null : present(rows);
};

/** So many transactions are in memory at a time when there is no limit to their number. */
const batch = 10_000;

/** As `readFewEvents`, any number, in batches. Between two batches other statements may run in the transaction. */
export async function* readEvents(
  db: Db,
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
): AsyncGenerator<LedgerEvent[]> {
  const client = connectionOf(db);
  const { text, values, present } = await reading(db, units, states);
  await client.query(`DECLARE ledger_events NO SCROLL CURSOR FOR ${text}`, values);
  for (;;) {
    const rows = await textRows(client, `FETCH ${batch} FROM ledger_events`);
    if (rows.length === 0) break;
    yield present(rows);
  }
  await client.query('CLOSE ledger_events');
}

/** A place in the order of a balance's transactions: a moment, and so many of those that have it behind. */
export interface Place {
  /** A time as PostgreSQL reads it. */
  readonly since: string;
  readonly skipped: number;
}

export const placeAt = (since: number): Place => ({ since: `'${instantText(since)}'`, skipped: 0 });

/** @param time microseconds since 2000 */
export const placeBehind = ({ time, ties }: { time: number; ties: number }): Place => ({
  since: `timestamptz '2000-01-01 00:00:00Z' + interval '${time.toFixed(0)} microseconds'`,
  skipped: ties,
});

/**
 * The transactions of one balance from a place on that nothing links to others, in the order of the replay: id, time, type,
 * raw amount, price, value and fee, in COPY's binary format.
 */
export const copyEvents = async (
  db: Db,
  balanceId: number,
  { since, skipped }: Place,
  limit: number,
): Promise<AsyncIterable<Uint8Array>> => {
  const { default: streams } = await import('pg-copy-streams');
  return connectionOf(db).query(
    streams.to(`COPY (
      SELECT id, "timestamp", transaction_type, raw_amount, ${money} FROM transactions AS own
      WHERE balance_id = ${balanceId} AND "timestamp" >= ${since} AND ${counted('own')}
      ORDER BY ${ownOrder} OFFSET ${skipped} LIMIT ${limit}) TO STDOUT (FORMAT binary)`),
  );
};
