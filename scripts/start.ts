// `npm start`: runs BagTracker on this machine until it is told to stop.
import { parseArgs } from 'node:util';
import { type Platform, startPlatform } from './local/platform.ts';
import { SetupError } from './local/servers/processes.ts';
import { homeFolder, loadSettings, portOf } from './local/settings.ts';

// Lambda's clock; a function that works only in this machine's time zone should not work here either.
process.env.TZ = 'UTC';

const usage = `Usage: npm start [-- --no-demo]

Runs BagTracker on this machine: PostgreSQL with TimescaleDB, Redis, queues, and every function behind its API.
Stop it with Ctrl-C; the data stays.

  --no-demo         start without the demo user and portfolio
  --help            show this

  PORT              port of the API (8080)
  BAGTRACKER_HOME   folder of the data (.local)
  ADMIN_TOKEN       token of the admin routes, instead of a random one

.env.example explains every setting.`;

interface Demo {
  username: string;
  password: string;
  table: string;
}

const say = (line: string) => console.log(line);

function readFlags(): { demo: boolean; help: boolean } {
  try {
    const { values } = parseArgs({ options: { 'no-demo': { type: 'boolean' }, help: { type: 'boolean' } } });
    // npm keeps a flag that stands before `--` to itself and passes it on like this.
    const isKeptByNpm = process.env.npm_config_demo === '';
    return { demo: !values['no-demo'] && !isKeptByNpm, help: values.help ?? false };
  } catch {
    const given = process.argv.slice(2).join(' ');
    throw new SetupError(`npm start does not know "${given}": it takes --no-demo and --help.`);
  }
}

function screen({ url, adminToken }: Platform, demo: Demo | undefined): string {
  const rows = [
    ['API', url],
    ['Docs', `${url}/docs  and  ${url}/redoc`],
    ['Admin token', `${adminToken}  (header X-Auth-Token)`],
    ...(demo ? [['Demo log-in', `${demo.username}  ${demo.password}`]] : []),
  ];
  const facts = rows.map(([name = '', value]) => `  ${name.padEnd(12)} ${value}`).join('\n');
  const portfolio = demo ? `\n\n${demo.table.trimEnd()}` : '';
  return `\nBagTracker is running.\n\n${facts}${portfolio}\n\nStop it with Ctrl-C.`;
}

/** A demo that fails is worth a sentence, not the whole platform. */
async function makeDemo({ url }: Platform): Promise<Demo | undefined> {
  say('Making the demo portfolio.');
  try {
    const { runDemo } = await import('./local/demo/demo.ts');
    return await runDemo(url);
  } catch (error) {
    say(`The demo portfolio could not be made: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Aborted by the first signal, or when nobody reads what is said any more. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  for (const output of [process.stdout, process.stderr]) output.on('error', () => stop.abort());
  return stop.signal;
}

/**
 * Downloads and other helpers of the start run in our process group when npm started us; PostgreSQL and Redis have
 * groups of their own. A stop need not wait for a download.
 */
function endHelpers(): void {
  try {
    process.kill(-process.pid, 'SIGTERM');
  } catch {
    // Started by hand we lead no group; the terminal tells the helpers then.
  }
}

async function run(signal: AbortSignal): Promise<void> {
  const { demo, help } = readFlags();
  if (help) return say(usage);
  loadSettings();
  const stopped = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined));
  });
  signal.addEventListener('abort', endHelpers);
  const options = { home: homeFolder(), port: portOf(), log: say, schedules: true, signal };
  const platform = await startPlatform(options);
  signal.removeEventListener('abort', endHelpers);
  try {
    const made = demo ? await Promise.race([makeDemo(platform), stopped]) : undefined;
    if (!signal.aborted) say(screen(platform, made));
    await stopped;
    say('\nStopping.');
  } finally {
    await platform.stop();
  }
}

const signal = stopSignal();
try {
  await run(signal);
} catch (error) {
  if (!signal.aborted) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}
// Something unforeseen that is still open must not keep the process.
process.exit();
