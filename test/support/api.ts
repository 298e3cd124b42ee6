import type { TestPlatform } from './global-setup.ts';
import { thePlatform } from './the-platform.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Json = any;

export interface Answer {
  status: number;
  body: Json;
  headers: Headers;
}

interface RequestOptions {
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

/** One request through the gateway to the built function, as a client makes it. */
export const request = async (
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> => {
  const { body, token, headers = {} } = options;
  const response = await fetch(thePlatform().url + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  const parsed = isJson && text ? JSON.parse(text) : text;
  return { status: response.status, body: text ? parsed : undefined, headers: response.headers };
};

export interface TestUser {
  username: string;
  email: string;
  password: string;
  uuid: string;
  token: string;
}

export { newUser } from './signed-in.ts';

/** A new wallet of a user, without addresses unless given. */
export const newWallet = async (user: TestUser, addresses: unknown[] = []): Promise<Json> => {
  const { body } = await request('POST', '/wallet', {
    token: user.token,
    body: { name: 'Main', addresses },
  });
  return body;
};

/** Records a transaction of the chain's native coin on Ethereum, unless the fields say otherwise. */
export const record = (user: TestUser, wallet: Json, fields: Record<string, unknown>): Promise<Answer> =>
  request('POST', '/transaction', {
    token: user.token,
    body: { wallet_uuid: wallet.uuid, chain_id: 1, ...fields },
  });

/** The balances of a wallet, dust included. */
export const balancesOf = async (user: TestUser, wallet: Json): Promise<Json[]> =>
  (await request('GET', `/balance/wallet/${wallet.uuid}?dust=true&limit=200`, { token: user.token })).body
    .items;

/** Everything a paged list has. */
export const everyItem = async (user: TestUser, path: string): Promise<Json[]> => {
  const items: Json[] = [];
  let cursor: string | null = null;
  do {
    const separator = path.includes('?') ? '&' : '?';
    const query: string = `${separator}limit=200${cursor ? `&cursor=${cursor}` : ''}`;
    const { body } = await request('GET', path + query, { token: user.token });
    items.push(...body.items);
    cursor = body.next_cursor;
  } while (cursor);
  return items;
};

/** Runs one function of a platform, as `npm run invoke` does. */
export const invoke = async (
  functionId: string,
  event: unknown,
  { controlUrl, controlToken }: Pick<TestPlatform, 'controlUrl' | 'controlToken'> = thePlatform(),
): Promise<Json> => {
  const response = await fetch(`${controlUrl}/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controlToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ function_id: functionId, event }),
  });
  return response.json();
};
