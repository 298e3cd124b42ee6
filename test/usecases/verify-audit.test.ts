/** Every kind of tampering is found, as whoever owns the database can do it: with the triggers switched off. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Finding, verifyAudit } from '#shared/usecases/verify-audit.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);
const token = await insertToken(pool, chain);

let user: Row;
let wallet: Row;
let transactions: Row[];

const verify = async (username?: string) => {
  const findings: Finding[] = [];
  const done = await verifyAudit(db, { username, onFinding: (finding) => findings.push(finding) });
  expect(done.findings).toBe(findings.length);
  return { ...done, findings };
};

const found = async () => (await verify(user.username)).findings;

const buy = (values: Row = {}) =>
  insert(pool, 'transactions', {
    ...{ user_id: user.id, wallet_id: wallet.id, chain_id: chain.id, token_id: token.id },
    ...{
      transaction_type: 'BUY',
      source: 'manual',
      timestamp: '2024-01-01T00:00:00Z',
      recorded_as: 'amount',
    },
    ...{ raw_amount: 1, amount: 1, created_by: user.id },
    ...values,
  });

/** What the journal is to find. */
const tamper = async (...statements: string[]): Promise<void> => {
  const client = await pool.connect();
  try {
    await client.query(
      ['BEGIN', 'SET LOCAL session_replication_role = replica', ...statements, 'COMMIT'].join('; '),
    );
  } finally {
    client.release();
  }
};

const own = () => `user_id = ${user.id}`;

beforeEach(async () => {
  user = await insertUser(pool);
  wallet = await insertWallet(pool, user);
  const balance = await insertBalance(pool, wallet, token);
  const portfolio = await insert(pool, 'portfolios', { user_id: user.id, name: 'All' });
  await insert(pool, 'portfolio_wallets', { portfolio_id: portfolio.id, wallet_id: wallet.id });
  const place = { balance_id: balance.id };
  transactions = [await buy(place), await buy(place), await buy(place)];
  // Five entries so far; the sixth changes the second transaction.
  await pool.query(`UPDATE transactions SET amount = 7, updated_at = now() WHERE id = $1`, [
    transactions[1]?.id,
  ]);
});

describe('a journal as it should be', () => {
  it('is whole, for one user and for all', async () => {
    expect(await verify(user.username)).toEqual({ users: 1, entries: 6, findings: [] });
    const everybody = await verify();
    expect(everybody.users).toBe(Number((await rows('SELECT count(*) FROM users'))[0]?.count));
  });

  it('is whole after a deletion for good, which it tells', async () => {
    await pool.query('DELETE FROM transactions WHERE id = $1', [transactions[0]?.id]);
    expect(await found()).toEqual([]);
    const last = await rows(
      `SELECT action, after FROM audit_entries WHERE ${own()} ORDER BY sequence DESC LIMIT 1`,
    );
    expect(last).toEqual([{ action: 'erased', after: null }]);
  });

  it('is read in batches', async () => {
    await pool.query(
      `INSERT INTO portfolios (user_id, name) SELECT $1, number::text FROM generate_series(1, 2500) AS number`,
      [user.id],
    );
    const seen: number[] = [];
    await verifyAudit(db, {
      username: user.username,
      onFinding: () => expect.unreachable(),
      onProgress: ({ entries }) => seen.push(entries),
    });
    expect(seen).toEqual([1000, 2000, 2506, 2506]);
  });

  it('does not mind the time zone of who wrote', async () => {
    const client = await pool.connect();
    await client.query(`SET timezone TO 'Asia/Tokyo'`);
    await client.query(`UPDATE transactions SET "timestamp" = now() WHERE ${own()}`);
    await client.query('RESET timezone');
    client.release();
    expect(await found()).toEqual([]);
  });

  it('does not take a column that a migration adds or drops for a change', async () => {
    await pool.query('ALTER TABLE portfolios ADD COLUMN reporting_currency text');
    expect(await found()).toEqual([]);
    await pool.query(`UPDATE portfolios SET reporting_currency = 'EUR' WHERE ${own()}`);
    const last = await rows(
      `SELECT before, after FROM audit_entries WHERE ${own()} ORDER BY sequence DESC LIMIT 1`,
    );
    expect(last).toMatchObject([
      { before: { reporting_currency: null }, after: { reporting_currency: 'EUR' } },
    ]);
    await tamper(`UPDATE portfolios SET reporting_currency = 'USD' WHERE ${own()}`);
    expect(await found()).toMatchObject([{ what: 'is not as entry 7 says, in reporting_currency' }]);
    await pool.query('ALTER TABLE portfolios DROP COLUMN reporting_currency');
    expect(await found()).toEqual([]);
  });
});

