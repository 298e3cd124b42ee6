/** Ledgers in the database: events written as transactions, and what a recalculation leaves behind read back. */
import type pg from 'pg';
import { formatUnits, parseUnits, pricePlaces } from '#shared/domain/decimal.ts';
import type { LedgerEvent, Totals } from '#shared/domain/ledger.ts';
import type { Lot, Scale } from '#shared/domain/lot.ts';
import type { Book, Books, MatchRow } from './books.ts';
import {
  insert,
  insertBalance,
  insertToken,
  insertUser,
  insertWallet,
  type Row,
  rowsOf,
} from './database.ts';

/** One user with a wallet for each balance, all in one token. */
export interface Shelf {
  userId: bigint;
  userUuid: string;
  token: Row;
  scale: Scale;
  /** Rows of the balances, by the numbers that events use. */
  balances: Map<number, Row>;
}

export const newShelf = async (pool: pg.Pool, chain: Row, balances: readonly number[], scale: Scale) => {
  const user = await insertUser(pool);
  const token = await insertToken(pool, chain, { decimals: scale.decimals });
  const shelf: Shelf = {
    userId: BigInt(user.id),
    userUuid: user.uuid,
    token,
    scale,
    balances: new Map(),
  };
  for (const number of balances) {
    const wallet = await insertWallet(pool, user, { name: `Wallet ${number}` });
    shelf.balances.set(number, await insertBalance(pool, wallet, token));
  }
  return shelf;
};

/** The balances as `recalculateBalances` takes them, with nothing that it is not told by their marks. */
export const marked = (ids: readonly bigint[]): Map<number, number> =>
  new Map(ids.map((id) => [Number(id), Number.POSITIVE_INFINITY]));

export const balanceIdsOf = ({ balances }: Shelf): bigint[] =>
  [...balances.values()].map(({ id }) => BigInt(id));

/** Writes an event as a transaction; gives its id. Links are made apart, for a transfer's sides arrive one by one. */
export const insertEvent = async (client: pg.Client | pg.Pool, shelf: Shelf, event: LedgerEvent) => {
  const { token, scale } = shelf;
  const balance = shelf.balances.get(event.balanceId) ?? {};
  const money = (units: bigint) => formatUnits(units, scale.moneyPlaces);
  const { id } = await insert(client, 'transactions', {
    user_id: balance.user_id,
    wallet_id: balance.wallet_id,
    balance_id: balance.id,
    chain_id: token.chain_id,
    token_id: token.id,
    transaction_type: event.type,
    source: 'import',
    source_key: event.sourceKey,
    timestamp: new Date(event.timestamp),
    block_number: event.blockNumber,
    transaction_index: event.transactionIndex,
    transfer_index: event.transferIndex,
    raw_amount: event.quantity.toString(),
    amount: formatUnits(event.quantity, scale.decimals),
    recorded_as: 'raw_amount',
    price_usd: event.price === null ? null : formatUnits(event.price, pricePlaces),
    value_usd: event.value === null ? null : money(event.value),
    fee_usd: event.fee === 0n ? null : money(event.fee),
  });
  return Number(id);
};

/** Links the two sides of an own transfer. */
export const link = async (client: pg.Client | pg.Pool, sent: number, received: number): Promise<void> => {
  await client.query(
    `UPDATE transactions SET linked_transaction_id = CASE id WHEN $1 THEN $2::bigint ELSE $1 END
     WHERE id IN ($1, $2)`,
    [sent, received],
  );
};

const readLot = (row: Row, { moneyPlaces }: Scale): Lot => ({
  sequence: Number(row.sequence),
  transactionId: Number(row.transaction_id),
  kind: row.kind,
  acquiredAt: row.acquired_at.getTime(),
  openedAt: row.opened_at.getTime(),
  quantity: BigInt(row.raw_amount),
  remaining: BigInt(row.remaining_raw_amount),
  basisKnown: row.basis_known,
  unitPrice: parseUnits(row.unit_price_usd, pricePlaces),
  lump: parseUnits(row.lump_usd, moneyPlaces),
  remainingLump: parseUnits(row.remaining_lump_usd, moneyPlaces),
  fee: parseUnits(row.fee_usd, moneyPlaces),
});

