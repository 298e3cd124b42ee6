// Small helpers around child processes, shared by the parts of the local platform.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity } from '../../lock.mjs';

export type Log = (line: string) => void;

/** Something the reader of the message can fix; shown as it is, without a stack. */
export class SetupError extends Error {
  override name = 'SetupError';
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** The failures of a file system that somebody can do something about, in words. */
export function explainFileError(error: unknown, folder: string): unknown {
  const code = errorCode(error);
  if (code === 'ENOSPC') return new SetupError('The disk is full: free some space and try again.');
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new SetupError(`${folder} cannot be written: make it yours, or choose another BAGTRACKER_HOME.`);
  return error;
}

/**
 * A new folder to build something in before it gets its final name. What a killed run left is deleted; it is never
 * built upon, because a child of that run may still be writing there.
 */
export async function draftFolder(parent: string, prefix: string): Promise<string> {
  for (const name of await readdir(parent))
    if (name.startsWith(prefix))
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
  return await mkdtemp(join(parent, prefix));
}

export function run(command: string, args: string[], options: SpawnOptions = {}) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** The line of a server's output that says best what went wrong. */
export function decisiveLine(output: string): string {
  const lines = output.trim().split('\n');
  return (lines.findLast((line) => /\b(FATAL|PANIC|ERROR)\b|error:/.test(line)) ?? lines.at(-1) ?? '').trim();
}

/** Says `line` again every ten seconds while `work` goes on, so that nobody thinks it hangs. */
export async function tellWhile<T>(log: Log, line: string, work: Promise<T>): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => log(`${line} (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

export interface Daemon {
  pid: number;
  /** What ended it, once it has ended. */
  ended: () => string | undefined;
  exited: Promise<void>;
}

/**
 * Starts a server whose output goes to a file. It gets its own process group, so that Ctrl-C in a terminal
 * reaches only us and the parts stop in order; `prefix` makes the kernel end it should we be killed.
 */
export async function startDaemon(options: {
  command: string[];
  env: Record<string, string>;
  logFile: string;
  cwd: string;
}): Promise<Daemon> {
  const [command, ...args] = options.command;
  if (!command) throw new Error('nothing to start');
  const output = openSync(options.logFile, 'w', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', output, output],
    });
  } finally {
    closeSync(output);
  }
  let end: string | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      end = error.message;
      resolve();
    });
    child.once('exit', (code, signal) => {
      end = signal ? `killed by ${signal}` : `exit code ${code}`;
      resolve();
    });
  });
  await Promise.race([new Promise((resolve) => child.once('spawn', resolve)), exited]);
  return { pid: child.pid ?? 0, ended: () => end, exited };
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

/** Sends one signal after the other, each with its time to take effect, until the daemon has ended. */
export async function stopDaemon(daemon: Daemon, steps: [NodeJS.Signals, number][]): Promise<void> {
  for (const [signal, patience] of steps) {
    if (daemon.ended()) return;
    signalQuietly(daemon.pid, signal);
    const timeout = new AbortController();
    await Promise.race([
      daemon.exited,
      sleep(patience, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
  }
  await daemon.exited;
}

/** The arguments a process was started with; none if there is no such process. */
export async function commandLine(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text === '' ? [] : text.split('\0');
}

/** Stops a server that an earlier, killed run of ours left behind. */
export async function stopLeftover(pid: number, steps: [NodeJS.Signals, number][]): Promise<void> {
  const identity = await processIdentity(pid);
  const gone = async () => identity === undefined || (await processIdentity(pid)) !== identity;
  for (const [signal, patience] of steps) {
    if (await gone()) return;
    signalQuietly(pid, signal);
    for (const until = Date.now() + patience; Date.now() < until && !(await gone()); ) await sleep(50);
  }
}
