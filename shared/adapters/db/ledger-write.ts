import { sql } from 'drizzle-orm';
import { formatUnits, pricePlaces } from '#shared/domain/decimal.ts';
import type { Match } from '#shared/domain/ledger.ts';
import { type Lot, remainingCost, type Scale, valueAt } from '#shared/domain/lot.ts';
import type { Db } from './client.ts';
import type { LoadedLedger } from './ledger-load.ts';
import { type Column, columnOf, insertRows, unnest } from './rows.ts';

const time = (at: number): string => new Date(at).toISOString();

/** Rows with what they need to be written: the balance they belong to and its scale. */
interface Owned<T> {
  row: T;
  balanceId: number;
  scale: Scale;
}

const owned = <T>(loaded: readonly LoadedLedger[], rows: (found: LoadedLedger) => readonly T[]): Owned<T>[] =>
  loaded.flatMap((found) =>
    rows(found).map((row) => ({ row, balanceId: found.ledger.balanceId, scale: found.scale })),
  );

const lotColumns = (userId: bigint, lots: readonly Owned<Lot>[]): Column[] => {
  const column = columnOf(lots);
  const money = (name: string, value: (lot: Lot, scale: Scale) => bigint) =>
    column(name, 'numeric', ({ row, scale }) => formatUnits(value(row, scale), scale.moneyPlaces));
  const cost = (lot: Lot, scale: Scale) => valueAt(lot.unitPrice, lot.quantity, scale) + lot.lump;
  return [
    column('user_id', 'bigint', () => String(userId)),
    column('balance_id', 'bigint', ({ balanceId }) => balanceId),
    column('sequence', 'bigint', ({ row }) => row.sequence),
    column('transaction_id', 'bigint', ({ row }) => row.transactionId),
    column('kind', 'text', ({ row }) => row.kind),
    column('acquired_at', 'timestamptz', ({ row }) => time(row.acquiredAt)),
    column('opened_at', 'timestamptz', ({ row }) => time(row.openedAt)),
    column('raw_amount', 'numeric', ({ row }) => row.quantity.toString()),
    column('remaining_raw_amount', 'numeric', ({ row }) => row.remaining.toString()),
    column('basis_known', 'boolean', ({ row }) => row.basisKnown),
    column('unit_price_usd', 'numeric', ({ row }) => formatUnits(row.unitPrice, pricePlaces)),
    money('lump_usd', (lot) => lot.lump),
    money('remaining_lump_usd', (lot) => lot.remainingLump),
    money('cost_usd', cost),
    money('remaining_cost_usd', remainingCost),
  ];
};

const matchColumns = (userId: bigint, matches: readonly Owned<Match>[]): Column[] => {
  const column = columnOf(matches);
  const money = (name: string, value: (match: Match) => bigint | null) =>
    column(name, 'numeric', ({ row, scale }) => {
      const units = value(row);
      return units === null ? null : formatUnits(units, scale.moneyPlaces);
    });
  return [
    column('user_id', 'bigint', () => String(userId)),
    column('balance_id', 'bigint', ({ balanceId }) => balanceId),
    column('sequence', 'bigint', ({ row }) => row.sequence),
    column('transaction_id', 'bigint', ({ row }) => row.transactionId),
    column('lot_sequence', 'bigint', ({ row }) => row.lotSequence),
    column('kind', 'text', ({ row }) => row.kind),
    column('raw_amount', 'numeric', ({ row }) => row.quantity.toString()),
    column('unit_price_usd', 'numeric', ({ row }) => formatUnits(row.unitPrice, pricePlaces)),
    money('lump_usd', (match) => match.lump),
    money('cost_usd', (match) => match.cost),
    money('proceeds_usd', (match) => match.proceeds),
    money('gain_usd', (match) => match.gain),
    column('acquired_at', 'timestamptz', ({ row }) =>
      row.acquiredAt === null ? null : time(row.acquiredAt),
    ),
    column('disposed_at', 'timestamptz', ({ row }) => time(row.disposedAt)),
    column('term', 'text', ({ row }) => row.term),
  ];
};

