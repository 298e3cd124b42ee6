// A real PostgreSQL 17 with TimescaleDB in a folder of our own, on a free port of 127.0.0.1.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type Account, accountFor } from './account.ts';
import * as processes from './processes.ts';
import { type Daemon, type Log, SetupError } from './processes.ts';
import { ensureTools, type Tools } from './tools.ts';

const USER = 'bagtracker';
const DATABASE = 'bagtracker';
const ATTEMPTS = 5;
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  // As much as PostgreSQL takes by itself of 512 MB or more: who writes much would wait for others' commits with less.
  wal_buffers: '16MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_preload_libraries: 'timescaledb',
  'timescaledb.telemetry_level': 'off',
  // The Apache edition schedules no jobs; its workers would only keep databases busy that somebody wants to copy.
  'timescaledb.max_background_workers': '0',
};
// Fast, then immediate, then by force: after the last two it recovers at the next start.
const STOP: [NodeJS.Signals, number][] = [
  ['SIGINT', 30_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
];

/** Debian's PostgreSQL looks for time zones in the system's folder and nowhere else. */
export function requireTimeZones(folder = '/usr/share/zoneinfo'): void {
  if (existsSync(join(folder, 'UTC'))) return;
  throw new SetupError(
    `The local PostgreSQL needs the time zones of ${folder}, which are missing: install the package tzdata, or give ` +
      'DATABASE_URL of your own (compose.yaml has one).',
  );
}

interface Home {
  folder: string;
  data: string;
  logFile: string;
  password: string;
  account: Account;
}

async function readPassword(file: string, isNew: boolean): Promise<string> {
  if (isNew) await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new SetupError(
      `The database's password is gone (${file}): restore that file, or delete the folder.`,
    );
  }
}

async function openHome(dataDir: string): Promise<Home> {
  const folder = resolve(dataDir);
  const data = join(folder, 'data');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const account = accountFor(data, 'INT');
    const password = await readPassword(join(folder, 'password'), !existsSync(data));
    return { folder, data, logFile: join(folder, 'postgres.log'), password, account };
  } catch (error) {
    throw processes.explainFileError(error, folder);
  }
}

async function initialise(home: Home, tools: Tools): Promise<void> {
  const { folder, account } = home;
  const draft = await processes.draftFolder(folder, 'data.draft-');
  await chown(draft, account.uid, account.gid);
  const passwd = join(folder, 'passwd');
  await writeFile(passwd, `${USER}:x:${account.uid}:${account.gid}::/:/bin/false\n`);
  const [command = '', ...prefix] = account.command;
  const { code, output } = await processes.run(
    command,
    [
      ...[...prefix, tools.initdb, '-D', draft, '-U', USER, `--pwfile=${join(folder, 'password')}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
      ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ],
    { cwd: folder, env: environment({ NSS_WRAPPER_PASSWD: passwd, NSS_WRAPPER_GROUP: passwd }) },
  );
  if (code !== 0)
    throw new SetupError(
      `PostgreSQL's data could not be set up in ${folder}: ${processes.decisiveLine(output)}`,
    );
  await rename(draft, home.data);
}

function environment(extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...extra };
}

interface LockFile {
  pid: number;
  ready: boolean;
}

async function readLockFile(data: string): Promise<LockFile | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
}

/** A run of ours that was killed may have left its server behind, or only its lock file. */
async function clearLeftover(data: string, log: Log): Promise<void> {
  const lockFile = await readLockFile(data);
  if (!lockFile) return;
  const commandLine = await processes.commandLine(lockFile.pid);
  if (commandLine.includes(data)) {
    log(`Stopping the PostgreSQL that an earlier run left behind (process ${lockFile.pid}).`);
    await processes.stopLeftover(lockFile.pid, STOP);
  } else if (commandLine.length > 0) {
    // After a reboot the number may belong to a stranger, which PostgreSQL would take for itself.
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
}

async function waitUntilReady(home: Home, daemon: Daemon, log: Log, signal?: AbortSignal): Promise<void> {
  const ready = async () => {
    const lockFile = await readLockFile(home.data);
    return lockFile?.pid === daemon.pid && lockFile.ready;
  };
  const poll = async () => {
    while (!daemon.ended() && !(await ready())) await sleep(20, undefined, { signal });
  };
  await processes.tellWhile(log, 'PostgreSQL is still starting', poll());
}

async function launch(home: Home, tools: Tools, log: Log, signal?: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    const port = await processes.freePort();
    const settings = Object.entries({ ...SETTINGS, port: String(port) });
    const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const daemon = await processes.startDaemon({
      command: [...home.account.command, tools.postgres, '-D', home.data, ...options],
      env: environment(),
      cwd: home.folder,
      logFile: home.logFile,
    });
    try {
      await waitUntilReady(home, daemon, log, signal);
    } catch (error) {
      await processes.stopDaemon(daemon, STOP);
      signal?.throwIfAborted();
      throw error;
    }
    if (!daemon.ended()) return { daemon, port };
    const output = await readFile(home.logFile, 'utf8').catch(() => '');
    // The port can be taken between choosing and using it, and backends outlive a killed server for a moment.
    const passes = /could not bind|pre-existing shared memory/.test(output);
    if (!passes || attempt === ATTEMPTS)
      throw new SetupError(`PostgreSQL did not start (${daemon.ended()}): ${processes.decisiveLine(output)}`);
    await sleep(500);
  }
}

async function createDatabase(url: URL): Promise<void> {
  const client = new Client({ connectionString: new URL('/postgres', url).href });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

export interface Postgres {
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** Everything is kept in `dataDir`: the data, the password and the log of the latest start. */
export async function startPostgres(options: {
  dataDir: string;
  toolsDir: string;
  log: Log;
  signal?: AbortSignal;
}): Promise<Postgres> {
  const { log, signal } = options;
  requireTimeZones();
  const tools = await ensureTools(options);
  const home = await openHome(options.dataDir);
  if (!existsSync(home.data)) await initialise(home, tools);
  await clearLeftover(home.data, log);
  signal?.throwIfAborted();
  const { daemon, port } = await launch(home, tools, log, signal);
  const stop = () => processes.stopDaemon(daemon, STOP);
  const url = new URL(`postgres://${USER}:${home.password}@127.0.0.1:${port}/${DATABASE}`);
  try {
    await createDatabase(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: url.href, port, stop };
}
