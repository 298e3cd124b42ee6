import { lockBelongings, requireQuota } from '#shared/adapters/db/belongings.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { methodColumns, type ShownMethod } from '#shared/adapters/db/method-plans.ts';
import { insertPortfolio, linkWallets, presentPortfolio } from '#shared/adapters/db/portfolios.ts';
import { requireWallets } from '#shared/adapters/db/wallet-access.ts';
import { AppError } from '#shared/errors.ts';
import { changeMethods } from './change-methods.ts';
import type { Caller, Change } from './context.ts';

interface NewPortfolio {
  name: string;
  description: string | null;
  cost_basis_method: ShownMethod;
  wallet_uuids: readonly string[];
}

/**
 * Creates a portfolio of wallets, which go by its method from then on.
 *
 * @throws WalletError; ConflictError for a name that another portfolio has, for one portfolio too many, and for a wallet
 *   that is in a portfolio of another method
 */
export const createPortfolio = async (change: Change, caller: Caller, portfolio: NewPortfolio) => {
  const { db } = change;
  const { userId } = caller;
  const { name, description, cost_basis_method, wallet_uuids } = portfolio;
  await lockLedgers(db, userId);
  await lockBelongings(db, userId);
  const fields = { name, description, ...methodColumns(cost_basis_method) };
  const created = await insertPortfolio(db, userId, fields);
  if (!created) throw nameTaken(name);
  await requireQuota(db, userId, 'portfolios');
  const wallets = await requireWallets(db, userId, wallet_uuids);
  const walletIds = [...wallets.values()].map(({ id }) => id);
  await changeMethods(change, caller, { walletIds, field: 'wallet_uuids' }, () =>
    linkWallets(db, userId, created.id, walletIds),
  );
  return presentPortfolio(db, userId, created);
};

export const nameTaken = (name: string) =>
  new AppError('ConflictError', `You have a portfolio "${name}" already: choose another name`);
