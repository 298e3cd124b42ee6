/** `npm run migrate -- up|down [VERSION]` on DATABASE_URL, or on the running instance's database. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { databaseUrl } from './local/operator/database-url.ts';
import { withClient } from './local/operator/with-client.ts';
import { SetupError } from './local/servers/processes.ts';

const folder = new URL('../migrations/', import.meta.url);

interface Migration {
  version: string;
  up: string;
  down: string;
  checksum: string;
}

export interface Applied {
  applied: string[];
  reverted: string[];
}

/** Migrations are pairs `<version>.up.sql` and `<version>.down.sql`; versions sort as text. */
const readMigrations = async (): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.up.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const version = name.replace(/\.up\.sql$/, '');
      const up = await readFile(new URL(name, folder), 'utf8');
      const down = await readFile(new URL(`${version}.down.sql`, folder), 'utf8');
      return { version, up, down, checksum: createHash('sha256').update(up).digest('hex') };
    }),
  );
};

const history = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`;

/** Which of the migrations a database has, refusing to go on when one was edited after it was applied. */
const readApplied = async (client: pg.Client, migrations: readonly Migration[]): Promise<Set<string>> => {
  const { rows } = await client.query<{ version: string; checksum: string }>(
    'SELECT version, checksum FROM schema_migrations',
  );
  for (const { version, checksum } of rows) {
    const known = migrations.find((migration) => migration.version === version);
    if (known && known.checksum !== checksum) {
      throw new SetupError(`Migration ${version} was changed after it was applied: add a new one instead.`);
    }
  }
  return new Set(rows.map((row) => row.version));
};

/** Applies or reverts what leads to `target`, in the open transaction. */
const moveTo = async (client: pg.Client, target: string | undefined): Promise<Applied> => {
  const migrations = await readMigrations();
  const known = target === undefined || target === '' || migrations.some(({ version }) => version === target);
  if (!known) throw new SetupError(`There is no migration ${target}.`);
  const done = await readApplied(client, migrations);
  const wanted = (version: string) => target === undefined || version <= target;
  const applied: string[] = [];
  const reverted: string[] = [];
  for (const { version, down } of [...migrations].reverse()) {
    if (wanted(version) || !done.has(version)) continue;
    await client.query(down);
    await client.query('DELETE FROM schema_migrations WHERE version = $1', [version]);
    reverted.push(version);
  }
  for (const { version, up, checksum } of migrations) {
    if (!wanted(version) || done.has(version)) continue;
    await client.query(up);
    await client.query('INSERT INTO schema_migrations (version, checksum) VALUES ($1, $2)', [
      version,
      checksum,
    ]);
    applied.push(version);
  }
  return { applied, reverted };
};

/**
 * Brings a database to a version: the newest unless `to` is given; `to: ''` reverts everything. All in one transaction
 * under a transaction lock, so that two at once wait for each other, also through PgBouncer, and a failure leaves
 * nothing half-done.
 */
export const migrate = (url: string, { to }: { to?: string } = {}): Promise<Applied> =>
  // A transaction that failed ends with its connection.
  withClient(url, async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('bagtracker:migrate', 0))`);
    await client.query(history);
    const moved = await moveTo(client, to);
    await client.query('COMMIT');
    return moved;
  });

const main = async (): Promise<void> => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [direction = 'up', version] = positionals;
  if (!['up', 'down'].includes(direction))
    throw new SetupError('Usage: npm run migrate -- up|down [VERSION]');
  const to = version ?? (direction === 'down' ? '' : undefined);
  const { applied, reverted } = await migrate(await databaseUrl(), to === undefined ? {} : { to });
  for (const name of reverted) console.log(`reverted ${name}`);
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length + reverted.length === 0) console.log('Nothing to do: the database is up to date.');
};

if (import.meta.main) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