/** Lots that existed before the replay and that it consumed from. */
const updateLots = async (db: Db, lots: readonly Owned<Lot>[]): Promise<void> => {
  if (lots.length === 0) return;
  await db.execute(sql`
    UPDATE lots SET remaining_raw_amount = given.remaining, remaining_lump_usd = given.lump,
      remaining_cost_usd = given.cost, updated_at = now()
    FROM ${unnest([
      ['balance', 'bigint', lots.map(({ balanceId }) => balanceId)],
      ['number', 'bigint', lots.map(({ row }) => row.sequence)],
      ['remaining', 'numeric', lots.map(({ row }) => row.remaining.toString())],
      ['lump', 'numeric', lots.map(({ row, scale }) => formatUnits(row.remainingLump, scale.moneyPlaces))],
      [
        'cost',
        'numeric',
        lots.map(({ row, scale }) => formatUnits(remainingCost(row, scale), scale.moneyPlaces)),
      ],
    ])}
    WHERE lots.balance_id = given.balance AND lots.sequence = given.number`);
};

const updateBalances = async (db: Db, loaded: readonly LoadedLedger[]): Promise<void> => {
  const column = columnOf(loaded);
  const quantity = (name: string, key: 'quantity' | 'unknownQuantity' | 'soldQuantity' | 'shortfall') =>
    column(name, 'numeric', ({ ledger }) => ledger.totals[key].toString());
  const money = (
    name: string,
    key: 'cost' | 'bought' | 'sold' | 'realized' | 'unknownCostProceeds' | 'fees',
  ) => column(name, 'numeric', ({ ledger, scale }) => formatUnits(ledger.totals[key], scale.moneyPlaces));
  const columns = [
    quantity('raw_amount', 'quantity'),
    column('amount', 'numeric', ({ ledger, scale }) => formatUnits(ledger.totals.quantity, scale.decimals)),
    money('cost_basis_usd', 'cost'),
    quantity('unknown_basis_raw_amount', 'unknownQuantity'),
    money('total_buy_value_usd', 'bought'),
    money('total_sell_value_usd', 'sold'),
    quantity('sold_raw_amount', 'soldQuantity'),
    money('realized_pnl_usd', 'realized'),
    money('unknown_cost_proceeds_usd', 'unknownCostProceeds'),
    column('unknown_slices', 'bigint', ({ ledger }) => ledger.totals.unknownSlices),
    quantity('shortfall_raw_amount', 'shortfall'),
    money('fees_usd', 'fees'),
  ];
  const assignments = columns.map(([name]) => sql.raw(`"${name}" = given."${name}"`));
  const key = column('balance', 'bigint', ({ ledger }) => ledger.balanceId);
  await db.execute(sql`
    UPDATE balances SET ${sql.join(assignments, sql`, `)}, dirty_since = NULL, previous_decimals = NULL,
      version = version + 1, updated_at = now()
    FROM ${unnest([key, ...columns])} WHERE balances.id = given.balance`);
};

/** Open lots as they were when loaded, to tell which of them a replay consumed from. */
export const openLots = (loaded: readonly LoadedLedger[]): Owned<Lot>[] =>
  owned(loaded, ({ ledger }) => ledger.queue.lots);

/**
 * Writes what a replay did: lots consumed from, new lots, matches, and the balances' totals; the balances are current
 * then.
 *
 * @param before the open lots that existed before the replay, with what remained in them
 */
export const writeLedgers = async (
  db: Db,
  userId: bigint,
  loaded: readonly LoadedLedger[],
  before: ReadonlyMap<Owned<Lot>, bigint>,
): Promise<void> => {
  const consumed = [...before].filter(([{ row }, remaining]) => row.remaining !== remaining);
  await updateLots(
    db,
    consumed.map(([lot]) => lot),
  );
  await insertRows(
    db,
    'lots',
    lotColumns(
      userId,
      owned(loaded, ({ ledger }) => ledger.newLots),
    ),
  );
  await insertRows(
    db,
    'lot_matches',
    matchColumns(
      userId,
      owned(loaded, ({ ledger }) => ledger.matches),
    ),
  );
  await updateBalances(db, loaded);
};
