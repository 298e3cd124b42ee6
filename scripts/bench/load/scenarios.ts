import { randomUUID } from 'node:crypto';
import type { Request } from 'autocannon';

export interface Scenario {
  /** As the report names it. */
  title: string;
  functionId: string;
  status: number;
  /** New ones, as many as asked for. */
  requests: (count: number) => Request[];
}

export interface User {
  username: string;
  token: string;
  walletUuid: string;
}

/** As many as a function has environments: one user's writes wait for each other, and would be what is measured. */
const writers = 10;

const password = 'correct horse battery staple';
const json = { 'content-type': 'application/json' };

export const send = async (url: string, { method, path, headers, body }: Request) => {
  const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body }) });
  const answer = await response.json();
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer as Record<string, string>;
};

const post = (path: string, body: unknown, token?: string): Request => ({
  method: 'POST',
  path,
  headers: token === undefined ? json : { ...json, authorization: `Bearer ${token}` },
  body: JSON.stringify(body),
});

export const newUser = async (url: string): Promise<User> => {
  const username = `bench${randomUUID().replaceAll('-', '').slice(0, 20)}`;
  await send(url, post('/sign-up', { username, email: `${username}@example.org`, password }));
  const { access_token: token = '' } = await send(url, post('/log-in', { username, password }));
  const { uuid = '' } = await send(url, post('/wallet', { name: 'Main', addresses: [] }, token));
  return { username, token, walletUuid: uuid };
};

const logIn = ({ username }: User): Request => post('/log-in', { username, password });

const firstPurchase = Date.UTC(2021, 0, 1);
let purchases = 0;

/** Each is a second after the one before, so that only the newest transaction is replayed, as for a diligent user. */
const purchase = ({ token, walletUuid }: User, chainId: string | number): Request => {
  purchases += 1;
  const body = {
    wallet_uuid: walletUuid,
    chain_id: chainId,
    transaction_type: 'BUY',
    amount: '1.5',
    price_usd: '2500.50',
    timestamp: new Date(firstPurchase + purchases * 1000).toISOString(),
  };
  return post('/transaction', body, token);
};

const balances = ({ token, walletUuid }: User): Request => ({
  method: 'GET',
  path: `/balance/wallet/${walletUuid}`,
  headers: { authorization: `Bearer ${token}` },
});

/** Makes the users and what they hold, and says what is sent then. */
export const prepare = async (url: string): Promise<Scenario[]> => {
  const users: User[] = [];
  while (users.length < writers) users.push(await newUser(url));
  const [reader] = users;
  if (!reader) throw new Error('There is no user to read');
  for (const chain of [1, 56, 137, 42161, 'tron', 'solana', 'stacks'])
    await send(url, purchase(reader, chain));
  const each = (count: number, request: (user: User) => Request) =>
    Array.from({ length: count }, (_, index) => request(users[index % users.length] ?? reader));
  return [
    {
      title: 'GET /balance/wallet/{uuid}',
      functionId: 'http/balances/list',
      status: 200,
      requests: (count) => Array.from({ length: count }, () => balances(reader)),
    },
    {
      title: 'POST /transaction',
      functionId: 'http/transactions/create',
      status: 201,
      requests: (count) => each(count, (user) => purchase(user, 1)),
    },
    {
      title: 'POST /log-in',
      functionId: 'http/auth/log-in',
      status: 200,
      requests: (count) => each(count, logIn),
    },
  ];
};
