/** The journal as the database keeps it: append-only, one chain a user, whoever writes at once. */
import { beforeAll, describe, expect, it, test } from 'vitest';
import { journaledTables } from '#shared/adapters/db/audit-rows.ts';
import { createDb, createPool } from '#shared/adapters/db/client.ts';
import { verifyAudit } from '#shared/usecases/verify-audit.ts';
import { migrate } from '../../scripts/migrate.ts';
import {
  connect,
  emptyDatabase,
  insert,
  insertUser,
  ownDatabase,
  type Row,
  rowsOf,
} from '../support/database.ts';

const { pool, db, rows, url } = await ownDatabase();

const whole = async (of = db) => {
  const findings: unknown[] = [];
  const { entries } = await verifyAudit(of, { onFinding: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
  return entries;
};

const portfolioOf = (user: Row, values: Row = {}) =>
  insert(pool, 'portfolios', { user_id: user.id, name: `${Math.random()}`, ...values });

const entriesOf = (user: Row) =>
  rows('SELECT * FROM audit_entries WHERE user_id = $1 ORDER BY sequence', [user.id]);

test('every table with these triggers is one that is verified', async () => {
  const attached = await rows(
    `SELECT DISTINCT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'audit_update' ORDER BY name`,
  );
  expect(attached.map(({ name }) => name)).toEqual([...journaledTables].sort());
});

describe('append-only', () => {
  let user: Row;

  beforeAll(async () => {
    user = await insertUser(pool);
    await portfolioOf(user);
  });

  it.each([
    [`UPDATE audit_entries SET at = now() WHERE user_id = $1`],
    ['DELETE FROM audit_entries WHERE user_id = $1'],
    ['DELETE FROM audit_heads WHERE user_id = $1'],
    ['UPDATE audit_heads SET sequence = sequence - 1 WHERE user_id = $1'],
    ['UPDATE audit_heads SET hash = sha256(hash) WHERE user_id = $1'],
    ['UPDATE audit_heads SET user_id = 0 WHERE user_id = $1'],
  ])('refuses %s', async (statement) => {
    await expect(pool.query(statement, [user.id])).rejects.toThrow('the audit trail is append-only');
    await whole();
  });

  it.each(['TRUNCATE audit_entries', 'TRUNCATE audit_heads'])('refuses %s', async (statement) => {
    await expect(pool.query(statement)).rejects.toThrow('the audit trail is append-only');
  });

  it('lets go of the entries of the one user who is being purged, and of no other', async () => {
    const [gone, other] = [await insertUser(pool), user];
    await portfolioOf(gone);
    const client = await connect(url);
    await client.query('BEGIN');
    await client.query(`SELECT set_config('bagtracker.purged_user', $1, true)`, [String(gone.id)]);
    await client.query('DELETE FROM portfolios WHERE user_id = $1', [gone.id]);
    const { rowCount } = await client.query('DELETE FROM audit_entries WHERE user_id = $1', [gone.id]);
    expect(rowCount).toBe(1);
    const deletion = client.query('DELETE FROM audit_entries WHERE user_id = $1', [other.id]);
    await expect(deletion).rejects.toThrow('append-only');
    await client.query('ROLLBACK');
    await expect(client.query('DELETE FROM audit_entries')).rejects.toThrow('append-only');
  });
});

describe('who', () => {
  it('is whom the row names, if it names them in this transaction', async () => {
    const user = await insertUser(pool);
    const { id } = await portfolioOf(user, { created_by: user.id });
    const change = (assignments: string) =>
      pool.query(
        `UPDATE portfolios SET description = gen_random_uuid()::text, ${assignments} WHERE id = $1`,
        [id],
      );
    await change(`updated_at = now(), updated_by = ${user.id}`);
    // What is left of the change before names nobody.
    await change('name = name');
    await change('updated_at = now(), updated_by = NULL');
    const client = await connect(url);
    await client.query(
      `BEGIN; SELECT set_config('bagtracker.actor', 'operator', true);
       UPDATE portfolios SET description = NULL, updated_at = now(), updated_by = ${user.id} WHERE id = ${id}; COMMIT`,
    );
    const told = (await entriesOf(user)).map(({ actor_kind, actor_id }) => [actor_kind, actor_id]);
    const byUser = ['user', user.id];
    const bySystem = ['system', null];
    expect(told).toEqual([byUser, byUser, bySystem, bySystem, ['operator', null]]);
  });
});

describe('what', () => {
  it('is nothing where only what every write touches has changed', async () => {
    const user = await insertUser(pool);
    const { id } = await portfolioOf(user);
    await pool.query('UPDATE portfolios SET updated_at = now(), updated_by = 1, name = name WHERE id = $1', [
      id,
    ]);
    await pool.query('UPDATE portfolios SET name = name || 1 WHERE id = 0');
    expect(await entriesOf(user)).toHaveLength(1);
  });

  it('is undone with its transaction', async () => {
    const user = await insertUser(pool);
    const client = await connect(url);
    await client.query(`BEGIN; INSERT INTO portfolios (user_id, name) VALUES (${user.id}, 'x'); ROLLBACK`);
    expect(await entriesOf(user)).toEqual([]);
    await portfolioOf(user);
    expect((await entriesOf(user)).map(({ sequence }) => sequence)).toEqual(['1']);
  });
});

describe('at once', () => {
  const crowd = async (users: readonly Row[], writes: number): Promise<void> => {
    const many = createPool(url, 12);
    const turns = users.flatMap((user) => Array.from({ length: writes }, () => user));
    await Promise.all(
      turns.map(({ id }, turn) =>
        many.query(
          `INSERT INTO portfolios (user_id, name) SELECT $1, $2 || '.' || number FROM generate_series(1, 3) AS number`,
          [id, turn],
        ),
      ),
    );
    await many.end();
  };

  it.each([1, 2])('20 writes of each of %i users make one chain each, whose times go up', async (number) => {
    const users = [];
    for (let place = 0; place < number; place += 1) users.push(await insertUser(pool));
    await crowd(users, 20);
    for (const user of users) {
      const entries = await entriesOf(user);
      expect(entries.map(({ sequence }) => Number(sequence))).toEqual(
        [...Array(60).keys()].map((n) => n + 1),
      );
      const times = entries.map(({ at }) => at.getTime());
      expect(times).toEqual(times.toSorted((one, other) => one - other));
    }
    await whole();
  });

  it('one statement about two users, in either order, waits for nobody forever', async () => {
    const users = [await insertUser(pool), await insertUser(pool)];
    for (const user of users) await portfolioOf(user);
    const ids = users.map(({ id }) => id);
    const change = (order: string) =>
      pool.query(
        `WITH turn AS MATERIALIZED (SELECT id FROM portfolios WHERE user_id = ANY($1) ORDER BY id ${order} FOR UPDATE SKIP LOCKED)
         UPDATE portfolios SET description = gen_random_uuid()::text FROM turn WHERE portfolios.id = turn.id`,
        [ids],
      );
    for (let turn = 0; turn < 10; turn += 1) await Promise.all([change('ASC'), change('DESC')]);
    await whole();
  });
});

test('what was there before the journal is found by it; down and up again begin it anew', async () => {
  const before = await emptyDatabase();
  await migrate(before, { to: '0005_operations' });
  const client = await connect(before);
  await client.query(`INSERT INTO users (username, email) VALUES ('ada', 'a'), ('bob', 'b'), ('eve', 'e')`);
  await client.query(`INSERT INTO portfolios (user_id, name, created_at, created_by)
    SELECT id % 2 + 1, id::text, now() - interval '1 day', 1 FROM generate_series(1, 500) AS id`);
  const found = () =>
    rowsOf(
      client,
      `SELECT user_id, action, actor_kind, count(*)::int FROM audit_entries GROUP BY 1, 2, 3 ORDER BY 1`,
    );
  const expected = ['1', '2'].map((user_id) => ({
    user_id,
    action: 'found',
    actor_kind: 'system',
    count: 250,
  }));
  await migrate(before);
  expect(await found()).toEqual(expected);
  await client.query(`UPDATE portfolios SET name = 'new' WHERE id IN (1, 2)`);
  const own = createPool(before);
  expect(await whole(createDb(own))).toBe(502);
  await migrate(before, { to: '0005_operations' });
  await client.query(`UPDATE portfolios SET name = 'unseen' WHERE id IN (1, 2)`);
  await migrate(before);
  expect(await found()).toEqual(expected);
  expect(await whole(createDb(own))).toBe(500);
  await own.end();
});
