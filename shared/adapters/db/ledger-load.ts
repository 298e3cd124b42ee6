/** What a replay starts from: totals and open lots. */
import { type SQL, sql } from 'drizzle-orm';
import { parseUnits, pricePlaces } from '#shared/domain/decimal.ts';
import { emptyLedger, type Ledger } from '#shared/domain/ledger.ts';
import { type Lot, type Scale, scaleOf } from '#shared/domain/lot.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { milliseconds, unitRows } from './ledger-units.ts';

const keys = [
  'quantity',
  'unknownQuantity',
  'soldQuantity',
  'shortfall',
  'cost',
  'bought',
  'sold',
  'realized',
  'unknownCostProceeds',
  'fees',
] as const;

const quantityKeys: ReadonlySet<string> = new Set([
  'quantity',
  'unknownQuantity',
  'soldQuantity',
  'shortfall',
]);

type TotalsRow = Record<(typeof keys)[number], string> & {
  balance_id: string;
  decimals: number;
  unknownSlices: string;
  nextLot: string;
  nextMatch: string;
};

/** What the lots and matches that are left add up to, and the numbers that come next. */
const totalsStatement = (units: readonly ReplayUnit[]): SQL => sql`
  SELECT unit.balance_id, tokens.decimals, lot.*, match.*, coalesce(match.gas, 0) + coalesce(fee.fees, 0) AS fees
  FROM ${unitRows(units)}
  CROSS JOIN LATERAL (SELECT given.balance_id, given.since) AS unit
  JOIN balances ON balances.id = unit.balance_id
  JOIN tokens ON tokens.id = balances.token_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(remaining_raw_amount), 0) AS quantity,
      coalesce(sum(remaining_cost_usd) FILTER (WHERE basis_known), 0) AS cost,
      coalesce(sum(remaining_raw_amount) FILTER (WHERE NOT basis_known), 0) AS "unknownQuantity",
      coalesce(sum(cost_usd) FILTER (WHERE kind = 'BUY' AND basis_known), 0) AS bought,
      coalesce(max(sequence), 0) + 1 AS "nextLot"
    FROM lots WHERE lots.balance_id = unit.balance_id) AS lot
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(proceeds_usd) FILTER (WHERE kind = 'SELL'), 0) AS sold,
      coalesce(sum(raw_amount) FILTER (WHERE kind = 'SELL' AND proceeds_usd IS NOT NULL), 0) AS "soldQuantity",
      coalesce(sum(gain_usd), 0) AS realized,
      coalesce(sum(proceeds_usd) FILTER (WHERE cost_usd IS NULL), 0) AS "unknownCostProceeds",
      count(*) FILTER (WHERE kind <> 'TRANSFER_OUT' AND gain_usd IS NULL) AS "unknownSlices",
      coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NULL), 0) AS shortfall,
      sum(proceeds_usd) FILTER (WHERE kind = 'FEE') AS gas,
      coalesce(max(sequence), 0) + 1 AS "nextMatch"
    FROM lot_matches WHERE lot_matches.balance_id = unit.balance_id) AS match
  CROSS JOIN LATERAL (
    SELECT sum(fee_usd) AS fees FROM transactions
    WHERE transactions.balance_id = unit.balance_id AND transactions."timestamp" < unit.since
      AND ${counts(sql`transactions`)}) AS fee`;

/** A ledger together with the scale of its token. */
export interface LoadedLedger {
  ledger: Ledger;
  scale: Scale;
}

/** The ledgers of some units as they were before the units' moments. The units must have been rewound. */
export const loadLedgers = async (
  db: Db,
  units: readonly ReplayUnit[],
): Promise<Map<number, LoadedLedger>> => {
  const loaded = new Map<number, LoadedLedger>();
  for (const row of await rowsOf<TotalsRow>(db, totalsStatement(units))) {
    const scale = scaleOf(row.decimals);
    const ledger = emptyLedger(Number(row.balance_id));
    for (const key of keys) {
      ledger.totals[key] = quantityKeys.has(key) ? BigInt(row[key]) : parseUnits(row[key], scale.moneyPlaces);
    }
    ledger.totals.unknownSlices = Number(row.unknownSlices);
    ledger.nextLot = Number(row.nextLot);
    ledger.nextMatch = Number(row.nextMatch);
    loaded.set(ledger.balanceId, { ledger, scale });
  }
  await loadOpenLots(db, units, loaded);
  return loaded;
};

interface LotRow extends Record<string, unknown> {
  balance_id: string;
  sequence: string;
  transaction_id: string;
  kind: 'BUY' | 'TRANSFER_IN';
  acquired: string;
  opened: string;
  raw_amount: string;
  remaining_raw_amount: string;
  basis_known: boolean;
  unit_price_usd: string;
  lump_usd: string;
  remaining_lump_usd: string;
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
  unitPrice: parseUnits(row.unit_price_usd, pricePlaces),
  lump: parseUnits(row.lump_usd, moneyPlaces),
  remainingLump: parseUnits(row.remaining_lump_usd, moneyPlaces),
});

const loadOpenLots = async (
  db: Db,
  units: readonly ReplayUnit[],
  loaded: ReadonlyMap<number, LoadedLedger>,
): Promise<void> => {
  const rows = await rowsOf<LotRow>(
    db,
    sql`SELECT lots.*, ${milliseconds(sql`acquired_at`)} AS acquired, ${milliseconds(sql`opened_at`)} AS opened
        FROM lots JOIN ${unitRows(units)} USING (balance_id)
        WHERE remaining_raw_amount > 0 ORDER BY balance_id, acquired_at, sequence`,
  );
  for (const row of rows) {
    const found = loaded.get(Number(row.balance_id));
    if (found) found.ledger.queue.lots.push(toLot(row, found.scale));
  }
};
