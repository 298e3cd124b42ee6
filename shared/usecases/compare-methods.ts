import type { Db } from '#shared/adapters/db/client.ts';
import { type Named, requireScope, type ScopeBalance } from '#shared/adapters/db/gain-scope.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { difference, formatUnits, plain, product, sum } from '#shared/domain/decimal.ts';
import type { Ledger } from '#shared/domain/ledger.ts';
import { everyYear, methods } from '#shared/domain/method.ts';
import { presentGains } from './gain-report.ts';
import { readWhole, replayWhole } from './replay-in-memory.ts';

/** What is held in the end, at today's prices; what has none that all agree about, or an unknown cost, is only counted. */
const held = (ledgers: readonly Ledger[], balances: ReadonlyMap<number, ScopeBalance>) => {
  const open = ledgers.filter(({ totals }) => totals.quantity > 0n);
  const gains = open.flatMap(({ balanceId, totals, scale }) => {
    const { priceUsd = null, priceState = 'none' } = balances.get(balanceId) ?? {};
    if (priceUsd === null || priceState === 'disputed' || totals.unknownQuantity > 0n) return [];
    const value = product(formatUnits(totals.quantity, scale.decimals), plain(priceUsd));
    return [difference(value, formatUnits(totals.cost, scale.moneyPlaces))];
  });
  return {
    cost_basis_usd: sum(open.map(({ totals, scale }) => formatUnits(totals.cost, scale.moneyPlaces))),
    unrealized_gain_usd: sum(gains),
    unvalued_balances: open.length - gains.length,
  };
};

/**
 * What a wallet, a portfolio or all that a user has would have realized by each method, beside what it has by its own. Balances that own
 * transfers connect are replayed along, by the same method. Nothing is written.
 *
 * @throws WalletError, PortfolioError; BadRequestException when it is too much to replay while somebody waits
 */
export const compareMethods = async (
  db: Db,
  userId: bigint,
  { year, ...named }: Named & { year: number | null },
) => {
  await lockLedgers(db, userId);
  const scope = await requireScope(db, userId, named);
  const whole = await readWhole(
    db,
    userId,
    scope.balances.map(({ id }) => id),
  );
  const byId = new Map(scope.balances.map((balance) => [Number(balance.id), balance]));
  const balances = new Set(byId.keys());
  const results = ([null, ...methods] as const).map((method) => {
    const plan = method === null ? {} : { plan: everyYear(method) };
    const { gains, ledgers } = replayWhole(whole, { balances, year, ...plan });
    return { method, totals: presentGains(gains), ...held(ledgers, byId) };
  });
  return {
    year,
    wallet_uuid: named.wallet,
    portfolio_uuid: named.portfolio,
    transactions: whole.events.length,
    results,
  };
};
