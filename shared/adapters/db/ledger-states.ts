/** How ledgers stand before a replay: since when they are dirty, what they add up to, by which methods they are kept. */
import { type SQL, sql } from 'drizzle-orm';
import { readUnits } from '#shared/domain/decimal.ts';
import { noTotals, type Totals } from '#shared/domain/ledger.ts';
import { type Scale, scaleOf } from '#shared/domain/lot.ts';
import { type Method, type MethodPlan, planOf } from '#shared/domain/method.ts';
import { type Db, rowsOf } from './client.ts';
import { milliseconds } from './ledger-units.ts';

export interface LedgerState {
  balanceId: number;
  uuid: string;
  tokenId: bigint;
  symbol: string;
  scale: Scale;
  plan: MethodPlan;
  /** Milliseconds since 1970; null where the ledger is current. */
  dirtySince: number | null;
  /** Whether any own transfer reaches it, and whether any of its owner's disposals names its lots. */
  hasLinks: boolean;
  hasSelections: boolean;
  /** As of the last replay. */
  totals: Totals;
  /** The numbers that come next, the moment of the last lot or match, and that of the last match if costs were pooled. */
  nextLot: number;
  nextMatch: number;
  bookedAt: number;
  pooledAt: number | null;
}

/** Before everything. */
const never = Number.NEGATIVE_INFINITY;

interface StateRow extends Record<string, unknown> {
  balance_id: string;
  uuid: string;
  symbol: string;
  decimals: number;
  dirty_since: string | null;
  has_links: boolean;
  has_selections: boolean;
  portfolio: { method: Method; years: Record<string, Method> } | null;
  last_lot: { sequence: number; at: number } | null;
  last_match: { sequence: number; at: number; is_pooled: boolean } | null;
}

const quantities = [
  ['quantity', 'raw_amount'],
  ['unknownQuantity', 'unknown_basis_raw_amount'],
  ['soldQuantity', 'sold_raw_amount'],
  ['shortfall', 'shortfall_raw_amount'],
] as const;

const sums = [
  ['cost', 'cost_basis_usd'],
  ['bought', 'total_buy_value_usd'],
  ['sold', 'total_sell_value_usd'],
  ['realized', 'realized_pnl_usd'],
  ['unknownCostProceeds', 'unknown_cost_proceeds_usd'],
  ['fees', 'fees_usd'],
] as const;

/** The columns of a balance that its totals are written to. */
export const totalsColumns = { quantities, sums };

const totalsOf = (row: StateRow, { moneyPlaces }: Scale): Totals => {
  const totals = noTotals();
  for (const [key, column] of quantities) totals[key] = BigInt(row[column] as string);
  for (const [key, column] of sums) totals[key] = readUnits(row[column] as string, moneyPlaces);
  totals.unknownSlices = Number(row.unknown_slices);
  return totals;
};

const balanceColumns = sql.raw([...quantities, ...sums].map(([, column]) => column).join(', '));

/** What is looked up beside a balance is a subquery, not a join: joins in any order take PostgreSQL longer to weigh than to do. */
const readStates = async (db: Db, userId: bigint, condition: SQL): Promise<LedgerState[]> => {
  const rows = await rowsOf<StateRow>(
    db,
    sql`SELECT balances.id AS balance_id, balances.uuid, token_id, previous_decimals, unknown_slices, ${balanceColumns},
          tokens.symbol, tokens.decimals, ${milliseconds(sql`dirty_since`)} AS dirty_since,
          (SELECT json_build_object('method', cost_basis_method, 'years', cost_basis_years)
           FROM portfolio_wallets JOIN portfolios ON portfolios.id = portfolio_id
           WHERE portfolio_wallets.wallet_id = balances.wallet_id
             AND NOT portfolio_wallets.is_deleted AND NOT portfolios.is_deleted
           ORDER BY portfolios.id LIMIT 1) AS portfolio,
          (SELECT json_build_object('sequence', sequence, 'at', ${milliseconds(sql`opened_at`)})
           FROM lots WHERE lots.balance_id = balances.id ORDER BY sequence DESC LIMIT 1) AS last_lot,
          (SELECT json_build_object('sequence', sequence, 'at', ${milliseconds(sql`disposed_at`)},
             'is_pooled', coalesce(method = 'AVERAGE' AND kind <> 'REBASE', false))
           FROM lot_matches WHERE lot_matches.balance_id = balances.id ORDER BY sequence DESC LIMIT 1) AS last_match,
          EXISTS (SELECT FROM transactions WHERE transactions.balance_id = balances.id
            AND linked_transaction_id IS NOT NULL AND NOT transactions.is_deleted) AS has_links,
          EXISTS (SELECT FROM lot_selections WHERE lot_selections.user_id = ${userId}
            AND NOT lot_selections.is_deleted) AS has_selections
        FROM balances JOIN tokens ON tokens.id = balances.token_id
        WHERE balances.user_id = ${userId} AND ${condition}
        ORDER BY balances.id`,
  );
  return rows.map((row) => {
    const scale = scaleOf(row.decimals);
    const { portfolio, last_lot: lot, last_match: match } = row;
    const isFromStart = row.previous_decimals !== null;
    return {
      balanceId: Number(row.balance_id),
      uuid: row.uuid,
      tokenId: BigInt(row.token_id as string),
      symbol: row.symbol,
      scale,
      plan: planOf(portfolio?.method ?? 'FIFO', portfolio?.years ?? {}),
      dirtySince: row.dirty_since === null ? null : Number(row.dirty_since),
      hasLinks: row.has_links,
      hasSelections: row.has_selections,
      totals: isFromStart ? noTotals() : totalsOf(row, scale),
      nextLot: (lot?.sequence ?? 0) + 1,
      nextMatch: (match?.sequence ?? 0) + 1,
      bookedAt: Math.max(lot?.at ?? never, match?.at ?? never),
      pooledAt: match?.is_pooled ? match.at : null,
    };
  });
};

/**
 * The states of some ledgers of a user. A wallet's method is that of the portfolios it is in, which agree; FIFO where it
 * is in none. Totals that were written with other decimals, which a replay from the start does not look at, are none.
 */
export const ledgerStates = async (
  db: Db,
  userId: bigint,
  balanceIds: readonly bigint[],
): Promise<LedgerState[]> =>
  balanceIds.length === 0
    ? []
    : readStates(db, userId, sql`balances.id = ANY(${sql.param(balanceIds.map(String))}::bigint[])`);

/** As `ledgerStates`, of a wallet's balances in some tokens; what it has no balance of yet is absent. */
export const walletStates = async (
  db: Db,
  userId: bigint,
  walletId: bigint,
  tokenIds: readonly bigint[],
): Promise<LedgerState[]> =>
  readStates(
    db,
    userId,
    sql`balances.wallet_id = ${walletId} AND NOT balances.is_deleted
        AND balances.token_id = ANY(${sql.param(tokenIds.map(String))}::bigint[])`,
  );
