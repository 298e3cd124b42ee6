/** Open lots, as far as a replay may reach them. */
import { type SQL, sql } from 'drizzle-orm';
import { pricePlaces, readUnits } from '#shared/domain/decimal.ts';
import type { Lot, Scale } from '#shared/domain/lot.ts';
import { isByCost, type Method, type MethodPlan } from '#shared/domain/method.ts';
import { type Db, rowsOf } from './client.ts';
import { alongIndexes, milliseconds } from './ledger-units.ts';

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
  unit_cost_usd: string | null;
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

const firstPage = 10;

/** By which index the order of a method goes: what of a row, and its type, in which direction. */
const orders: Record<Method, { key: 'acquired_at' | 'unit_cost_usd'; type: string; isDown: boolean }> = {
  FIFO: { key: 'acquired_at', type: 'timestamptz', isDown: false },
  AVERAGE: { key: 'acquired_at', type: 'timestamptz', isDown: false },
  LIFO: { key: 'acquired_at', type: 'timestamptz', isDown: true },
  HIFO: { key: 'unit_cost_usd', type: 'numeric', isDown: true },
  LOFO: { key: 'unit_cost_usd', type: 'numeric', isDown: false },
};

const readFirst = async (
  db: Db,
  { balanceId, scale }: { balanceId: number; scale: Scale },
  { quantity, method }: { quantity: bigint; method: Method },
): Promise<Lot[]> => {
  const lots: Lot[] = [];
  const { key, type, isDown } = orders[method];
  const column = sql.raw(key);
  let missing = quantity;
  let after = sql`${column} IS NOT NULL`;
  for (let size = firstPage; missing > 0n; size *= 10) {
    // Lots of one and the same date, or cost, are read together: the rest of the order decides among them.
    const rows = await lotRows(
      db,
      sql`balance_id = ${balanceId} AND ${after}
          ORDER BY ${column} ${sql.raw(isDown ? 'DESC' : 'ASC')} FETCH FIRST ${sql.raw(String(size))} ROWS WITH TIES`,
    );
    for (const row of rows) {
      const lot = toLot(row, scale);
      lots.push(lot);
      missing -= lot.remaining;
    }
    const last = rows.at(-1);
    if (!last) break;
    const reached =
      key === 'acquired_at' ? new Date(Number(last.acquired)).toISOString() : last.unit_cost_usd;
    after = sql`${column} ${sql.raw(isDown ? '<' : '>')} ${reached}::${sql.raw(type)}`;
  }
  return lots;
};

/**
 * Whether an index has the order in which a method takes lots: by age always, by cost where the default method asked for it
 * when they were written. What leaves a pool takes all of them.
 */
export const isIndexed = (method: Method, plan: MethodPlan, isPooled: boolean): boolean =>
  (method === 'AVERAGE' || !isPooled) && (!isByCost(method) || method === plan.default);

/**
 * The open lots of a balance that a method consumes first, which hold a quantity between them, or all, where all hold less.
 *
 * @param method whose order an index has (`isIndexed`)
 */
export const firstOpenLots = async (
  db: Db,
  balance: { balanceId: number; scale: Scale },
  wanted: { quantity: bigint; method: Method },
): Promise<Lot[]> => (wanted.quantity === 0n ? [] : alongIndexes(db, () => readFirst(db, balance, wanted)));
