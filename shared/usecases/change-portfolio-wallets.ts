import { linkWallets, presentPortfolio, unlinkWallet } from '#shared/adapters/db/portfolios.ts';
import { requireWallet } from '#shared/adapters/db/wallet-access.ts';
import { notFound } from '#shared/errors.ts';
import { changeMethods } from './change-methods.ts';
import { lockPortfolio } from './change-portfolio.ts';
import type { Caller, Change, IfMatch } from './context.ts';

interface Place {
  portfolio_uuid: string;
  wallet_uuid: string;
}

const field = 'wallet_uuid';

/**
 * Puts a wallet into a portfolio, by whose method it goes from then on; one that is in it stays.
 *
 * @throws PortfolioError, WalletError, PreconditionFailed; ConflictError when it is in a portfolio of another method
 */
export const addWallet = async (change: Change, caller: Caller, place: Place, ifMatch: IfMatch) => {
  const { db } = change;
  const { userId } = caller;
  const portfolio = await lockPortfolio(db, userId, place.portfolio_uuid, ifMatch);
  const walletIds = [(await requireWallet(db, userId, place.wallet_uuid)).id];
  await changeMethods(change, caller, { walletIds, field }, () =>
    linkWallets(db, userId, portfolio.id, walletIds),
  );
  return presentPortfolio(db, userId, portfolio);
};

/**
 * Takes a wallet out of a portfolio; if it is in no other, it goes by FIFO then.
 *
 * @throws PortfolioError, PreconditionFailed; WalletError when it is not in it
 */
export const removeWallet = async (
  change: Change,
  caller: Caller,
  place: Place,
  ifMatch: IfMatch,
): Promise<void> => {
  const { db } = change;
  const { userId } = caller;
  const portfolio = await lockPortfolio(db, userId, place.portfolio_uuid, ifMatch);
  const { id } = await requireWallet(db, userId, place.wallet_uuid);
  const wasIn = await changeMethods(change, caller, { walletIds: [id], field }, () =>
    unlinkWallet(db, userId, portfolio.id, id),
  );
  if (!wasIn) throw notFound('Wallet');
};