const readMatch = (row: Row, { moneyPlaces }: Scale): MatchRow => {
  const money = (text: string | null) => (text === null ? null : parseUnits(text, moneyPlaces));
  const [cost, proceeds] = [money(row.cost_usd), money(row.proceeds_usd)];
  return {
    sequence: Number(row.sequence),
    transactionId: Number(row.transaction_id),
    lotSequence: row.lot_sequence === null ? null : Number(row.lot_sequence),
    kind: row.kind,
    method: row.method,
    quantity: BigInt(row.raw_amount),
    unitPrice: parseUnits(row.unit_price_usd, pricePlaces),
    lump: parseUnits(row.lump_usd, moneyPlaces),
    cost,
    proceeds,
    gain: cost === null || proceeds === null ? null : proceeds - cost,
    acquiredAt: row.acquired_at?.getTime() ?? null,
    disposedAt: row.disposed_at.getTime(),
    term: row.term,
    fee: parseUnits(row.fee_usd, moneyPlaces),
  };
};

const readTotals = (row: Row, { moneyPlaces }: Scale): Totals => {
  const money = (text: string) => parseUnits(text, moneyPlaces);
  return {
    quantity: BigInt(row.raw_amount),
    cost: money(row.cost_basis_usd),
    unknownQuantity: BigInt(row.unknown_basis_raw_amount),
    bought: money(row.total_buy_value_usd),
    sold: money(row.total_sell_value_usd),
    soldQuantity: BigInt(row.sold_raw_amount),
    realized: money(row.realized_pnl_usd),
    unknownCostProceeds: money(row.unknown_cost_proceeds_usd),
    unknownSlices: Number(row.unknown_slices),
    shortfall: BigInt(row.shortfall_raw_amount),
    fees: money(row.fees_usd),
  };
};

/** All that is stored of a shelf's balances, in the form in which a replay gives it. */
export const readBooks = async (pool: pg.Pool, shelf: Shelf): Promise<Books> => {
  const ids = balanceIdsOf(shelf).map(String);
  const [lots, matches, balances] = await Promise.all([
    rowsOf(pool, 'SELECT * FROM lots WHERE balance_id = ANY($1) ORDER BY balance_id, sequence', [ids]),
    rowsOf(
      pool,
      `SELECT matched.*,
         CASE WHEN method = 'AVERAGE' THEN 0 ELSE coalesce(unit_price_usd, 0) END AS unit_price_usd
       FROM lot_matches AS matched
       LEFT JOIN lots ON lots.balance_id = matched.balance_id AND lots.sequence = lot_sequence
       WHERE matched.balance_id = ANY($1) ORDER BY matched.balance_id, matched.sequence`,
      [ids],
    ),
    rowsOf(pool, 'SELECT * FROM balances WHERE id = ANY($1)', [ids]),
  ]);
  const books: Books = new Map();
  for (const [balanceId, { id }] of shelf.balances) {
    const isOwn = (row: Row) => row.balance_id === id;
    const balance = balances.find((row) => row.id === id) ?? {};
    books.set(balanceId, {
      balanceId,
      lots: lots.filter(isOwn).map((row) => readLot(row, shelf.scale)),
      matches: matches.filter(isOwn).map((row) => readMatch(row, shelf.scale)),
      totals: readTotals(balance, shelf.scale),
    } satisfies Book);
  }
  return books;
};

/** Numbers that are equal may be stored with more or fewer zeros at their end. */
const withoutZeros = (text: unknown): unknown =>
  typeof text === 'string' && /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;

/** Every stored figure of a shelf as text, for comparison bit by bit; what differs with each writing is left out. */
export const readFigures = async (pool: pg.Pool, shelf: Shelf): Promise<Row[]> => {
  const ids = balanceIdsOf(shelf).map(String);
  const rows = await rowsOf(
    pool,
    `SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(stored)) AS row FROM (
       SELECT to_jsonb(lots) AS stored FROM lots WHERE balance_id = ANY($1)
       UNION ALL SELECT to_jsonb(lot_matches) FROM lot_matches WHERE balance_id = ANY($1)
       UNION ALL SELECT to_jsonb(balances) FROM balances WHERE id = ANY($1)) AS rows`,
    [ids],
  );
  const texts = rows.map(({ row }) => {
    const { id: _, uuid, created_at, updated_at, version, history_dirty_since, booked_at, ...figures } = row;
    return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, withoutZeros(value)]));
  });
  return texts.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
};

/**
 * Conservation, asked of the tables alone: rows that break it, which there must be none of. Under average cost it holds for
 * the balance, and not for each lot.
 */
