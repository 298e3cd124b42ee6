// Runs a script of this project under Node 24, on whatever Node 18 or later is there; installs the packages first
// when they are missing or belong to another lock file. Usage: node scripts/run.mjs SCRIPT [ARGUMENT...]
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.bagtracker-lock');
const LOCK_FILE = join(ROOT, 'package-lock.json');
const NODE_MAJOR = 24;
// The same signal often arrives twice: from the terminal, and again from npm.
const ECHO_MILLISECONDS = 500;

const say = (line) => process.stderr.write(`${line}\n`);

/** Ends the run with one sentence (or none, when the user ended it) instead of a stack. */
class Failure extends Error {
  constructor(sentence, exitCode = 1) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

/** Where it exists, setpriv lets the kernel end the child with us even if we are killed outright. */
function bound(command, args) {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, ['--pdeathsig=TERM', command, ...args]] : [command, args];
}

/**
 * Runs a child in a process group of its own and passes signals on, each once: what a terminal or npm sends to the
 * whole group reaches the child only through us, and a child that is shutting down is not disturbed.
 */
function runChild(command, args, options) {
  const child = spawn(...bound(command, args), { ...options, detached: true });
  const latest = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      const isEcho = Date.now() - (latest.get(signal) ?? 0) < ECHO_MILLISECONDS;
      latest.set(signal, Date.now());
      if (!isEcho) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
  return { child, ended, wasInterrupted: () => latest.size > 0 };
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const lockDigest = () => createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
const stamp = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim();

/** Whether npm itself, run by hand, has put there exactly what the lock file says. */
function isInstalledByHand() {
  try {
    const wanted = readJson(LOCK_FILE).packages;
    const present = readJson(join(MODULES, '.package-lock.json')).packages;
    const isAsLocked = ([path, { version }]) => wanted[path]?.version === version;
    const isPresent = ([path, { optional, devOptional }]) =>
      path === '' || optional || devOptional || present[path];
    return Object.entries(present).every(isAsLocked) && Object.entries(wanted).every(isPresent);
  } catch {
    return false;
  }
}

function isInstalled() {
  if (!existsSync(MODULES)) return false;
  const digest = lockDigest();
  if (stamp() === digest) return true;
  if (!isInstalledByHand()) return false;
  writeFileSync(STAMP, digest);
  return true;
}

const NO_NPM = 'npm was not found: install Node.js with npm and try again.';
const CAUSES = [
  [/ENOSPC/, 'The disk is full: free some space and try again.'],
  [/failed to execute npm/, NO_NPM],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET|EHOSTUNREACH|ENETUNREACH/,
    'The packages could not be installed, npm cannot reach its registry: check the network (or proxy) and try again.',
  ],
  [/EACCES|EPERM|EROFS/, `${ROOT} cannot be written: make it yours and try again.`],
  [
    /package\.json and package-lock\.json/,
    'package.json and package-lock.json do not match: run npm install, and commit both.',
  ],
];

function explainInstall(output, logFile) {
  const known = CAUSES.find(([pattern]) => pattern.test(output));
  if (known) return known[1];
  const reason = /npm (?:error|ERR!) (?!code)(.*)/.exec(output)?.[1] ?? 'npm gave no reason';
  const rest = logFile ? ` (all of npm's output is in ${logFile})` : '';
  return `The packages could not be installed: ${reason}${rest}.`;
}

// npm's warnings are about things nobody has to act on, and its errors are put into one sentence. Everything is
// needed to run locally, whatever NODE_ENV says.
const CI_OPTIONS =
  '--no-audit --no-fund --loglevel=error --progress=false --include=dev --include=optional'.split(' ');

async function npmCi() {
  const npm = process.env.npm_execpath ?? '';
  const isNpm = npm.endsWith('npm-cli.js') && existsSync(npm);
  const [command, ...prefix] = isNpm ? [process.execPath, npm] : ['npm'];
  const started = Date.now();
  const args = [...prefix, 'ci', ...CI_OPTIONS];
  const install = runChild(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [install.child.stdout, install.child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const timer = setInterval(() => say(`Still installing packages (${seconds()} s).`), 10_000);
  const code = await install.ended.finally(() => clearInterval(timer));
  if (install.wasInterrupted()) throw new Failure('', code || 130);
  if (code === 0) return;
  const logFile = join(ROOT, '.local', 'npm-ci.log');
  writeFileSync(logFile, output);
  throw new Failure(explainInstall(output, logFile));
}

async function install() {
  say('Installing packages with npm ci (once; a minute or so).');
  await npmCi();
  writeFileSync(STAMP, lockDigest());
  say('Packages installed.');
}

async function ensureInstalled() {
  if (isInstalled()) return;
  mkdirSync(join(ROOT, '.local'), { recursive: true });
  await withLock(join(ROOT, '.local', 'install.lock'), {
    waiting: () => say('Waiting for another process that installs the packages.'),
    work: async () => {
      if (!isInstalled()) await install();
    },
  });
}

function findNode() {
  const packaged = join(MODULES, `node-${process.platform}-${process.arch}`, 'bin', 'node');
  for (const candidate of [packaged, process.execPath])
    try {
      const version = execFileSync(candidate, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
      if (Number.parseInt(version.slice(1), 10) >= NODE_MAJOR) return candidate;
    } catch {
      // Not installed, or made for another system.
    }
  throw new Failure(
    `There is no Node ${NODE_MAJOR} for ${process.platform} ${process.arch} among the packages, and this one is ${process.version}: install Node ${NODE_MAJOR} or newer and try again.`,
  );
}

function explain(error) {
  if (error instanceof Failure) return error.message;
  if (error.code === 'ENOENT' && error.path === LOCK_FILE)
    return 'package-lock.json is missing: this is not a whole checkout.';
  if (error.code === 'ENOENT' && error.syscall?.startsWith('spawn')) return NO_NPM;
  return explainInstall(`npm error ${error.message}`);
}

async function main() {
  const args = process.argv.slice(2);
  if (args.length === 0) throw new Failure('Usage: node scripts/run.mjs SCRIPT [ARGUMENT...]');
  await ensureInstalled();
  const node = findNode();
  // What the script starts by the name of node gets the same one.
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  const script = runChild(node, args, { stdio: 'inherit', env: { ...process.env, PATH: path } });
  process.exitCode = await script.ended;
}

await main().catch((error) => {
  const sentence = explain(error);
  if (sentence) say(sentence);
  process.exitCode = error.exitCode ?? 1;
});
