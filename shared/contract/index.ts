import { logIn, logOut, refreshToken, signUp } from './auth.ts';
import { listBalanceHistory, listBalances, listLots, listMatches, recalculateWallet } from './balances.ts';
import { getOpenApi } from './documents.ts';
import type { Endpoint } from './endpoint.ts';
import { checkHealth } from './health.ts';
import { getImport, importTransactions, undoImport } from './imports.ts';
import {
  cancelTransaction,
  changeTransaction,
  createTransaction,
  createTransactions,
  deleteTransaction,
  getTransaction,
  listTransactions,
  restoreTransaction,
} from './transactions.ts';
import { linkTransfer, suggestTransfers, unlinkTransfer } from './transfers.ts';
import { changePassword, changeUser, deleteUser, getUser, replaceUser } from './users.ts';
import { createWallet, getWallet, listWallets } from './wallets.ts';

/** Every endpoint of the system. CDK, the local gateway, OpenAPI and the tests read this list and nothing else. */
export const endpoints: readonly Endpoint[] = [
  checkHealth,
  getOpenApi,
  signUp,
  logIn,
  refreshToken,
  logOut,
  getUser,
  replaceUser,
  changeUser,
  deleteUser,
  changePassword,
  createWallet,
  getWallet,
  listWallets,
  createTransaction,
  createTransactions,
  getTransaction,
  changeTransaction,
  deleteTransaction,
  cancelTransaction,
  restoreTransaction,
  listTransactions,
  linkTransfer,
  unlinkTransfer,
  suggestTransfers,
  importTransactions,
  getImport,
  undoImport,
  listBalances,
  listLots,
  listMatches,
  listBalanceHistory,
  recalculateWallet,
];

export { messages } from './messages.ts';
export { schedules } from './schedules.ts';
