import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, request } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { sql } from '../database.ts';
import { type Account, enter, forget, getGains, keepBy, newAccount, post, recalculated } from './ledger.ts';

let account: Account;
let transactions: Json[];

beforeEach(async () => {
  account = await newAccount(2);
  transactions = [
    await enter(account, 'BUY 2 100 2022-01-01'),
    await enter(account, 'BUY 2 300 2022-02-01'),
    await enter(account, 'SELL 1 500 2023-01-01'),
    await enter(account, 'SELL 1 500 2023-06-01', { fee_usd: '2' }),
    await enter(account, 'BUY 1 1 2024-01-01'),
  ];
});

const store = async (): Promise<Json> => {
  const { status, body } = await post(account, 'report', {
    year: 2023,
    wallet_uuid: account.wallets[0].uuid,
  });
  expect(status).toBe(201);
  return body;
};

const verify = async (body: Json): Promise<Json> => {
  const answer = await post(account, 'verify', body);
  expect(answer.status).toBe(200);
  return answer.body;
};

const noDifferences = {
  ...{ settings: [], totals: [], stored_totals: [] },
  ...{ transactions_changed: 0, transactions: [] },
};

describe('a report that was stored', () => {
  it('is what GET answers, with a name, and equal as long as nothing changes', async () => {
    const { uuid, created_at, ...report } = await store();
    const { items, next_cursor, ...listed } = await getGains(
      account,
      `year=2023&wallet=${account.wallets[0].uuid}`,
    );
    expect(report).toEqual(listed);
    expect(Date.parse(created_at)).toBeGreaterThan(Date.now() - 60_000);
    expect(await verify({ report_uuid: uuid })).toEqual({
      equal: true,
      state: 'current',
      engine_version: { reported: 'replay/2', recomputed: 'replay/2' },
      ledger_hash: { reported: report.ledger_hash, recomputed: report.ledger_hash },
      differences: noDifferences,
    });
  });

  it('does not mind what happens after its year, or to other coins', async () => {
    const { uuid } = await store();
    await enter(account, 'SELL 1 900 2024-05-01');
    await enter(account, 'BUY 1 900 2023-05-01', { chain_id: 56, wallet: 1 });
    expect(await verify({ report_uuid: uuid })).toMatchObject({ equal: true, differences: noDifferences });
  });

  it('finds an edited price, and the figures that it changes', async () => {
    const { uuid } = await store();
    const { status } = await request('PATCH', `/transaction/${transactions[0].uuid}`, {
      token: account.user.token,
      body: { price_usd: '110' },
    });
    expect(status).toBe(200);
    const found = await verify({ report_uuid: uuid });
    expect(found.equal).toBe(false);
    expect(found.ledger_hash.reported).not.toBe(found.ledger_hash.recomputed);
    expect(found.differences.transactions).toEqual([
      { transaction_uuid: transactions[0].uuid, change: 'changed' },
    ]);
    expect(found.differences.totals).toContainEqual({
      ...{ name: 'gain_usd', reported: '798', recomputed: '778' },
    });
    expect(found.differences).toMatchObject({ settings: [], stored_totals: [] });
  });

  it('finds a transaction that was deleted, and one that was added', async () => {
    const { uuid } = await store();
    const path = `/transaction/${transactions[2].uuid}`;
    expect((await request('DELETE', path, { token: account.user.token })).status).toBe(204);
    const added = await enter(account, 'BUY 1 1 2021-01-01');
    const { equal, differences } = await verify({ report_uuid: uuid });
    expect(equal).toBe(false);
    expect(differences.transactions_changed).toBe(2);
    expect(differences.transactions).toEqual(
      expect.arrayContaining([
        { transaction_uuid: transactions[2].uuid, change: 'removed' },
        { transaction_uuid: added.uuid, change: 'added' },
      ]),
    );
  });

  it('finds a change of the method, and of one year', async () => {
    const { uuid } = await store();
    const wallet = account.wallets[0].uuid;
    await keepBy(account, 'FIFO', { 2023: 'HIFO', 2024: 'LIFO' });
    const { equal, ledger_hash, differences } = await verify({ report_uuid: uuid });
    expect(equal).toBe(false);
    expect(ledger_hash.reported).toBe(ledger_hash.recomputed);
    expect(differences.settings).toEqual([{ name: `${wallet}.2023`, reported: null, recomputed: 'HIFO' }]);
    expect(differences.totals).toContainEqual({ name: 'gain_usd', reported: '798', recomputed: '398' });
    expect(differences).toMatchObject({ stored_totals: [], transactions: [] });
  });

  it('finds a match that was tampered with', async () => {
    const { uuid } = await store();
    await sql(
      `UPDATE lot_matches SET cost_usd = 90 WHERE balance_id = (SELECT id FROM balances WHERE uuid = $1) AND sequence = 1`,
      [transactions[0].balance_uuid],
    );
    const { equal, differences } = await verify({ report_uuid: uuid });
    expect(equal).toBe(false);
    expect(differences.stored_totals).toContainEqual({
      ...{ name: 'short_term.cost_usd', stored: '90', recomputed: '100' },
    });
    expect(differences).toMatchObject({ totals: [], settings: [], transactions: [] });
    await recalculated(account);
    expect((await verify({ report_uuid: uuid })).equal).toBe(true);
  });

  it('finds what changed in another wallet that coins came from', async () => {
    const transaction_hash = `0x${'7'.repeat(64)}`;
    await enter(account, 'TRANSFER_OUT 1 - 2023-07-01', { transaction_hash });
    await enter(account, 'TRANSFER_IN 1 - 2023-07-01', { transaction_hash, wallet: 1 });
    await enter(account, 'SELL 1 700 2023-08-01', { wallet: 1 });
    const { body } = await post(account, 'report', { year: 2023, wallet_uuid: account.wallets[1].uuid });
    expect(body.totals).toMatchObject({ rows: 1, cost_usd: '300', gain_usd: '400' });
    await forget(account, transactions[2]);
    const { differences } = await verify({ report_uuid: body.uuid });
    expect(differences.transactions).toEqual([{ transaction_uuid: transactions[2].uuid, change: 'removed' }]);
    expect(differences.totals).toContainEqual({ name: 'gain_usd', reported: '400', recomputed: '600' });
  });

  it("is nobody else's", async () => {
    const { uuid } = await store();
    const stranger = await newAccount();
    const answer = await post(stranger, 'verify', { report_uuid: uuid });
    expectError(answer, 404, 'ReportError', 'Report not found');
    expectError(await post(account, 'verify', { report_uuid: nobodys }), 404, 'ReportError');
  });
});

describe('a report that somebody has kept', () => {
  const kept = async () => {
    const { items, next_cursor, ...report } = await getGains(account, 'year=2023');
    return report;
  };

  it('is equal, with no word on single transactions', async () => {
    expect(await verify({ report: await kept() })).toMatchObject({
      equal: true,
      differences: { transactions_changed: null, transactions: null },
    });
  });

  it('is not when a figure of it was changed', async () => {
    const report = await kept();
    report.totals.long_term.gain_usd = '1';
    const { equal, differences } = await verify({ report });
    expect(equal).toBe(false);
    expect(differences.totals).toEqual([{ name: 'long_term.gain_usd', reported: '1', recomputed: '398' }]);
  });
});

it('refuses both, and neither', async () => {
  expectFault(await post(account, 'verify', {}), 'report_uuid');
  const { items, next_cursor, ...report } = await getGains(account, 'year=2023');
  expectFault(await post(account, 'verify', { report, report_uuid: nobodys }), 'report_uuid');
});
