/** From what is recorded without a price to the price, through the queue, with sources over the wire. */
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type ExportFile, internalFile, own, transactionsFile } from '../functions/imports/exports.ts';
import { type Answer, invoke, type Json } from '../support/api.ts';
import { connect, rowsOf } from '../support/database.ts';
import { clientAt, ownPlatform } from '../support/own-platform.ts';
import { defillamaServer } from '../support/price-servers.ts';

const january = new Date('2022-01-10T12:00:00Z');
const defillama = await defillamaServer();
afterAll(defillama.stop);
const march = new Date('2024-03-01T12:00:00Z');
defillama.history.set('coingecko:ethereum', [
  [january, '3000.25'],
  [march, '3000.25'],
]);

const platform = await ownPlatform({
  PRICE_SOURCES: 'defillama',
  DEFILLAMA_URL: defillama.url,
  RATE_LIMIT_FACTOR: '1000000',
});
const client = clientAt(platform.url);

const signIn = async (username: string) => {
  const account = { username, email: `${username}@example.org`, password: 'correct horse battery' };
  const { body: user } = await client('POST', '/sign-up', { body: account });
  const { password } = account;
  const { body: session } = await client('POST', '/log-in', { body: { username, password } });
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    client(method, path, { token: session.access_token, ...(body === undefined ? {} : { body }) });
  const { body: wallet } = await call('POST', '/wallet', { name: 'Main', addresses: [] });
  return { user, wallet, call };
};

const entry = (wallet: Json, fields: object = {}) => ({
  ...{ wallet_uuid: wallet.uuid, chain_id: 1, transaction_type: 'BUY', amount: '2' },
  ...{ timestamp: january.toISOString(), ...fields },
});

type Person = Awaited<ReturnType<typeof signIn>>;

const pricesOf = async ({ wallet, call }: Person): Promise<Json[]> =>
  (await call('GET', `/wallet/transactions/${wallet.uuid}`)).body.items.map(
    ({ price_usd, price_source, price_at }: Json) => [price_usd, price_source, price_at],
  );

const untilPriced = (person: Person, prices: Json[]): Promise<void> =>
  vi.waitFor(async () => expect(await pricesOf(person)).toEqual(prices), { timeout: 20_000, interval: 100 });

const foundAt = (time: Date) => ['3000.25', 'defillama', time.toISOString()];
const found = foundAt(january);

const announced = async ({ user }: Person): Promise<number> => {
  const database = await connect(platform.databaseUrl);
  const [row] = await rowsOf(
    database,
    `SELECT count(*)::int AS number FROM outbox
     WHERE message = 'price-transactions' AND group_id = $1 AND body = jsonb_build_object('user_uuid', $1::text)`,
    [user.uuid],
  );
  return row?.number;
};

describe('a price is looked for', () => {
  test('when a transaction is entered without one, and its balance follows', async () => {
    const person = await signIn('single');
    const { call, wallet } = person;
    await call('POST', '/transaction', entry(wallet));
    await untilPriced(person, [found]);
    const { body } = await call('GET', `/balance/wallet/${wallet.uuid}`);
    expect(body.items).toMatchObject([{ cost_basis_usd: '6000.5', basis_complete: true }]);
  });

  test('once for many, when some of them have none', async () => {
    const person = await signIn('many');
    const { call, wallet } = person;
    const transactions = [entry(wallet), entry(wallet, { price_usd: '1' }), entry(wallet)];
    await call('POST', '/transaction/bulk', { transactions });
    await untilPriced(person, [found, ['1', null, null], found]);
    expect(await announced(person)).toBe(1);
  });

  test('when an owner takes a price away', async () => {
    const person = await signIn('edited');
    const { call, wallet } = person;
    const { body } = await call('POST', '/transaction', entry(wallet, { price_usd: '7' }));
    expect(await announced(person)).toBe(0);
    await call('PATCH', `/transaction/${body.uuid}`, { fee_usd: '1' });
    expect(await announced(person)).toBe(0);
    await call('PATCH', `/transaction/${body.uuid}`, { price_usd: null });
    await untilPriced(person, [found]);
    expect(await announced(person)).toBe(1);
  });

  test('when a cancelled transaction that has none is restored', async () => {
    const person = await signIn('restored');
    const { call, wallet } = person;
    // Of that day no source knows anything.
    const { body } = await call('POST', '/transaction', entry(wallet, { timestamp: '2021-01-01T00:00:00Z' }));
    await call('POST', `/transaction/cancel/${body.uuid}`);
    expect(await announced(person)).toBe(1);
    await call('POST', `/transaction/restore/${body.uuid}`);
    expect(await announced(person)).toBe(2);
  });

  test('when an import tells of what has none; more evidence of it leaves what was found', async () => {
    const person = await signIn('imported');
    const { call, wallet } = person;
    const send = async (...files: ExportFile[]) => {
      const path = `/wallet/${wallet.uuid}/import?format=etherscan&chain_id=1`;
      const { status } = await call('POST', path, { address: own, files });
      expect(status).toBe(201);
    };
    const gift = { tx: 'gift', in: '2', usd: 'N/A' };
    await send(transactionsFile([gift]));
    await untilPriced(person, [foundAt(march)]);
    // The same hash in another file: the movement is derived anew, and is the same.
    await send(transactionsFile([gift, { tx: 'later', day: 1, in: '1', usd: '5' }]), internalFile([gift]));
    await untilPriced(person, [['5', null, null], foundAt(march)]);
  });

  test('again each hour for who still waits, but for what no source knows', async () => {
    const [waiting, known, gone] = [await signIn('waiting'), await signIn('known'), await signIn('unknown')];
    await waiting.call('POST', '/transaction', entry(waiting.wallet));
    await known.call('POST', '/transaction', entry(known.wallet, { price_usd: '1' }));
    await gone.call('POST', '/transaction', entry(gone.wallet, { timestamp: '2021-01-01T00:00:00Z' }));
    await untilPriced(waiting, [found]);
    const database = await connect(platform.databaseUrl);
    const ofUser = [waiting.user.uuid];
    // As if sources had been silent until the message had given up.
    await rowsOf(
      database,
      `UPDATE transactions SET price_usd = NULL, price_source = NULL
       WHERE user_id = (SELECT id FROM users WHERE uuid = $1)`,
      ofUser,
    );
    await vi.waitFor(async () => {
      expect(await rowsOf(database, 'SELECT FROM outbox WHERE handled_at IS NULL')).toEqual([]);
      expect(await rowsOf(database, `SELECT FROM price_gaps WHERE day = '2021-01-01'`)).not.toEqual([]);
    }, 20_000);
    const event = { scheduled_time: '2024-05-01T10:40:00Z' };
    expect((await invoke('schedules/retry-prices', event, platform)).result).toEqual({ users: 1 });
    await untilPriced(waiting, [found]);
    expect(await Promise.all([waiting, known, gone].map(announced))).toEqual([2, 0, 1]);
    expect((await invoke('schedules/retry-prices', event, platform)).result).toEqual({ users: 0 });
    await database.end();
  });
});
