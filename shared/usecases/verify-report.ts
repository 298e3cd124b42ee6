import type { Db } from '#shared/adapters/db/client.ts';
import { requireReport } from '#shared/adapters/db/gain-reports.ts';
import { storedGains } from '#shared/adapters/db/gain-rows.ts';
import { requireScope } from '#shared/adapters/db/gain-scope.ts';
import { readRowHashes } from '#shared/adapters/db/ledger-fingerprint.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import type { ReportSettings } from '#shared/adapters/db/schema/reports.ts';
import { engineVersion } from '#shared/domain/engine-version.ts';
import { foundationOf, type PresentedGains, presentGains } from './gain-report.ts';
import { readWhole, replayWhole } from './replay-in-memory.ts';

/** What a report says, however it came here. */
export interface Reported {
  year: number;
  wallet_uuid: string | null;
  portfolio_uuid: string | null;
  engine_version: string;
  settings: ReportSettings;
  ledger_hash: string;
  totals: PresentedGains;
}

interface Difference {
  name: string;
  reported: string | null;
  recomputed: string | null;
}

/** Every figure of some totals by its name: `long_term.gain_usd`. */
const figuresOf = (totals: object, prefix = ''): [string, string][] =>
  Object.entries(totals).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' ? figuresOf(value, `${prefix}${name}.`) : [[prefix + name, String(value)]],
  );

/** The settings one by one: the method of a wallet by its uuid, and of a year by both. */
const linesOf = ({ holding_years, wallets }: ReportSettings): [string, string][] => [
  ['holding_years', String(holding_years)],
  ...wallets.flatMap(({ wallet_uuid, method, years }): [string, string][] => [
    [wallet_uuid, method],
    ...years.map((each): [string, string] => [`${wallet_uuid}.${each.year}`, each.method]),
  ]),
];

const differences = (
  reported: readonly (readonly [string, string])[],
  recomputed: readonly (readonly [string, string])[],
): Difference[] => {
  const [before, now] = [new Map(reported), new Map(recomputed)];
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => before.get(name) !== now.get(name))
    .map((name) => ({ name, reported: before.get(name) ?? null, recomputed: now.get(name) ?? null }));
};

/** A ledger that has become another has too many to name. */
const mostNamed = 1_000;

const changeOf = ({ reported, recomputed }: Difference) =>
  reported === null ? ('added' as const) : recomputed === null ? ('removed' as const) : ('changed' as const);

const changedTransactions = (before: Buffer, now: Buffer) => {
  const changed = differences([...readRowHashes(before)], [...readRowHashes(now)]);
  return {
    transactions_changed: changed.length,
    transactions: changed
      .slice(0, mostNamed)
      .map((each) => ({ transaction_uuid: each.name, change: changeOf(each) })),
  };
};

/**
 * Recomputes a report from the transactions, not from what is stored of their replay, and compares. What is stored is
 * compared too, unless a replay is still to come. Nothing is written.
 *
 * @param rowHashes the digests of its transactions, where the report was stored
 * @throws WalletError, PortfolioError; BadRequestException when it is too much to replay while somebody waits
 */
const verify = async (db: Db, userId: bigint, report: Reported, rowHashes: Buffer | null) => {
  const { year } = report;
  const scope = await requireScope(db, userId, {
    wallet: report.wallet_uuid,
    portfolio: report.portfolio_uuid,
  });
  const ids = scope.balances.map(({ id }) => id);
  // What is too much to replay is refused before anything else takes its time.
  const whole = await readWhole(db, userId, ids);
  const { settings, fingerprint, state } = await foundationOf(db, userId, scope, {
    year,
    withRows: rowHashes !== null,
  });
  const { gains } = replayWhole(whole, { balances: new Set(ids.map(Number)), year });
  const recomputed = figuresOf(presentGains(gains));
  const stored =
    state === 'current' ? figuresOf(presentGains(await storedGains(db, userId, scope, year))) : recomputed;
  const found = {
    settings: differences(linesOf(report.settings), linesOf(settings)),
    totals: differences(figuresOf(report.totals), recomputed),
    stored_totals: differences(stored, recomputed).map((each) => ({
      name: each.name,
      stored: each.reported,
      recomputed: each.recomputed,
    })),
    ...(rowHashes === null
      ? { transactions_changed: null, transactions: null }
      : changedTransactions(rowHashes, fingerprint.rowHashes)),
  };
  const isSameLedger = report.ledger_hash === fingerprint.ledgerHash;
  return {
    equal:
      isSameLedger &&
      found.settings.length === 0 &&
      found.totals.length === 0 &&
      found.stored_totals.length === 0,
    state,
    engine_version: { reported: report.engine_version, recomputed: engineVersion },
    ledger_hash: { reported: report.ledger_hash, recomputed: fingerprint.ledgerHash },
    differences: found,
  };
};

/**
 * Verifies a report that was stored, or one that somebody has kept.
 *
 * @throws ReportError; WalletError, PortfolioError when what it is about is gone
 */
export const verifyReport = async (db: Db, userId: bigint, named: { uuid: string } | Reported) => {
  await lockLedgers(db, userId);
  if (!('uuid' in named)) return verify(db, userId, named, null);
  const { report, wallet, portfolio } = await requireReport(db, userId, named.uuid);
  const reported: Reported = {
    year: report.year,
    wallet_uuid: wallet,
    portfolio_uuid: portfolio,
    engine_version: report.engineVersion,
    settings: report.settings,
    ledger_hash: report.ledgerHash,
    totals: report.totals as PresentedGains,
  };
  return verify(db, userId, reported, report.rowHashes);
};
