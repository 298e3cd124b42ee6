/** Open lots, as far as a replay may reach them. */
import { type SQL, sql } from 'drizzle-orm';
import { pricePlaces, readUnits } from '#shared/domain/decimal.ts';
import type { Lot, Scale } from '#shared/domain/lot.ts';
import { type Db, rowsOf } from './client.ts';
import { milliseconds } from './ledger-units.ts';

interface LotRow extends Record<string, unknown> {
  balance_id: string;
  sequence: string;
  transaction_id: string;
  kind: Lot['kind'];
  acquired: string;
  opened: string;
  raw_amount: string;
  remaining_raw_amount: string;
  basis_known: boolean;
  unit_price_usd: string;
  lump_usd: string;
  remaining_lump_usd: string;
  fee_usd: string;
}

const toLot = (row: LotRow, { moneyPlaces }: Scale): Lot => ({
  sequence: Number(row.sequence),
  transactionId: Number(row.transaction_id),
  kind: row.kind,
  acquiredAt: Number(row.acquired),
  openedAt: Number(row.opened),
  quantity: BigInt(row.raw_amount),
  remaining: BigInt(row.remaining_raw_amount),
  basisKnown: row.basis_known,
  unitPrice: readUnits(row.unit_price_usd, pricePlaces),
  lump: readUnits(row.lump_usd, moneyPlaces),
  remainingLump: readUnits(row.remaining_lump_usd, moneyPlaces),
  fee: readUnits(row.fee_usd, moneyPlaces),
});

const lotRows = (db: Db, condition: SQL): Promise<LotRow[]> =>
  rowsOf<LotRow>(
    db,
    sql`SELECT *, ${milliseconds(sql`acquired_at`)} AS acquired, ${milliseconds(sql`opened_at`)} AS opened
        FROM lots WHERE remaining_raw_amount > 0 AND ${condition}`,
  );

/** All open lots of some balances. */
export const allOpenLots = async (
  db: Db,
  scales: ReadonlyMap<number, Scale>,
): Promise<Map<number, Lot[]>> => {
  const lots = new Map<number, Lot[]>([...scales.keys()].map((balance) => [balance, []]));
  const ids = sql`ANY(${sql.param([...scales.keys()].map(String))}::bigint[])`;
  for (const row of await lotRows(db, sql`balance_id = ${ids}`)) {
    const scale = scales.get(Number(row.balance_id));
    if (scale) lots.get(Number(row.balance_id))?.push(toLot(row, scale));
  }
  return lots;
};

const firstPage = 100;

/** The oldest or youngest open lots of a balance that hold a quantity between them, or all, where all hold less. */
export const firstOpenLots = async (
  db: Db,
  { balanceId, scale }: { balanceId: number; scale: Scale },
  { quantity, isYoungest }: { quantity: bigint; isYoungest: boolean },
): Promise<Lot[]> => {
  const lots: Lot[] = [];
  let missing = quantity;
  const direction = sql.raw(isYoungest ? 'DESC' : 'ASC');
  for (let size = firstPage; missing > 0n; size *= 4) {
    const last = lots.at(-1);
    // Lots of one and the same date are read together: their numbers decide, in whichever direction dates go.
    const after =
      last === undefined
        ? sql``
        : sql`AND acquired_at ${sql.raw(isYoungest ? '<' : '>')} ${new Date(last.acquiredAt).toISOString()}::timestamptz`;
    const rows = await lotRows(
      db,
      sql`balance_id = ${balanceId} ${after}
          ORDER BY acquired_at ${direction} FETCH FIRST ${sql.raw(String(size))} ROWS WITH TIES`,
    );
    if (rows.length === 0) break;
    for (const row of rows) {
      const lot = toLot(row, scale);
      lots.push(lot);
      missing -= lot.remaining;
    }
  }
  return lots;
};

/** Whether the last that a balance has disposed of was so at average cost: then what is open costs its share of a pool. */
export const isPooledNow = async (db: Db, userId: bigint, balanceId: bigint): Promise<boolean> => {
  const [last] = await rowsOf<{ is_pooled: boolean }>(
    db,
    sql`SELECT coalesce(method = 'AVERAGE' AND kind <> 'REBASE', false) AS is_pooled FROM lot_matches
        WHERE user_id = ${userId} AND balance_id = ${balanceId} ORDER BY sequence DESC LIMIT 1`,
  );
  return last?.is_pooled ?? false;
};
