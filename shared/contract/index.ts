import { listAudit } from './audit.ts';
import { logIn, logOut, refreshToken, signUp } from './auth.ts';
import {
  getBalance,
  listBalances,
  listHoldings,
  listLots,
  listMatches,
  recalculateAll,
  recalculateWallet,
} from './balances.ts';
import { changeChain, createChain, deleteChain, getChain, listChains, replaceChain } from './chains.ts';
import { drawPortfolio } from './chart.ts';
import { getAsset, getOpenApi, showDocs, showRedoc } from './documents.ts';
import type { Endpoint } from './endpoint.ts';
import {
  compareMethods,
  deleteReport,
  listGains,
  listReports,
  simulateSale,
  storeReport,
  verifyReport,
} from './gains.ts';
import { checkHealth } from './health.ts';
import { listBalanceHistory, listPortfolioHistory, listUserHistory, listWalletHistory } from './history.ts';
import { getImport, importTransactions, undoImport } from './imports.ts';
import { getInfo } from './info.ts';
import { nameLots, showNamedLots, unnameLots } from './lot-selections.ts';
import { getPerformance } from './performance.ts';
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
import { getOverride, listOverrides, listPrices, removeOverride, setOverride } from './prices.ts';
import { listQueues, redriveQueue } from './queues.ts';
import { changeRpc, createRpc, deleteRpc, getRpc, listRpcs, replaceRpc } from './rpcs.ts';
import {
  changeToken,
  correctDecimals,
  createToken,
  deleteToken,
  getToken,
  listTokens,
  replaceToken,
} from './tokens.ts';
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
import { listUsers, removeUser } from './user-management.ts';
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
  getInfo,
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
  createTransactions,
  getTransaction,
  changeTransaction,
  deleteTransaction,
  cancelTransaction,
  restoreTransaction,
  listTransactions,
  nameLots,
  showNamedLots,
  unnameLots,
  linkTransfer,
  unlinkTransfer,
  suggestTransfers,
  importTransactions,
  getImport,
  undoImport,
  listBalances,
  listHoldings,
  getBalance,
  listLots,
  listMatches,
  listBalanceHistory,
  listWalletHistory,
  listPortfolioHistory,
  listUserHistory,
  listAudit,
  listChains,
  getChain,
  listTokens,
  getToken,
  createChain,
  replaceChain,
  changeChain,
  deleteChain,
  createToken,
  replaceToken,
  changeToken,
  deleteToken,
  correctDecimals,
  listRpcs,
  createRpc,
  getRpc,
  replaceRpc,
  changeRpc,
  deleteRpc,
  listUsers,
  removeUser,
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
  getPerformance,
  drawPortfolio,
  listPrices,
  setOverride,
  getOverride,
  removeOverride,
  listOverrides,
  listGains,
  storeReport,
  listReports,
  deleteReport,
  verifyReport,
  compareMethods,
  simulateSale,
  recalculateAll,
  listQueues,
  redriveQueue,
];

export { messages } from './messages.ts';
export { schedules } from './schedules.ts';
