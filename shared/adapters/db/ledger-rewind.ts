/** Taking back what a replay will do again. Lots and matches are their own checkpoint: nothing else is kept for it. */
import { sql } from 'drizzle-orm';
import { powerOfTen, pricePlaces, readUnits } from '#shared/domain/decimal.ts';
import { noTotals, type Opening, type Totals } from '#shared/domain/ledger.ts';
import type { Scale } from '#shared/domain/lot.ts';
import type { ReplayUnit } from '#shared/domain/units.ts';
import { type Db, rowsOf } from './client.ts';
import type { LedgerState } from './ledger-states.ts';
import { milliseconds, sinceColumns } from './ledger-units.ts';

/** What lots and matches that are no more have added up to. */
interface Undone extends Record<string, unknown> {
  balance_id: string;
  next_lot: string;
  next_match: string;
  pooled_at: string | null;
  lots_raw: string;
  lots_unknown_raw: string;
  lots_worth: string;
  lots_lump: string;
  bought_worth: string;
  bought_lump: string;
  lots_fees: string;
  matches_raw: string;
  matches_unknown_raw: string;
  matches_cost: string;
  shortfall: string;
  sold: string;
  sold_raw: string;
  realized: string;
  unknown_cost_proceeds: string;
  unknown_slices: string;
  gas: string;
  matches_fees: string;
}

/** Unit price x raw amount, as a sum of SQL has it, in money. */
const toMoney = (worth: string, { moneyPlaces, decimals }: Scale): bigint =>
  readUnits(worth, pricePlaces) * powerOfTen(moneyPlaces - pricePlaces - decimals);

const without = (totals: Totals, row: Undone, scale: Scale): Totals => {
  const money = (text: string) => readUnits(text, scale.moneyPlaces);
  const consumed = BigInt(row.matches_raw);
  return {
    quantity: totals.quantity - BigInt(row.lots_raw) + consumed,
    cost: totals.cost - toMoney(row.lots_worth, scale) - money(row.lots_lump) + money(row.matches_cost),
    unknownQuantity: totals.unknownQuantity - BigInt(row.lots_unknown_raw) + BigInt(row.matches_unknown_raw),
    bought: totals.bought - toMoney(row.bought_worth, scale) - money(row.bought_lump),
    sold: totals.sold - money(row.sold),
    soldQuantity: totals.soldQuantity - BigInt(row.sold_raw),
    realized: totals.realized - money(row.realized),
    unknownCostProceeds: totals.unknownCostProceeds - money(row.unknown_cost_proceeds),
    unknownSlices: totals.unknownSlices - Number(row.unknown_slices),
    shortfall: totals.shortfall - BigInt(row.shortfall),
    fees: totals.fees - money(row.lots_fees) - money(row.matches_fees) - money(row.gas),
  };
};

/** What lies before each unit's moment already is how the ledger stood then: an append takes nothing back. */
const standing = (
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
): Map<number, Omit<Opening, 'lots'>> => {
  const openings = new Map<number, Omit<Opening, 'lots'>>();
  for (const { balances, since } of units) {
    for (const balance of balances) {
      const state = states.get(balance);
      if (!state || state.bookedAt >= since || state.dirtySince === Number.NEGATIVE_INFINITY) continue;
      const { pooledAt, totals, nextLot, nextMatch } = state;
      openings.set(balance, { pooledAt, totals: { ...totals }, nextLot, nextMatch });
    }
  }
  return openings;
};

/**
 * Takes back the lots and matches from each unit's moment on; what those matches took returns to the lots that stay. It
 * costs in proportion to what is taken back: numbers run with time, so the last that stay are found from the end.
 *
 * @returns how the ledgers stood then, by balance; without their open lots
 */
