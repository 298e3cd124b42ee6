import { lockBelongings, requireQuota } from '#shared/adapters/db/belongings.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  insertPortfolio,
  linkWallets,
  type PortfolioRow,
  presentPortfolio,
} from '#shared/adapters/db/portfolios.ts';
import { AppError } from '#shared/errors.ts';

interface NewPortfolio {
  name: string;
  description: string | null;
  cost_basis_method: PortfolioRow['costBasisMethod'];
  wallet_uuids: readonly string[];
}

/** @throws WalletError; ConflictError for a name that another portfolio has, and for one portfolio too many */
export const createPortfolio = async (db: Db, userId: bigint, portfolio: NewPortfolio) => {
  const { name, description, cost_basis_method, wallet_uuids } = portfolio;
  await lockBelongings(db, userId);
  const fields = { name, description, costBasisMethod: cost_basis_method };
  const created = await insertPortfolio(db, userId, fields);
  if (!created) throw nameTaken(name);
  await requireQuota(db, userId, 'portfolios');
  await linkWallets(db, userId, created.id, wallet_uuids);
  return presentPortfolio(db, userId, created);
};

export const nameTaken = (name: string) =>
  new AppError('ConflictError', `You have a portfolio "${name}" already: choose another name`);
