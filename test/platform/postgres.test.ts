import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Postgres, requireTimeZones, startPostgres } from '../../scripts/local/servers/postgres.ts';
import { processIdentity } from '../../scripts/lock.mjs';
import { ignore, privateFolder, TOOLS } from './folders.ts';

async function start(dataDir: string, log: (line: string) => void = ignore): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir, toolsDir: TOOLS, log });
  onTestFinished(() => postgres.stop());
  return postgres;
}

async function query(postgres: Postgres, ...statements: string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

async function postmaster(postgres: Postgres): Promise<number> {
  const [row] = await query(
    postgres,
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid",
  );
  return (row as { pid: number }).pid;
}

/** Starts a server from another process and answers both processes' numbers. */
async function startElsewhere(dataDir: string, folder: string): Promise<{ runner: number; server: number }> {
  const script = join(folder, 'start.ts');
  const module = new URL('../../scripts/local/servers/postgres.ts', import.meta.url).href;
  await writeFile(
    script,
    `import { readFileSync } from 'node:fs';
     import { startPostgres } from ${JSON.stringify(module)};
     const [, , dataDir, toolsDir] = process.argv;
     await startPostgres({ dataDir, toolsDir, log() {} });
     console.log(readFileSync(dataDir + '/data/postmaster.pid', 'utf8').split('\\n')[0]);
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [script, dataDir, TOOLS], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { runner: Number(child.pid), server: Number(String(line)) };
}

describe('the local PostgreSQL', () => {
  // One folder for all tests, as one home sees many starts; only its owner may open it or the folder above.
  let folder: string;
  let dataDir: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bagtracker test '));
    dataDir = join(folder, 'postgres');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is 17 with TimescaleDB, and keeps its data across a restart', async () => {
    const first = await start(dataDir);
    const created = await query(
      first,
      'CREATE EXTENSION timescaledb',
      'CREATE TABLE prices (at timestamptz NOT NULL, usd numeric(78, 0))',
      "SELECT create_hypertable('prices', 'at')",
      "INSERT INTO prices VALUES ('2026-01-01Z', 1), ('2026-03-01Z', 2)",
      "SELECT count(*)::int AS chunks, current_setting('server_version') AS version FROM show_chunks('prices')",
    );
    expect(created).toEqual([{ chunks: 2, version: expect.stringMatching(/^17\./) }]);
    await first.stop();

    const second = await start(dataDir);
    expect(await query(second, 'SELECT sum(usd)::int AS total FROM prices')).toEqual([{ total: 3 }]);
  });

  test('keeps an ordinary database: UTF-8, UTC, only 127.0.0.1, and a password', async () => {
    const postgres = await start(dataDir);
    const names = ['server_encoding', 'TimeZone', 'listen_addresses', 'unix_socket_directories'];
    const settings = names.map((name) => `current_setting('${name}') AS "${name}"`).join(', ');
    expect(await query(postgres, `SELECT ${settings}, upper('é') AS upper`)).toEqual([
      {
        server_encoding: 'UTF8',
        TimeZone: 'UTC',
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        upper: 'É',
      },
    ]);
    const url = new URL(postgres.url);
    url.password = 'wrong';
    await expect(query({ ...postgres, url: url.href }, 'SELECT 1')).rejects.toThrow(/password/);
  });

  test('lets its password and data be read by their owner only', async () => {
    await start(dataDir);
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'data'))).mode & 0o777).toBe(0o700);
  });

  test('leaves no process behind', async () => {
    const postgres = await start(dataDir);
    const pid = await postmaster(postgres);
    await postgres.stop();
    expect(await processIdentity(pid)).toBeUndefined();
  });

  test('recovers when it was killed', async () => {
    const first = await start(dataDir);
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(await postmaster(first), 'SIGKILL');
    await first.stop();

    const second = await start(dataDir);
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('starts when its old process number now belongs to a stranger', async () => {
    await (await start(dataDir)).stop();
    const pidFile = join(dataDir, 'data/postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${dataDir}/data\n0\n5432\n\n127.0.0.1\n0 0\nready\n`);
    const second = await start(dataDir);
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('does not outlive a run that was killed', async () => {
    const { runner, server } = await startElsewhere(dataDir, folder);
    process.kill(runner, 'SIGKILL');
    await expect.poll(() => processIdentity(server), { timeout: 5_000 }).toBeUndefined();
  });

  test('stops what a killed run left behind', async () => {
    const { runner, server } = await startElsewhere(dataDir, folder);
    // Frozen, the server cannot follow its parent: it is still there at the next start.
    process.kill(server, 'SIGSTOP');
    process.kill(runner, 'SIGKILL');
    setTimeout(() => process.kill(server, 'SIGCONT'), 300);

    const lines: string[] = [];
    const second = await start(dataDir, (line) => lines.push(line));
    expect(lines).toEqual([expect.stringContaining(`process ${server}`)]);
    expect(await processIdentity(server)).toBeUndefined();
    expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('gives up when asked to', async () => {
    const signal = AbortSignal.abort(new Error('stopped by the user'));
    const options = {
      dataDir: join(folder, 'another'),
      toolsDir: TOOLS,
      log: ignore,
      signal,
    };
    await expect(startPostgres(options)).rejects.toThrow('stopped by the user');
  });
});

test('who has no time zones is told what to install', async () => {
  const folder = await privateFolder();
  expect(() => requireTimeZones(folder)).toThrow(/install the package tzdata, or give DATABASE_URL/);
  await writeFile(join(folder, 'UTC'), '');
  expect(() => requireTimeZones(folder)).not.toThrow();
});
