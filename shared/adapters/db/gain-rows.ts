/** What was sold or spent in a year, slice by slice, as the last replays have booked it. */
import { type SQL, sql } from 'drizzle-orm';
import { formatUnits, plain, plainOrNull } from '#shared/domain/decimal.ts';
import {
  addSums,
  type GainSums,
  type Gains,
  type GainTerm,
  gainOf,
  yearBounds,
} from '#shared/domain/gains.ts';
import { publicChainId } from './chains.ts';
import { type Db, rowsOf } from './client.ts';
import type { Scope, ScopeBalance } from './gain-scope.ts';
import { milliseconds } from './ledger-units.ts';
import { numberOf, uuidOf } from './numbered.ts';
import { type PageQuery, toPage } from './page.ts';

interface MatchRow extends Record<string, unknown> {
  balance_id: string;
  sequence: string;
  lot_sequence: string | null;
  kind: 'SELL' | 'FEE';
  method: 'FIFO' | 'LIFO' | 'HIFO' | 'LOFO' | 'AVERAGE' | 'SPECIFIC' | null;
  raw_amount: string;
  cost_usd: string | null;
  proceeds_usd: string | null;
  fee_usd: string;
  acquired: string | null;
  disposed: string;
  term: 'short' | 'long' | null;
  transaction_uuid: string;
  acquisition_uuid: string | null;
}

const ofYear = (userId: bigint, { balances }: Scope, year: number): SQL => {
  const { from, until } = yearBounds(year);
  return sql`matched.user_id = ${userId}
    AND matched.balance_id = ANY(${sql.param(balances.map(({ id }) => String(id)))}::bigint[])
    AND matched.disposed_at >= ${new Date(from).toISOString()}::timestamptz
    AND matched.disposed_at < ${new Date(until).toISOString()}::timestamptz AND matched.kind IN ('SELL', 'FEE')`;
};

interface SumsRow extends Record<string, unknown> {
  term: GainTerm;
  rows: string;
  unknown_cost: string;
  unknown_proceeds: string;
  proceeds: string;
  cost: string;
  gain: string;
  gain_min: string;
  gain_max: string;
  fees: string;
}

const toSums = (row: SumsRow | undefined): GainSums<string> =>
  row === undefined
    ? addSums([])
    : {
        rows: Number(row.rows),
        unknownCost: Number(row.unknown_cost),
        unknownProceeds: Number(row.unknown_proceeds),
        proceeds: plain(row.proceeds),
        cost: plain(row.cost),
        gain: plain(row.gain),
        gainMin: plain(row.gain_min),
        gainMax: plain(row.gain_max),
        fees: plain(row.fees),
      };

/** What a scope has realized in a year, added up by PostgreSQL, exactly: the sums of `domain/gains.ts`. */
export const storedGains = async (db: Db, userId: bigint, scope: Scope, year: number): Promise<Gains> => {
  const rows = await rowsOf<SumsRow>(
    db,
    sql`SELECT coalesce(term, 'unknown') AS term, count(*) AS rows,
          count(*) FILTER (WHERE cost_usd IS NULL) AS unknown_cost,
          count(*) FILTER (WHERE proceeds_usd IS NULL) AS unknown_proceeds,
          coalesce(sum(proceeds_usd), 0) AS proceeds,
          coalesce(sum(cost_usd) FILTER (WHERE proceeds_usd IS NOT NULL), 0) AS cost,
          coalesce(sum(proceeds_usd - cost_usd), 0) AS gain,
          coalesce(sum(coalesce(proceeds_usd - cost_usd, least(proceeds_usd, 0)))
            FILTER (WHERE proceeds_usd IS NOT NULL), 0) AS gain_min,
          coalesce(sum(coalesce(proceeds_usd - cost_usd, greatest(proceeds_usd, 0)))
            FILTER (WHERE proceeds_usd IS NOT NULL), 0) AS gain_max,
          sum(fee_usd + CASE WHEN kind = 'FEE' THEN coalesce(proceeds_usd, 0) ELSE 0 END) AS fees
        FROM lot_matches AS matched WHERE ${ofYear(userId, scope, year)} GROUP BY 1`,
  );
  const of = (term: GainTerm) => toSums(rows.find((row) => row.term === term));
  return { short: of('short'), long: of('long'), unknown: of('unknown') };
};

/**
 * Matches, with the transactions on both sides.
 *
 * @param most so many: the transactions are looked for when it is known which matches these are
 */
