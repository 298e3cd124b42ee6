/** Slices on their way between wallets. */
import { sql } from 'drizzle-orm';
import type { Carried, Slice } from '#shared/domain/booking.ts';
import { pricePlaces, readUnits } from '#shared/domain/decimal.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf } from './client.ts';
import type { LedgerState } from './ledger-states.ts';
import { milliseconds, sinceColumns } from './ledger-units.ts';

interface CarriedRow extends Record<string, unknown> {
  transaction_id: string;
  balance_id: string;
  raw_amount: string;
  unit_price_usd: string;
  lump_usd: string;
  basis_known: boolean;
  acquired: string | null;
}

/** Slices that own transfers sent before the replay begins, and that one of its transactions receives. */
export const loadCarried = async (
  db: Db,
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
): Promise<Carried> => {
  const carried: Carried = new Map<number, Slice[]>();
  if (units.every(({ balances }) => balances.length === 1)) return carried;
  const { balances, since } = sinceColumns(units);
  const rows = await rowsOf<CarriedRow>(
    db,
    sql`SELECT sent.id AS transaction_id, sent.balance_id, matched.raw_amount, matched.lump_usd,
          CASE WHEN matched.method = 'AVERAGE' THEN 0 ELSE coalesce(lots.unit_price_usd, 0) END AS unit_price_usd,
          matched.cost_usd IS NOT NULL AS basis_known, ${milliseconds(sql`matched.acquired_at`)} AS acquired
        FROM unnest(${sql.param(balances)}::bigint[], ${sql.param(since)}::timestamptz[]) AS given (balance_id, since)
        JOIN transactions AS received ON received.balance_id = given.balance_id
          AND received."timestamp" >= given.since AND received.transaction_type = 'TRANSFER_IN'
          AND received.linked_transaction_id IS NOT NULL AND NOT received.is_deleted
        JOIN transactions AS sent ON sent.id = received.linked_transaction_id AND sent."timestamp" < given.since
        JOIN lot_matches AS matched ON matched.balance_id = sent.balance_id AND matched.transaction_id = sent.id
          AND matched.disposed_at = sent."timestamp" AND matched.kind = 'TRANSFER_OUT'
        LEFT JOIN lots ON lots.balance_id = matched.balance_id AND lots.sequence = matched.lot_sequence
        ORDER BY sent.id, matched.sequence`,
  );
  for (const row of rows) {
    const places = states.get(Number(row.balance_id))?.scale.moneyPlaces ?? 0;
    const slices = carried.get(Number(row.transaction_id)) ?? [];
    carried.set(Number(row.transaction_id), slices);
    slices.push({
      quantity: BigInt(row.raw_amount),
      unitPrice: readUnits(row.unit_price_usd, pricePlaces),
      lump: readUnits(row.lump_usd, places),
      basisKnown: row.basis_known,
      acquiredAt: row.acquired === null ? null : Number(row.acquired),
    });
  }
  return carried;
};