export const brokenRows = (pool: pg.Pool, shelf: Shelf): Promise<Row[]> =>
  rowsOf(
    pool,
    `WITH own AS (SELECT balances.*, 10::numeric ^ decimals AS one FROM balances
                  JOIN tokens ON tokens.id = token_id WHERE balances.id = ANY($1)),
     consumed AS (
       SELECT balance_id, lot_sequence AS sequence, sum(raw_amount) AS raw_amount, sum(cost_usd) AS cost_usd,
         sum(lump_usd) AS lump_usd, bool_or(method = 'AVERAGE') AS is_pooled
       FROM lot_matches WHERE lot_sequence IS NOT NULL GROUP BY 1, 2),
     lot AS (
       SELECT lots.*, one, coalesce(consumed.raw_amount, 0) AS taken, coalesce(consumed.cost_usd, 0) AS taken_cost,
         coalesce(consumed.lump_usd, 0) AS taken_lump, coalesce(is_pooled, false) AS is_pooled,
         unit_price_usd * lots.raw_amount + lots.lump_usd * one AS worth,
         unit_price_usd * remaining_raw_amount + remaining_lump_usd * one AS worth_left
       FROM lots JOIN own ON own.id = lots.balance_id LEFT JOIN consumed USING (balance_id, sequence))
     SELECT 'lot quantity' AS broken, balance_id, sequence FROM lot WHERE raw_amount <> taken + remaining_raw_amount
     UNION ALL SELECT 'lot cost', balance_id, sequence FROM lot
       WHERE basis_known AND NOT is_pooled AND worth <> taken_cost * one + worth_left
     UNION ALL SELECT 'lot lump', balance_id, sequence FROM lot
       WHERE NOT is_pooled AND lump_usd <> taken_lump + remaining_lump_usd
     UNION ALL SELECT 'lot unit cost', balance_id, sequence FROM lot
       WHERE CASE WHEN basis_known THEN unit_cost_usd * raw_amount > worth OR (unit_cost_usd + 1e-18) * raw_amount <= worth
                  ELSE abs(unit_cost_usd) <> 'Infinity' END
     UNION ALL SELECT 'lots by cost and others', balance_id, NULL FROM lot
       GROUP BY balance_id HAVING count(unit_cost_usd) NOT IN (0, count(*))
     UNION ALL SELECT 'match of no lot', balance_id, consumed.sequence FROM consumed
       JOIN own ON own.id = balance_id LEFT JOIN lot USING (balance_id, sequence) WHERE lot.sequence IS NULL
     UNION ALL SELECT 'of no transaction', balance_id, sequence
       FROM (SELECT balance_id, sequence, transaction_id FROM lots
             UNION ALL SELECT balance_id, sequence, transaction_id FROM lot_matches) AS booked
       JOIN own ON own.id = balance_id
       WHERE NOT EXISTS (SELECT FROM transactions WHERE id = transaction_id AND user_id = own.user_id)
     UNION ALL SELECT 'balance', own.id, NULL FROM own
       CROSS JOIN LATERAL (SELECT coalesce(sum(remaining_raw_amount), 0) AS raw,
         coalesce(sum(worth) FILTER (WHERE basis_known), 0) AS worth FROM lot WHERE balance_id = own.id) AS open
       CROSS JOIN LATERAL (SELECT coalesce(sum(proceeds_usd - cost_usd), 0) AS gain,
         coalesce(sum(cost_usd), 0) AS cost,
         coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NULL), 0) AS missing
         FROM lot_matches WHERE balance_id = own.id) AS matched
       CROSS JOIN LATERAL (SELECT coalesce(sum(CASE WHEN transaction_type IN ('BUY', 'TRANSFER_IN')
           THEN raw_amount ELSE -raw_amount END), 0) AS net
         FROM transactions WHERE balance_id = own.id AND status = 'confirmed' AND NOT is_deleted) AS moved
       WHERE own.raw_amount <> open.raw OR own.amount * one <> own.raw_amount
          OR (own.cost_basis_usd + matched.cost) * one <> open.worth
          OR own.realized_pnl_usd <> matched.gain OR own.shortfall_raw_amount <> matched.missing
          OR own.raw_amount <> moved.net + matched.missing OR own.dirty_since IS NOT NULL`,
    [balanceIdsOf(shelf).map(String)],
  );