export const rewind = async (
  db: Db,
  units: readonly ReplayUnit[],
  states: ReadonlyMap<number, LedgerState>,
): Promise<Map<number, Omit<Opening, 'lots'>>> => {
  const openings = standing(units, states);
  const behind = units.flatMap(({ balances, since }) => {
    const left = balances.filter((balance) => !openings.has(balance));
    return left.length === 0 ? [] : [{ balances: left, since }];
  });
  if (behind.length === 0) return openings;
  const { balances, since } = sinceColumns(behind);
  const rows = await rowsOf<Undone>(
    db,
    sql`
    WITH unit AS MATERIALIZED (
      SELECT given.balance_id,
        coalesce((SELECT sequence FROM lots WHERE lots.balance_id = given.balance_id AND opened_at < given.since
                  ORDER BY sequence DESC LIMIT 1), 0) AS last_lot,
        coalesce((SELECT sequence FROM lot_matches WHERE lot_matches.balance_id = given.balance_id
                  AND disposed_at < given.since ORDER BY sequence DESC LIMIT 1), 0) AS last_match
      FROM unnest(${sql.param(balances)}::bigint[], ${sql.param(since)}::timestamptz[]) AS given (balance_id, since)
    ), undone AS (
      DELETE FROM lot_matches USING unit
      WHERE lot_matches.balance_id = unit.balance_id AND lot_matches.sequence > unit.last_match
      RETURNING lot_matches.*
    ), closed AS (
      DELETE FROM lots USING unit WHERE lots.balance_id = unit.balance_id AND lots.sequence > unit.last_lot
      RETURNING lots.*
    ), returned AS (
      UPDATE lots SET remaining_raw_amount = remaining_raw_amount + back.raw_amount,
        remaining_lump_usd = remaining_lump_usd + back.lump_usd
      FROM (SELECT balance_id, lot_sequence, sum(raw_amount) AS raw_amount,
              coalesce(sum(lump_usd) FILTER (WHERE method <> 'AVERAGE'), 0) AS lump_usd
            FROM undone WHERE lot_sequence IS NOT NULL GROUP BY balance_id, lot_sequence) AS back
      JOIN unit USING (balance_id)
      WHERE lots.balance_id = back.balance_id AND lots.sequence = back.lot_sequence
        AND lots.sequence <= unit.last_lot
    )
    SELECT unit.balance_id, last_lot + 1 AS next_lot, last_match + 1 AS next_match,
      (SELECT ${milliseconds(sql`disposed_at`)} FROM lot_matches
       WHERE lot_matches.balance_id = unit.balance_id AND sequence = last_match
         AND method = 'AVERAGE' AND kind <> 'REBASE') AS pooled_at,
      lot.*, match.*
    FROM unit CROSS JOIN LATERAL (
      SELECT coalesce(sum(raw_amount), 0) AS lots_raw,
        coalesce(sum(raw_amount) FILTER (WHERE NOT basis_known), 0) AS lots_unknown_raw,
        coalesce(sum(unit_price_usd * raw_amount) FILTER (WHERE basis_known), 0) AS lots_worth,
        coalesce(sum(lump_usd) FILTER (WHERE basis_known), 0) AS lots_lump,
        coalesce(sum(unit_price_usd * raw_amount) FILTER (WHERE basis_known AND kind = 'BUY'), 0) AS bought_worth,
        coalesce(sum(lump_usd) FILTER (WHERE basis_known AND kind = 'BUY'), 0) AS bought_lump,
        coalesce(sum(fee_usd), 0) AS lots_fees
      FROM closed WHERE closed.balance_id = unit.balance_id) AS lot
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NOT NULL), 0) AS matches_raw,
        coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NOT NULL AND cost_usd IS NULL), 0)
          AS matches_unknown_raw,
        coalesce(sum(cost_usd), 0) AS matches_cost,
        coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NULL), 0) AS shortfall,
        coalesce(sum(proceeds_usd) FILTER (WHERE kind = 'SELL'), 0) AS sold,
        coalesce(sum(raw_amount) FILTER (WHERE kind = 'SELL' AND proceeds_usd IS NOT NULL), 0) AS sold_raw,
        coalesce(sum(proceeds_usd - cost_usd), 0) AS realized,
        coalesce(sum(proceeds_usd) FILTER (WHERE cost_usd IS NULL), 0) AS unknown_cost_proceeds,
        count(*) FILTER (WHERE kind IN ('SELL', 'FEE') AND (proceeds_usd IS NULL OR cost_usd IS NULL))
          AS unknown_slices,
        coalesce(sum(proceeds_usd) FILTER (WHERE kind = 'FEE'), 0) AS gas,
        coalesce(sum(fee_usd), 0) AS matches_fees
      FROM undone WHERE undone.balance_id = unit.balance_id) AS match`,
  );
  for (const row of rows) {
    const balanceId = Number(row.balance_id);
    const state = states.get(balanceId);
    if (!state) throw new Error('a balance was rewound whose state nobody has read');
    const [nextLot, nextMatch] = [Number(row.next_lot), Number(row.next_match)];
    // From the first transaction on nothing is taken over, not even a sum.
    const isEmpty = nextLot === 1 && nextMatch === 1;
    const totals = isEmpty ? noTotals() : without(state.totals, row, state.scale);
    const pooledAt = row.pooled_at === null ? null : Number(row.pooled_at);
    openings.set(balanceId, { pooledAt, totals, nextLot, nextMatch });
  }
  return openings;
};
