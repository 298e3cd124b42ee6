import type { Db } from '#shared/adapters/db/client.ts';
import {
  insertReport,
  pageReports,
  presentReport,
  softDeleteReport,
} from '#shared/adapters/db/gain-reports.ts';
import { allGains, pageGains, storedGains } from '#shared/adapters/db/gain-rows.ts';
import { type Named, requireScope, type Scope, walletUuidsOf } from '#shared/adapters/db/gain-scope.ts';
import { type Fingerprint, fingerprintOf } from '#shared/adapters/db/ledger-fingerprint.ts';
import { ledgerStates } from '#shared/adapters/db/ledger-states.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import type { PageQuery } from '#shared/adapters/db/page.ts';
import type { ReportSettings, WalletSettings } from '#shared/adapters/db/schema/reports.ts';
import { engineVersion } from '#shared/domain/engine-version.ts';
import { addSums, type GainSums, type Gains, yearBounds } from '#shared/domain/gains.ts';
import { holdingYears } from '#shared/domain/holding-period.ts';
import type { IfMatch } from './context.ts';

const presentSums = (sums: GainSums<string>) => ({
  rows: sums.rows,
  unknown_cost: sums.unknownCost,
  unknown_proceeds: sums.unknownProceeds,
  proceeds_usd: sums.proceeds,
  cost_usd: sums.cost,
  gain_usd: sums.gain,
  gain_usd_min: sums.gainMin,
  gain_usd_max: sums.gainMax,
  fees_usd: sums.fees,
});

/** Gains as the API shows them. */
export const presentGains = ({ short, long, unknown }: Gains) => {
  const all = addSums([short, long, unknown]);
  return {
    ...presentSums(all),
    short_term: presentSums(short),
    long_term: presentSums(long),
    unknown_term: presentSums(unknown),
    is_complete: all.unknownCost === 0 && all.unknownProceeds === 0,
  };
};

export type PresentedGains = ReturnType<typeof presentGains>;

/** The methods of all wallets whose transactions a report rests on; those of later years are not its business. */
const settingsOf = async (
  db: Db,
  userId: bigint,
  { balances }: Fingerprint,
  year: number,
): Promise<ReportSettings> => {
  const states = await ledgerStates(db, userId, balances);
  const walletOf = await walletUuidsOf(db, userId, balances);
  const wallets = new Map<string, WalletSettings>();
  for (const { balanceId, plan } of states) {
    const wallet_uuid = walletOf.get(balanceId) ?? '';
    const years = [...plan.years]
      .filter(([ofYear]) => ofYear <= year)
      .map(([ofYear, method]) => ({ year: ofYear, method }))
      .sort((left, right) => left.year - right.year);
    wallets.set(wallet_uuid, { wallet_uuid, method: plan.default, years });
  }
  const inOrder = [...wallets.values()].sort((left, right) =>
    left.wallet_uuid < right.wallet_uuid ? -1 : 1,
  );
  return { holding_years: holdingYears, wallets: inOrder };
};

/**
 * What a report on a year says of itself, as things are now, beside its figures.
 *
 * @param withRows whether each transaction's own digest is wanted too
 */
export const foundationOf = async (
  db: Db,
  userId: bigint,
  scope: Scope,
  { year, withRows }: { year: number; withRows: boolean },
) => {
  const ids = scope.balances.map(({ id }) => id);
  const fingerprint = await fingerprintOf(db, userId, ids, {
    until: new Date(yearBounds(year).until),
    withRows,
  });
  const settings = await settingsOf(db, userId, fingerprint, year);
  const isDirty = scope.balances.some((balance) => balance.isDirty);
  return { settings, fingerprint, state: isDirty ? ('recalculating' as const) : ('current' as const) };
};

const reportOn = async (
  db: Db,
  userId: bigint,
  scope: Scope,
  { year, withRows = false }: { year: number; withRows?: boolean },
) => {
  const { settings, fingerprint, state } = await foundationOf(db, userId, scope, { year, withRows });
  const report = {
    year,
    wallet_uuid: scope.wallet,
    portfolio_uuid: scope.portfolio,
    engine_version: engineVersion,
    settings,
    ledger_hash: fingerprint.ledgerHash,
    state,
    totals: presentGains(await storedGains(db, userId, scope, year)),
  };
  return { report, fingerprint };
};

/** What all of a report is read from: one and the same state of the database. */
const frozen = <T>(db: Db, read: (tx: Db) => Promise<T>): Promise<T> =>
  db.transaction(read, { isolationLevel: 'repeatable read', accessMode: 'read only' });

/**
 * A year's report with a page of its rows.
 *
 * @throws WalletError, PortfolioError
 */
export const pageReport = (
  db: Db,
  userId: bigint,
  { year, limit, cursor, ...named }: Named & PageQuery & { year: number },
) =>
  frozen(db, async (tx) => {
    const scope = await requireScope(tx, userId, named);
    const { report } = await reportOn(tx, userId, scope, { year });
    return { ...report, ...(await pageGains(tx, userId, { scope, year, limit, cursor })) };
  });

/**
 * A year's report with all of its rows, and the names that they are told by.
 *
 * @param mostRows beyond it no rows are read: `rows` is null
 * @throws WalletError, PortfolioError
 */
export const wholeReport = (db: Db, userId: bigint, named: Named & { year: number }, mostRows: number) =>
  frozen(db, async (tx) => {
    const scope = await requireScope(tx, userId, named);
    const { report } = await reportOn(tx, userId, scope, named);
    const isTooLong = report.totals.rows > mostRows;
    return { scope, report, rows: isTooLong ? null : await allGains(tx, userId, scope, named.year) };
  });

/**
 * Stores a year's report, so that it can be verified later transaction by transaction.
 *
 * @throws WalletError, PortfolioError; ConflictError for one report too many
 */
export const storeReport = async (db: Db, userId: bigint, { year, ...named }: Named & { year: number }) => {
  await lockLedgers(db, userId);
  const scope = await requireScope(db, userId, named);
  const { report, fingerprint } = await reportOn(db, userId, scope, { year, withRows: true });
  const { uuid, createdAt } = await insertReport(db, userId, {
    year,
    walletId: scope.walletId,
    portfolioId: scope.portfolioId,
    engineVersion,
    settings: report.settings,
    ledgerHash: fingerprint.ledgerHash,
    rowHashes: fingerprint.rowHashes,
    totals: report.totals,
  });
  return { ...report, uuid, created_at: createdAt.toISOString() };
};

/** A page of the reports that a user has stored, the newest first. */
export const listReports = async (db: Db, userId: bigint, query: PageQuery) => {
  const { items, next_cursor } = await pageReports(db, userId, query);
  return { items: items.map((item) => ({ ...item, totals: item.totals as PresentedGains })), next_cursor };
};

/**
 * Deletes a stored report.
 *
 * @throws ReportError, PreconditionFailed
 */
export const deleteReport = async (db: Db, userId: bigint, uuid: string, ifMatch: IfMatch): Promise<void> => {
  ifMatch(await presentReport(db, userId, uuid));
  await softDeleteReport(db, userId, uuid);
};
