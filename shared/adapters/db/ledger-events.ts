/** What a replay applies: transactions, and slices on their way between wallets. */
import { sql } from 'drizzle-orm';
import { parseUnits, pricePlaces } from '#shared/domain/decimal.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Slice } from '#shared/domain/lot.ts';
import type { Carried } from '#shared/domain/replay.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import type { LoadedLedger } from './ledger-load.ts';
import { milliseconds, unitRows } from './ledger-units.ts';

interface EventRow extends Record<string, unknown> {
  id: string;
  balance_id: string;
  transaction_type: LedgerEvent['type'];
  at: string;
  block_number: string | null;
  transaction_index: number | null;
  source_key: string;
  transfer_index: number | null;
  raw_amount: string;
  price_usd: string | null;
  value_usd: string | null;
  fee_usd: string | null;
  receives_from: string | null;
  arrives: string | null;
}

/** Money with more places than the replay keeps exists only for tokens of more than 18 decimals; it is rounded down. */
const toMoney = (text: string, places: number): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return parseUnits(`${whole}.${fraction.slice(0, places).padEnd(1, '0')}`, places);
};

/** The transactions of some units from their moments on, by balance. */
export const loadEvents = async (
  db: Db,
  units: readonly ReplayUnit[],
  loaded: ReadonlyMap<number, LoadedLedger>,
): Promise<Map<number, LedgerEvent[]>> => {
  const rows = await rowsOf<EventRow>(
    db,
    sql`SELECT transactions.id, balance_id, transactions.transaction_type, block_number::text,
          ${milliseconds(sql`transactions."timestamp"`)} AS at, transaction_index, source_key, transfer_index,
          transactions.raw_amount, price_usd, value_usd, fee_usd,
          CASE WHEN transactions.transaction_type = 'TRANSFER_IN' THEN other.id END AS receives_from,
          CASE WHEN transactions.transaction_type = 'TRANSFER_OUT' THEN other.raw_amount END AS arrives
        FROM transactions JOIN ${unitRows(units)} USING (balance_id)
        LEFT JOIN LATERAL (
          SELECT other.id, other.raw_amount FROM transactions AS other
          WHERE other.id = transactions.linked_transaction_id AND ${counts(sql`other`)}) AS other ON true
        WHERE transactions."timestamp" >= given.since AND ${counts(sql`transactions`)}`,
  );
  const events = new Map<number, LedgerEvent[]>();
  for (const row of rows) {
    const balanceId = Number(row.balance_id);
    const places = loaded.get(balanceId)?.scale.moneyPlaces ?? 0;
    const ofBalance = events.get(balanceId) ?? [];
    if (ofBalance.length === 0) events.set(balanceId, ofBalance);
    ofBalance.push({
      id: Number(row.id),
      balanceId,
      type: row.transaction_type,
      timestamp: Number(row.at),
      blockNumber: row.block_number === null ? null : Number(row.block_number),
      transactionIndex: row.transaction_index,
      sourceKey: row.source_key,
      transferIndex: row.transfer_index,
      receivesFrom: row.receives_from === null ? null : Number(row.receives_from),
      quantity: BigInt(row.raw_amount),
      arrives: row.arrives === null ? null : BigInt(row.arrives),
      price: row.price_usd === null ? null : parseUnits(row.price_usd, pricePlaces),
      value: row.value_usd === null ? null : toMoney(row.value_usd, places),
      fee: row.fee_usd === null ? 0n : toMoney(row.fee_usd, places),
    });
  }
  return events;
};

interface CarriedRow extends Record<string, unknown> {
  transaction_id: string;
  balance_id: string;
  raw_amount: string;
  unit_price_usd: string;
  lump_usd: string;
  basis_known: boolean;
  acquired: string | null;
}

/** Slices that own transfers sent before the replay begins and that one of its events receives. */
export const loadCarried = async (
  db: Db,
  events: readonly LedgerEvent[],
  loaded: ReadonlyMap<number, LoadedLedger>,
): Promise<Carried> => {
  const replayed = new Set(events.map(({ id }) => id));
  const sent = events.flatMap(({ receivesFrom }) =>
    receivesFrom === null || replayed.has(receivesFrom) ? [] : [receivesFrom],
  );
  const carried: Map<number, Slice[]> = new Map();
  if (sent.length === 0) return carried;
  const rows = await rowsOf<CarriedRow>(
    db,
    sql`SELECT transaction_id, lot_matches.balance_id, lot_matches.raw_amount, unit_price_usd, lump_usd,
          cost_usd IS NOT NULL AS basis_known, ${milliseconds(sql`acquired_at`)} AS acquired
        FROM transactions JOIN lot_matches
          ON lot_matches.balance_id = transactions.balance_id AND lot_matches.transaction_id = transactions.id
          AND lot_matches.disposed_at = transactions."timestamp" AND lot_matches.kind = 'TRANSFER_OUT'
        WHERE transactions.id = ANY(${sql.param(sent)}::bigint[])
        ORDER BY transaction_id, sequence`,
  );
  for (const row of rows) {
    const places = loaded.get(Number(row.balance_id))?.scale.moneyPlaces ?? 0;
    const slices = carried.get(Number(row.transaction_id)) ?? [];
    carried.set(Number(row.transaction_id), slices);
    slices.push({
      lot: null,
      quantity: BigInt(row.raw_amount),
      unitPrice: parseUnits(row.unit_price_usd, pricePlaces),
      lump: parseUnits(row.lump_usd, places),
      basisKnown: row.basis_known,
      acquiredAt: row.acquired === null ? null : Number(row.acquired),
    });
  }
  return carried;
};
