import { lockBelongings } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { methodColumns, type ShownMethod } from '#shared/adapters/db/method-plans.ts';
import {
  type PortfolioRow,
  presentPortfolio,
  requirePortfolio,
  softDeletePortfolio,
  updatePortfolio,
  walletsIn,
} from '#shared/adapters/db/portfolios.ts';
import { changeMethods } from './change-methods.ts';
import type { Caller, Change, IfMatch } from './context.ts';
import { nameTaken } from './create-portfolio.ts';

interface Changes {
  portfolio_uuid: string;
  name?: string | undefined;
  description?: string | null | undefined;
  cost_basis_method?: ShownMethod | undefined;
}

/**
 * A portfolio that nobody else changes until the transaction ends; nor the ledgers, which go by its method.
 *
 * @throws PortfolioError, PreconditionFailed
 */
export const lockPortfolio = async (
  db: Db,
  userId: bigint,
  uuid: string,
  ifMatch: IfMatch,
): Promise<PortfolioRow> => {
  await lockLedgers(db, userId);
  await lockBelongings(db, userId);
  const portfolio = await requirePortfolio(db, userId, uuid);
  ifMatch(await presentPortfolio(db, userId, portfolio));
  return portfolio;
};

/**
 * Changes what a portfolio is called, said to be, and reckoned by; what is not given stays. Where the method changes, the
 * balances of its wallets are replayed.
 *
 * @throws PortfolioError, PreconditionFailed; ConflictError for a name that another portfolio has, and for a method that
 *   another portfolio of one of the wallets does not have
 */
export const changePortfolio = async (change: Change, caller: Caller, changes: Changes, ifMatch: IfMatch) => {
  const { db } = change;
  const { userId } = caller;
  const current = await lockPortfolio(db, userId, changes.portfolio_uuid, ifMatch);
  const { name = current.name, description = current.description, cost_basis_method: method } = changes;
  const { costBasisMethod, costBasisYears } = method === undefined ? current : methodColumns(method);
  const fields = { name, description, costBasisMethod, costBasisYears };
  const walletIds = method === undefined ? [] : await walletsIn(db, userId, current.id);
  const changed = await changeMethods(change, caller, { walletIds, field: 'cost_basis_method' }, () =>
    updatePortfolio(db, userId, current.id, fields),
  );
  if (!changed) throw nameTaken(name);
  return presentPortfolio(db, userId, changed);
};

/**
 * Deletes a portfolio; wallets that are in no other go by FIFO then.
 *
 * @throws PortfolioError, PreconditionFailed
 */
export const deletePortfolio = async (
  change: Change,
  caller: Caller,
  uuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  const portfolio = await lockPortfolio(db, userId, uuid, ifMatch);
  const walletIds = await walletsIn(db, userId, portfolio.id);
  await changeMethods(change, caller, { walletIds, field: 'portfolio_uuid' }, () =>
    softDeletePortfolio(db, userId, portfolio.id),
  );
};
