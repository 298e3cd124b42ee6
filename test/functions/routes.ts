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
import { nobodys } from './answers.ts';

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

const purchase = {
  transaction_type: 'BUY',
  amount: '1',
  price_usd: '100',
  timestamp: '2024-01-01T00:00:00Z',
};

export interface RouteCall {
  method: string;
  path: string;
  body?: unknown;
}

/** What a call names: mostly uuids. */
export interface Named {
  username: string;
  asset: string;
  wallet_uuid: string;
  transaction_uuid: string;
  balance_uuid: string;
}

export const namesOf = ({ user, wallet, transaction, balance }: Portfolio): Named => ({
  username: user.username,
  asset: 'swagger-ui.css',
  wallet_uuid: wallet.uuid,
  transaction_uuid: transaction.uuid,
  balance_uuid: balance.uuid,
});

export const namesOfNobody: Named = {
  username: 'nobodyhasthisname',
  asset: 'nothing.css',
  wallet_uuid: nobodys,
  transaction_uuid: nobodys,
  balance_uuid: nobodys,
};

const file = {
  name: 'export.csv',
  content: 'Txhash,UnixTimestamp,From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),Status\n',
};

/** A good body for every endpoint that takes one: an endpoint without a row here fails the tests. */
const bodies: Record<string, (named: Named) => Record<string, unknown>> = {
  'auth/sign-up': ({ username }) => ({ username, email: `${username}@example.net`, password: 'long enough' }),
  'auth/log-in': ({ username }) => ({ username, password: 'correct horse battery' }),
  'wallets/create': () => ({ name: 'Another' }),
  'transactions/create': ({ wallet_uuid }) => ({ wallet_uuid, chain_id: 1, ...purchase }),
  'imports/create': () => ({ address: '0x00000000000000000000000000000000000000aa', files: [file] }),
};

const queries: Record<string, string> = { 'imports/create': '?format=etherscan&chain_id=1' };

/** A good call of an endpoint. */
export const callOf = (id: string, named: Named): RouteCall => {
  const endpoint = endpoints.find((declared) => declared.id === id);
  if (!endpoint) throw new Error(`the contract has no ${id}`);
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => named[name as keyof Named]);
  const body = bodies[id]?.(named);
  if (endpoint.shapes.body && !body) throw new Error(`test/functions/routes.ts has no body for ${id}`);
  return { method: endpoint.method, path: path + (queries[id] ?? ''), ...(body ? { body } : {}) };
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
