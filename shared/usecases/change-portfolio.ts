import { lockBelongings } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  type PortfolioRow,
  presentPortfolio,
  requirePortfolio,
  softDeletePortfolio,
  updatePortfolio,
} from '#shared/adapters/db/portfolios.ts';
import type { IfMatch } from './context.ts';
import { nameTaken } from './create-portfolio.ts';

interface Changes {
  portfolio_uuid: string;
  name?: string | undefined;
  description?: string | null | undefined;
  cost_basis_method?: PortfolioRow['costBasisMethod'] | undefined;
}

/**
 * A portfolio that nobody else changes until the transaction ends.
 *
 * @throws PortfolioError, PreconditionFailed
 */
export const lockPortfolio = async (
  db: Db,
  userId: bigint,
  uuid: string,
  ifMatch: IfMatch,
): Promise<PortfolioRow> => {
  await lockBelongings(db, userId);
  const portfolio = await requirePortfolio(db, userId, uuid);
  ifMatch(await presentPortfolio(db, userId, portfolio));
  return portfolio;
};

/**
 * Changes what a portfolio is called, said to be, and reckoned by; what is not given stays.
 *
 * @throws PortfolioError, PreconditionFailed; ConflictError for a name that another portfolio has
 */
export const changePortfolio = async (db: Db, userId: bigint, changes: Changes, ifMatch: IfMatch) => {
  const current = await lockPortfolio(db, userId, changes.portfolio_uuid, ifMatch);
  const { name = current.name, description = current.description } = changes;
  const costBasisMethod = changes.cost_basis_method ?? current.costBasisMethod;
  const changed = await updatePortfolio(db, userId, current.id, { name, description, costBasisMethod });
  if (!changed) throw nameTaken(name);
  return presentPortfolio(db, userId, changed);
};

/** @throws PortfolioError, PreconditionFailed */
export const deletePortfolio = async (
  db: Db,
  userId: bigint,
  uuid: string,
  ifMatch: IfMatch,
): Promise<void> => {
  const portfolio = await lockPortfolio(db, userId, uuid, ifMatch);
  await softDeletePortfolio(db, userId, portfolio.id);
};