const read = (db: Db, condition: SQL, { order, most }: { order: SQL; most?: number }): Promise<MatchRow[]> =>
  rowsOf<MatchRow>(
    db,
    sql`SELECT matched.balance_id, matched.sequence, matched.lot_sequence, matched.kind, matched.method,
          matched.raw_amount, matched.cost_usd, matched.proceeds_usd, matched.fee_usd, matched.term,
          ${milliseconds(sql`matched.acquired_at`)} AS acquired, ${milliseconds(sql`matched.disposed_at`)} AS disposed,
          disposal.uuid AS transaction_uuid, acquisition.uuid AS acquisition_uuid
        FROM (SELECT * FROM lot_matches AS matched WHERE ${condition}
          ${most === undefined ? sql`` : sql`ORDER BY ${order} LIMIT ${most}`}) AS matched
        JOIN transactions AS disposal ON disposal.id = matched.transaction_id
        LEFT JOIN lots ON lots.balance_id = matched.balance_id AND lots.sequence = matched.lot_sequence
        LEFT JOIN transactions AS acquisition ON acquisition.id = lots.transaction_id
        ORDER BY ${order}`,
  );

const present = (row: MatchRow, balance: ScopeBalance) => {
  const [cost, proceeds] = [plainOrNull(row.cost_usd), plainOrNull(row.proceeds_usd)];
  const { gain, min, max } = gainOf(proceeds, cost);
  return {
    uuid: uuidOf(balance.uuid, 'match', BigInt(row.sequence)),
    kind: row.kind,
    amount: formatUnits(BigInt(row.raw_amount), balance.decimals),
    symbol: balance.symbol,
    chain_id: publicChainId(balance.publicId),
    token_uuid: balance.tokenUuid,
    wallet_uuid: balance.walletUuid,
    acquired_at: row.acquired === null ? null : new Date(Number(row.acquired)).toISOString(),
    disposed_at: new Date(Number(row.disposed)).toISOString(),
    term: row.term,
    method: row.method,
    proceeds_usd: proceeds,
    cost_usd: cost,
    gain_usd: gain,
    gain_usd_min: min,
    gain_usd_max: max,
    fee_usd: plain(row.fee_usd),
    balance_uuid: balance.uuid,
    lot_uuid: row.lot_sequence === null ? null : uuidOf(balance.uuid, 'lot', BigInt(row.lot_sequence)),
    transaction_uuid: row.transaction_uuid,
    acquisition_uuid: row.acquisition_uuid,
  };
};

export type GainRow = ReturnType<typeof present>;

const presented = (rows: readonly MatchRow[], { balances }: Scope): GainRow[] => {
  const byId = new Map(balances.map((balance) => [String(balance.id), balance]));
  return rows.flatMap((row) => {
    const balance = byId.get(row.balance_id);
    return balance ? present(row, balance) : [];
  });
};

/** A match's name begins with its balance's: what it names is where the number fits one of the scope's. */
const after = ({ balances }: Scope, cursor: string): SQL => {
  const named = balances
    .map(({ id, uuid }) => ({ id, number: numberOf(uuid, 'match', cursor) }))
    .find(({ number }) => number > 0n);
  return sql`AND (matched.disposed_at, matched.balance_id, matched.sequence) >
    (SELECT disposed_at, balance_id, sequence FROM lot_matches
     WHERE balance_id = ${named?.id ?? 0n} AND sequence = ${named?.number ?? 0n})`;
};

/** A page of the slices of a year, the earliest disposal first. */
export const pageGains = async (
  db: Db,
  userId: bigint,
  { scope, year, limit, cursor }: PageQuery & { scope: Scope; year: number },
) => {
  const rows = await read(
    db,
    sql`${ofYear(userId, scope, year)} ${cursor === undefined ? sql`` : after(scope, cursor)}`,
    { order: sql`matched.disposed_at, matched.balance_id, matched.sequence`, most: limit + 1 },
  );
  return toPage(presented(rows, scope), { limit, cursor }, (row) => row);
};

/** All slices of a year: short-term ones first, then long-term ones, then those of no term. */
export const allGains = async (db: Db, userId: bigint, scope: Scope, year: number): Promise<GainRow[]> => {
  const rows = await read(db, ofYear(userId, scope, year), {
    order: sql`matched.term = 'long' NULLS LAST, matched.disposed_at, matched.balance_id, matched.sequence`,
  });
  return presented(rows, scope);
};
