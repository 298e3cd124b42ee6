/** A year's gains in the columns of Form 8949, and further ones of ours. */
import type { GainRow } from '#shared/adapters/db/gain-rows.ts';
import type { Scope } from '#shared/adapters/db/gain-scope.ts';
import { csvRecord } from '#shared/domain/csv.ts';
import type { wholeReport } from './gain-report.ts';

const columns = [
  '(a) Description of property',
  '(b) Date acquired',
  '(c) Date sold or disposed of',
  '(d) Proceeds',
  '(e) Cost or other basis',
  '(f) Code(s)',
  '(g) Amount of adjustment',
  '(h) Gain or (loss)',
  'Part',
  'Term',
  'Kind',
  'Method',
  'Gain min',
  'Gain max',
  'Fee',
  'Token',
  'Chain',
  'Wallet',
  'Sold at (UTC)',
  'Transaction',
  'Acquisition',
  'Balance',
  'Lot',
  'Match',
];

/** MM/DD/YYYY, in UTC. */
const formDate = (instant: string | null): string | null =>
  instant?.replace(/^(\d{4})-(\d\d)-(\d\d)T.*$/, '$2/$3/$1') ?? null;

const parts = { short: 'I', long: 'II' } as const;

const recordOf = (row: GainRow, names: ReadonlyMap<string, { walletName: string; chainName: string }>) => {
  const { walletName = null, chainName = null } = names.get(row.balance_uuid) ?? {};
  return csvRecord([
    `${row.amount} ${row.symbol}`,
    formDate(row.acquired_at),
    formDate(row.disposed_at),
    row.proceeds_usd,
    row.cost_usd,
    null,
    null,
    row.gain_usd,
    row.term && parts[row.term],
    row.term,
    row.kind,
    row.method,
    row.gain_usd_min,
    row.gain_usd_max,
    row.fee_usd,
    row.symbol,
    chainName,
    walletName,
    row.disposed_at,
    row.transaction_uuid,
    row.acquisition_uuid,
    row.balance_uuid,
    row.lot_uuid,
    row.uuid,
  ]);
};

type Whole = Awaited<ReturnType<typeof wholeReport>>;

/** The last record is no disposal: it says what the report rests on, as its JSON does. */
const foundation = ({ state, engine_version, ledger_hash, settings, year }: Whole['report']): string => {
  const methods = settings.wallets.map(({ wallet_uuid, method, years }) => {
    const exceptions = years.map((each) => ` ${each.year} ${each.method}`).join('');
    return `${wallet_uuid} ${method}${exceptions}`;
  });
  const text = [
    `Report on ${year}, ${state}; engine ${engine_version}; ledger ${ledger_hash}`,
    `long-term after ${settings.holding_years} year; methods: ${methods.join(', ') || 'none'}`,
  ].join('; ');
  return csvRecord(columns.map((_, place) => (place === 0 ? text : null)));
};

/**
 * The file's text. Dates are MM/DD/YYYY in UTC, amounts exact, and what is unknown is empty. The rows of Part I come
 * first, then those of Part II, then those of no term.
 */
export const form8949 = (
  { balances }: Pick<Scope, 'balances'>,
  report: Whole['report'],
  rows: readonly GainRow[],
): string => {
  const names = new Map(balances.map((balance) => [balance.uuid, balance]));
  return [csvRecord(columns), ...rows.map((row) => recordOf(row, names)), foundation(report)].join('');
};