describe('entries', () => {
  const uuidOf = async (sequence: number) =>
    (await rows(`SELECT uuid FROM audit_entries WHERE ${own()} AND sequence = $1`, [sequence]))[0]?.uuid;
  const entries = 'audit_entries';
  const end = () => ({ table: 'audit_heads', uuid: user.username });

  it.each([
    `after = jsonb_set(after, '{amount}', '9')`,
    `before = '{}'`,
    `at = at - interval '1 microsecond'`,
    `actor_id = 1, actor_kind = 'operator'`,
    'wallet_id = NULL',
    'other_balance_id = 5',
    `action = 'found'`,
    `subject = 'link'`,
    'subject_uuid = gen_random_uuid()',
    'uuid = gen_random_uuid()',
  ])('that were altered: %s', async (change) => {
    await tamper(`UPDATE audit_entries SET ${change} WHERE ${own()} AND sequence = 4`);
    const altered = { table: entries, uuid: await uuidOf(4), what: 'entry 4 is not what its hash is of' };
    expect(await found()).toContainEqual(altered);
  });

  it('that were altered together with their hashes', async () => {
    await tamper(`UPDATE audit_entries SET hash = sha256('x') WHERE ${own()} AND sequence = 4`);
    expect(await found()).toEqual([
      { table: entries, uuid: await uuidOf(4), what: 'entry 4 is not what its hash is of' },
      { table: entries, uuid: await uuidOf(5), what: 'entry 5 does not follow the one before it' },
    ]);
  });

  it('that are missing in the midst, and at the beginning', async () => {
    await tamper(`DELETE FROM audit_entries WHERE ${own()} AND sequence IN (1, 4, 5)`);
    const missing = (await found()).filter(({ table }) => table === entries);
    expect(missing.map(({ what }) => what)).toEqual([
      'entry 1 before it: missing',
      'entries 4 to 5 before it: missing',
    ]);
  });

  it('that were cut off at the end', async () => {
    await tamper(`DELETE FROM audit_entries WHERE ${own()} AND sequence > 4`);
    expect(await found()).toContainEqual({ ...end(), what: 'entries 5 to 6 at the end: cut off' });
  });

  it('that were all taken away, with the end', async () => {
    await tamper(`DELETE FROM audit_entries WHERE ${own()}`, `DELETE FROM audit_heads WHERE ${own()}`);
    const findings = await found();
    expect(findings).toContainEqual({ ...end(), what: 'the end of the chain is not known' });
    expect(findings.filter(({ what }) => what === 'the journal does not know it')).toHaveLength(5);
  });

  it('that were added', async () => {
    await tamper(`UPDATE audit_heads SET sequence = 5 WHERE ${own()}`);
    expect(await found()).toEqual([
      { ...end(), what: 'the chain should end with entry 5, with another hash' },
    ]);
  });

  it('that changed places', async () => {
    await tamper(
      `UPDATE audit_entries SET sequence = 100 WHERE ${own()} AND sequence = 3`,
      `UPDATE audit_entries SET sequence = 3 WHERE ${own()} AND sequence = 4`,
      `UPDATE audit_entries SET sequence = 4 WHERE ${own()} AND sequence = 100`,
    );
    const faults = (await found()).map(({ what }) => what);
    for (const place of [3, 4]) expect(faults).toContain(`entry ${place} is not what its hash is of`);
  });
});

describe('rows', () => {
  const row = (place: number) => ({ table: 'transactions', uuid: transactions[place]?.uuid });

  it('that were changed behind the triggers', async () => {
    await tamper(`UPDATE transactions SET amount = 8, status = 'failed' WHERE id = ${transactions[1]?.id}`);
    expect(await found()).toEqual([{ ...row(1), what: 'is not as entry 6 says, in amount, status' }]);
  });

  it('that were changed behind the triggers, and then before them', async () => {
    await tamper(`UPDATE transactions SET amount = 8 WHERE id = ${transactions[1]?.id}`);
    await pool.query('UPDATE transactions SET amount = 9 WHERE id = $1', [transactions[1]?.id]);
    expect(await found()).toEqual([
      { ...row(1), what: 'was changed unseen between entries 6 and 7, in amount' },
    ]);
  });

  it('that are gone', async () => {
    await tamper(`DELETE FROM transactions WHERE id = ${transactions[0]?.id}`);
    expect(await found()).toEqual([{ ...row(0), what: 'is gone, though entry 3 tells of it' }]);
  });

  it('that the journal does not know', async () => {
    await tamper(`INSERT INTO portfolios (user_id, name) VALUES (${user.id}, 'Forged')`);
    const [forged] = await rows(`SELECT uuid FROM portfolios WHERE name = 'Forged' AND ${own()}`);
    expect(await found()).toEqual([
      { table: 'portfolios', uuid: forged?.uuid, what: 'the journal does not know it' },
    ]);
  });

  it('that are too many to tell, up to a number, and says so', async () => {
    await tamper(
      `INSERT INTO portfolios (user_id, name) SELECT ${user.id}, number::text FROM generate_series(1, 1200) AS number`,
    );
    const findings = await found();
    expect(findings).toHaveLength(1001);
    expect(findings.at(-1)?.what).toMatch(/^and maybe more/);
  });

  it('that came back', async () => {
    await pool.query('CREATE TABLE kept AS SELECT * FROM transactions WHERE id = $1', [transactions[0]?.id]);
    await pool.query('DELETE FROM transactions WHERE id = $1', [transactions[0]?.id]);
    await tamper('INSERT INTO transactions OVERRIDING SYSTEM VALUE SELECT * FROM kept', 'DROP TABLE kept');
    expect(await found()).toEqual([{ ...row(0), what: 'is there, though entry 7 says that it was erased' }]);
  });
});

describe('triggers', () => {
  afterEach(() => pool.query('ALTER TABLE portfolios ENABLE TRIGGER ALL'));

  it('that are switched off', async () => {
    await pool.query('ALTER TABLE portfolios DISABLE TRIGGER audit_update');
    expect(await found()).toEqual([
      {
        table: 'portfolios',
        uuid: 'audit_update',
        what: 'triggers of the journal are missing or switched off',
      },
    ]);
  });
});
