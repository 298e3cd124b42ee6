import type { Db } from '#shared/adapters/db/client.ts';
import { linkWallets, presentPortfolio, unlinkWallet } from '#shared/adapters/db/portfolios.ts';
import { notFound } from '#shared/errors.ts';
import { lockPortfolio } from './change-portfolio.ts';
import type { IfMatch } from './context.ts';

interface Place {
  portfolio_uuid: string;
  wallet_uuid: string;
}

/**
 * Puts a wallet into a portfolio; one that is in it stays.
 *
 * @throws PortfolioError, WalletError, PreconditionFailed
 */
export const addWallet = async (db: Db, userId: bigint, place: Place, ifMatch: IfMatch) => {
  const portfolio = await lockPortfolio(db, userId, place.portfolio_uuid, ifMatch);
  await linkWallets(db, userId, portfolio.id, [place.wallet_uuid]);
  return presentPortfolio(db, userId, portfolio);
};

/**
 * Takes a wallet out of a portfolio.
 *
 * @throws PortfolioError, PreconditionFailed; WalletError when it is not in it
 */
export const removeWallet = async (db: Db, userId: bigint, place: Place, ifMatch: IfMatch): Promise<void> => {
  const portfolio = await lockPortfolio(db, userId, place.portfolio_uuid, ifMatch);
  if (!(await unlinkWallet(db, userId, portfolio.id, place.wallet_uuid))) throw notFound('Wallet');
};
