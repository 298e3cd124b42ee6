import { logIn, logOut, refreshToken, signUp } from './auth.ts';
import {
  getBalance,
  listBalanceHistory,
  listBalances,
  listHoldings,
  listLots,
  listMatches,
  recalculateWallet,
} from './balances.ts';
import { getAsset, getOpenApi, showDocs, showRedoc } from './documents.ts';
import type { Endpoint } from './endpoint.ts';
import { checkHealth } from './health.ts';
import { importTransactions } from './imports.ts';
import {
  addWallet,
  changePortfolio,
  createPortfolio,
  deletePortfolio,
  getPortfolio,
  getPortfolioSummary,
  listPortfolios,
  removeWallet,
  replacePortfolio,
} from './portfolios.ts';
import { createTransaction, getTransaction, listTransactions } from './transactions.ts';
import { changePassword, changeUser, deleteUser, getUser, replaceUser } from './users.ts';
import {
  addChain,
  changeWallet,
  createWallet,
  deleteWallet,
  getWallet,
  listWallets,
  listWalletsByAddress,
  removeChain,
  replaceWallet,
} from './wallets.ts';

/** Every endpoint of the system. CDK, the local gateway, OpenAPI and the tests read this list and nothing else. */
export const endpoints: readonly Endpoint[] = [
  checkHealth,
  getOpenApi,
  showDocs,
  showRedoc,
  getAsset,
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
  replaceWallet,
  changeWallet,
  deleteWallet,
  addChain,
  removeChain,
  listWallets,
  listWalletsByAddress,
  createTransaction,
  getTransaction,
  listTransactions,
  importTransactions,
  listBalances,
  listHoldings,
  getBalance,
  listLots,
  listMatches,
  listBalanceHistory,
  recalculateWallet,
  createPortfolio,
  getPortfolio,
  replacePortfolio,
  changePortfolio,
  deletePortfolio,
  listPortfolios,
  addWallet,
  removeWallet,
  getPortfolioSummary,
];

export { messages } from './messages.ts';
export { schedules } from './schedules.ts';
