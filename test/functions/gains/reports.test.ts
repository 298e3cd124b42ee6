/** The reports that somebody has stored: their list, and letting them go. */
import { beforeEach, expect, it } from 'vitest';
import { type Json, newUser, request } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { sql } from '../database.ts';
import { type Account, enter, newAccount, post } from './ledger.ts';

let account: Account;

beforeEach(async () => {
  account = await newAccount(1);
  await enter(account, 'BUY 2 100 2022-01-01');
  await enter(account, 'SELL 1 500 2023-01-01');
});

const store = async (year: number, named: Json = {}): Promise<Json> => {
  const { status, body } = await post(account, 'report', { year, ...named });
  expect(status).toBe(201);
  return body;
};

const list = async (query = '', { token }: { token: string } = account.user): Promise<Json> => {
  const { status, body } = await request('GET', `/gains/report${query}`, { token });
  expect(status).toBe(200);
  return body;
};

const remove = (uuid: string, { token }: { token: string } = account.user) =>
  request('DELETE', `/gains/report/${uuid}`, { token });

const shown = ({ settings: _, state: __, ...report }: Json) => report;

it('lists reports as they were stored, the newest first', async () => {
  expect(await list()).toEqual({ items: [], next_cursor: null });
  const older = await store(2022);
  const newer = await store(2023, { wallet_uuid: account.wallets[0].uuid });
  // What changes afterwards is not the report's business: it says what it said.
  await enter(account, 'SELL 1 900 2023-06-01');
  expect(await list()).toEqual({ items: [shown(newer), shown(older)], next_cursor: null });
  expect(newer.totals.gain_usd).toBe('400');
});

it('lists them page by page', async () => {
  const stored: Json[] = [];
  for (const year of [2020, 2021, 2022]) stored.unshift(await store(year));
  const first = await list('?limit=2');
  expect(first.items.map(({ uuid }: Json) => uuid)).toEqual([stored[0]?.uuid, stored[1]?.uuid]);
  const second = await list(`?limit=2&cursor=${first.next_cursor}`);
  expect(second).toEqual({ items: [shown(stored[2] ?? {})], next_cursor: null });
});

it('still names a wallet that was deleted', async () => {
  const [wallet] = account.wallets;
  await store(2023, { wallet_uuid: wallet.uuid });
  await request('DELETE', `/wallet/${wallet.uuid}`, { token: account.user.token });
  expect((await list()).items).toMatchObject([{ wallet_uuid: wallet.uuid, totals: { gain_usd: '400' } }]);
});

it('lets one go: it is not listed, not verified and not deleted again, and its digests are gone', async () => {
  const [kept, gone] = [await store(2022), await store(2023)];
  expect(await remove(gone.uuid)).toMatchObject({ status: 204 });
  expect((await list()).items).toEqual([shown(kept)]);
  expectError(await post(account, 'verify', { report_uuid: gone.uuid }), 404, 'ReportError');
  expectError(await remove(gone.uuid), 404, 'ReportError');
  const rows = await sql(
    'SELECT is_deleted, length(row_hashes) AS digests FROM gain_reports WHERE uuid = ANY($1) ORDER BY id',
    [[kept.uuid, gone.uuid]],
  );
  expect(rows).toEqual([
    { is_deleted: false, digests: 24 },
    { is_deleted: true, digests: 0 },
  ]);
});

it('shows and deletes nobody else their own', async () => {
  const { uuid } = await store(2023);
  const other = await newUser();
  expect((await list('', other)).items).toEqual([]);
  expectError(await remove(uuid, other), 404, 'ReportError');
  expect((await list()).items).toHaveLength(1);
});

it('makes room for another where a hundred are kept', async () => {
  const { uuid } = await store(2023);
  await sql(
    `INSERT INTO gain_reports (user_id, year, engine_version, settings, ledger_hash, row_hashes, totals)
     SELECT user_id, year, engine_version, settings, ledger_hash, row_hashes, totals
     FROM gain_reports, generate_series(1, 99) WHERE uuid = $1`,
    [uuid],
  );
  expectError(
    await post(account, 'report', { year: 2022 }),
    409,
    'ConflictError',
    /100 reports.*delete one first/,
  );
  await remove(uuid);
  await store(2022);
});
