// A first portfolio to look at, entered through the API as a user would.
import { createHash } from 'node:crypto';
import { callApi, succeed } from '../operator/api-client.ts';
import { demoHistory, demoTokens } from './demo-history.ts';
import { type Position, portfolioTable } from './demo-table.ts';

const account = { username: 'demo', password: 'demo-portfolio', email: 'demo@example.org' };

interface Wallet {
  uuid: string;
  name: string;
}

/** The demo's entries carry a hash, so that entering them again after an interrupted start adds nothing. */
const hashOf = (event: number): string =>
  `0x${createHash('sha256').update(`bagtracker demo ${event}`).digest('hex')}`;

const logIn = async (apiUrl: string): Promise<string> => {
  await callApi(apiUrl, 'POST', '/sign-up', { body: account });
  const { username, password } = account;
  const { access_token } = await succeed(
    callApi<{ access_token: string }>(apiUrl, 'POST', '/log-in', { body: { username, password } }),
  );
  return access_token;
};

const ensureWallets = async (apiUrl: string, token: string): Promise<Map<string, Wallet>> => {
  const { items } = await succeed(
    callApi<{ items: Wallet[] }>(apiUrl, 'GET', `/user/wallets/${account.username}`, { token }),
  );
  const wallets = new Map(items.map((wallet) => [wallet.name, wallet]));
  for (const name of ['Everyday', 'Cold storage']) {
    if (wallets.has(name)) continue;
    const created = callApi<Wallet>(apiUrl, 'POST', '/wallet', { token, body: { name } });
    wallets.set(name, await succeed(created));
  }
  return wallets;
};

const enter = async (apiUrl: string, token: string, wallets: ReadonlyMap<string, Wallet>): Promise<void> => {
  for (const { wallet, token: symbol, event, ...entry } of demoHistory) {
    const { examplePrice: _, ...where } = demoTokens[symbol];
    const body = {
      ...entry,
      ...where,
      wallet_uuid: wallets.get(wallet)?.uuid,
      transaction_hash: hashOf(event),
    };
    const answer = await callApi<{ message: string }>(apiUrl, 'POST', '/transaction', { token, body });
    if (answer.status !== 409) await succeed(Promise.resolve(answer));
  }
};

const positionsOf = async (apiUrl: string, token: string, wallets: ReadonlyMap<string, Wallet>) => {
  const positions: Position[] = [];
  for (const { uuid, name } of wallets.values()) {
    const { items } = await succeed(
      callApi<{ items: Omit<Position, 'wallet'>[] }>(apiUrl, 'GET', `/balance/wallet/${uuid}`, { token }),
    );
    positions.push(...items.map((item) => ({ ...item, wallet: name })));
  }
  return positions;
};

/** Makes the demo user and their portfolio where they do not exist yet, and draws the portfolio as a table. */
export async function runDemo(apiUrl: string) {
  const token = await logIn(apiUrl);
  const wallets = await ensureWallets(apiUrl, token);
  await enter(apiUrl, token, wallets);
  const positions = await positionsOf(apiUrl, token, wallets);
  return { username: account.username, password: account.password, table: portfolioTable(positions) };
}
