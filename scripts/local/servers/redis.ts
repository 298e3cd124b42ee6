// A real Redis 8 in a folder of our own, on a free port of 127.0.0.1.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as processes from './processes.ts';
import { type Daemon, type Log, SetupError } from './processes.ts';
import { ensureTools } from './tools.ts';

const ATTEMPTS = 5;
const STOP: [NodeJS.Signals, number][] = [
  ['SIGTERM', 20_000],
  ['SIGKILL', 5_000],
];

export interface Redis {
  port: number;
  password: string;
  stop(): Promise<void>;
}

interface Home {
  folder: string;
  configuration: string;
  pidFile: string;
  logFile: string;
}

function homeOf(dataDir: string): Home {
  const folder = resolve(dataDir);
  const inside = (name: string) => join(folder, name);
  return {
    folder,
    configuration: inside('redis.conf'),
    pidFile: inside('redis.pid'),
    logFile: inside('redis.log'),
  };
}

function configuration(home: Home, port: number, password: string): string {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    requirepass: password,
    dir: home.folder,
    pidfile: home.pidFile,
    appendonly: 'yes',
    save: '',
    // Its command line is how a later start knows a leftover for ours.
    'set-proc-title': 'no',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}\n`)
    .join('');
}

/** A run of ours that was killed may have left its server behind. */
async function clearLeftover(home: Home, log: Log): Promise<void> {
  const pid = Number(await readFile(home.pidFile, 'utf8').catch(() => '0'));
  if (!(pid > 0) || !(await processes.commandLine(pid)).includes(home.configuration)) return;
  log(`Stopping the Redis that an earlier run left behind (process ${pid}).`);
  await processes.stopLeftover(pid, STOP);
}

async function waitUntilReady(home: Home, daemon: Daemon, log: Log): Promise<string> {
  const poll = async () => {
    for (;;) {
      const output = await readFile(home.logFile, 'utf8').catch(() => '');
      if (daemon.ended() || output.includes('Ready to accept connections')) return output;
      await sleep(20);
    }
  };
  return await processes.tellWhile(log, 'Redis is still starting', poll());
}

/** Everything is kept in `dataDir`: the data, the configuration and the log of the latest start. */
export async function startRedis(options: { dataDir: string; toolsDir: string; log: Log }): Promise<Redis> {
  const { redisServer } = await ensureTools(options);
  const home = homeOf(options.dataDir);
  await mkdir(home.folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw processes.explainFileError(error, home.folder);
  });
  await clearLeftover(home, options.log);
  const password = randomBytes(24).toString('base64url');
  for (let attempt = 1; ; attempt++) {
    const port = await processes.freePort();
    await writeFile(home.configuration, configuration(home, port, password), { mode: 0o600 });
    const daemon = await processes.startDaemon({
      command: ['setpriv', '--pdeathsig=TERM', redisServer, home.configuration],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      cwd: home.folder,
      logFile: home.logFile,
    });
    const output = await waitUntilReady(home, daemon, options.log);
    if (!daemon.ended()) return { port, password, stop: () => processes.stopDaemon(daemon, STOP) };
    // The port can be taken between choosing and using it.
    if (!output.includes('Address already in use') || attempt === ATTEMPTS)
      throw new SetupError(`Redis did not start (${daemon.ended()}): ${processes.decisiveLine(output)}`);
  }
}
