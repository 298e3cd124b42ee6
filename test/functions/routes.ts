import type { Auth } from '#shared/contract/endpoint.ts';
import { endpoints } from '#shared/contract/index.ts';
import {
  type Answer,
  balancesOf,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../support/api.ts';
import { thePlatform } from '../support/the-platform.ts';
import { nobodys } from './answers.ts';
import { purchase } from './purchase.ts';
import { balanceRoutes } from './routes/balances.ts';
import { documentRoutes } from './routes/documents.ts';
import { gainRoutes } from './routes/gains.ts';
import { importRoutes } from './routes/imports.ts';
import { operatorRoutes } from './routes/operators.ts';
import { portfolioRoutes } from './routes/portfolios.ts';
import { priceRoutes } from './routes/prices.ts';
import { referenceRoutes } from './routes/reference.ts';
import { transactionRoutes } from './routes/transactions.ts';
import { transferRoutes } from './routes/transfers.ts';
import { userRoutes } from './routes/users.ts';
import { walletRoutes } from './routes/wallets.ts';

/** What a user may have that others must not see. */
export interface Portfolio {
  user: TestUser;
  wallet: Json;
  transaction: Json;
  balance: Json;
}

/** A new user with a wallet, a purchase and a sale. */
export const newPortfolio = async (): Promise<Portfolio> => {
  const user = await newUser();
  const wallet = await newWallet(user);
  await record(user, wallet, { ...purchase, amount: '2' });
  const { body } = await record(user, wallet, {
    ...purchase,
    transaction_type: 'SELL',
    timestamp: '2024-02-01T00:00:00Z',
  });
  const [balance] = await balancesOf(user, wallet);
  return { user, wallet, transaction: body, balance };
};

export interface RouteCall {
  method: string;
  path: string;
  body?: unknown;
}

/** What a call names, in its path or its body. */
export interface Named {
  username: string;
  wallet_uuid: string;
  transaction_uuid: string;
  balance_uuid: string;
  [parameter: string]: string;
}

/** How to call one endpoint well. */
export interface Route {
  /** A good body, for every endpoint that takes one. */
  body?: (named: Named) => Record<string, unknown>;
  query?: string | ((named: Named) => string);
  /** Makes what the call names beyond a portfolio's own, through the API. */
  prepare?: (portfolio: Portfolio) => Promise<Record<string, string>>;
  /** Names nothing that is anybody's: whoever is signed in is answered. */
  forAll?: true;
  /** Names of what does not exist, where a uuid that nothing has will not do. */
  nobodys?: Record<string, string>;
}

/** Every endpoint has a row: one without fails the tests. */
const routes: Record<string, Route> = {
  ...documentRoutes,
  ...userRoutes,
  ...walletRoutes,
  ...transactionRoutes,
  ...importRoutes,
  ...transferRoutes,
  ...balanceRoutes,
  ...portfolioRoutes,
  ...priceRoutes,
  ...gainRoutes,
  ...referenceRoutes,
  ...operatorRoutes,
};

export const routeIds = Object.keys(routes);

const routeOf = (id: string): Route => {
  const route = routes[id];
  if (!route) throw new Error(`test/functions/routes has no row for ${id}`);
  return route;
};

/** Whether an endpoint names something that is one user's. */
export const isOnesOwn = (id: string): boolean => !routeOf(id).forAll;

/** What a good call of an endpoint names, when it is made for the owner of a portfolio. */
export const namesFor = async (id: string, portfolio: Portfolio): Promise<Named> => ({
  username: portfolio.user.username,
  wallet_uuid: portfolio.wallet.uuid,
  transaction_uuid: portfolio.transaction.uuid,
  balance_uuid: portfolio.balance.uuid,
  ...(await routeOf(id).prepare?.(portfolio)),
});

/** The headers of who may call: the portfolio's owner, or the administrator. */
export const credentials = (auth: Auth, { user }: Portfolio): Record<string, string> => {
  if (auth === 'user') return { authorization: `Bearer ${user.token}` };
  return auth === 'admin' ? { 'x-auth-token': thePlatform().adminToken } : {};
};

/** What a call names that is about nothing there is. */
export const namesOfNobody = (id: string): Named =>
  new Proxy<Named>(
    {
      username: 'nobodyhasthisname',
      wallet_uuid: nobodys,
      transaction_uuid: nobodys,
      balance_uuid: nobodys,
      ...routeOf(id).nobodys,
    },
    { get: (named, name) => Reflect.get(named, name) ?? nobodys },
  );

/** A good call of an endpoint. */
export const callOf = (id: string, named: Named): RouteCall => {
  const endpoint = endpoints.find((declared) => declared.id === id);
  if (!endpoint) throw new Error(`the contract has no ${id}`);
  const route = routeOf(id);
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name]));
  const body = route.body?.(named);
  if (endpoint.shapes.body && !body) throw new Error(`test/functions/routes has no body for ${id}`);
  const query = typeof route.query === 'function' ? route.query(named) : (route.query ?? '');
  return { method: endpoint.method, path: path + query, ...(body ? { body } : {}) };
};

/** Calls an endpoint well, but for what the options change. */
export const call = (
  id: string,
  named: Named,
  options: { token?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const { method, path, body } = callOf(id, named);
  return request(method, path, { ...options, ...(body === undefined ? {} : { body }) });
};
