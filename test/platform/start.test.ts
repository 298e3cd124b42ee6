import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const checkout = resolve(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();
let home = '';

interface Started {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

/** `npm start` as npm runs it, in a home of its own. */
const start = (args: string[] = [], env: Record<string, string> = {}): Started => {
  const child = spawn('node', ['scripts/run.mjs', 'scripts/start.ts', ...args], {
    cwd: checkout,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BAGTRACKER_HOME: home,
      PORT: '0',
      PRICE_SOURCES: 'none',
      ...env,
    },
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => output, ended };
};

const untilRunning = async ({ output, ended }: Started): Promise<string> => {
  const ending = ended.then((code) => {
    throw new Error(`it ended with ${code}:\n${output()}`);
  });
  const ready = (async () => {
    while (!output().includes('Stop it with')) await new Promise((resolve) => setTimeout(resolve, 100));
    return output();
  })();
  return Promise.race([ready, ending]);
};

const apiOf = (screen: string): string => /API +(http:\S+)/.exec(screen)?.[1] ?? '';

/** Processes that were started for this home, whoever their parent is now. */
const processesOfHome = async (): Promise<string[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => {
      const parts = ['cmdline', 'environ'].map((file) =>
        readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''),
      );
      return { pid, text: (await Promise.all(parts)).join('\0') };
    }),
  );
  return lines.filter(({ text }) => text.includes(home)).map(({ pid }) => pid);
};

const logIn = async (api: string) => {
  const response = await fetch(`${api}/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'demo', password: 'demo-portfolio' }),
  });
  return { status: response.status, body: (await response.json()) as { access_token: string } };
};

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bagtracker-start-'));
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

describe('npm start', () => {
  test('shows a portfolio, keeps it over a restart, and leaves no process behind', {
    timeout: 180_000,
  }, async () => {
    const first = start();
    const screen = await untilRunning(first);
    expect(screen).toMatch(/Admin token +\S{20,}/);
    expect(screen).toMatch(/Everyday +ETH +0\.940097 +1,849\.56 +2,961\.68 +2,051\.46 +1,222\.92/);
    expect(screen).toMatch(/Cold storage +ETH +0\.5 /);
    expect((await logIn(apiOf(screen))).status).toBe(200);

    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/^BagTracker already runs in .* \(process \d+, http:\/\/\S+\)/);
    expect(second.output().trim().split('\n')).toHaveLength(1);

    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(await processesOfHome()).toEqual([]);

    const again = start(['--no-demo'], { ADMIN_TOKEN: 'chosen-by-the-operator' });
    const later = await untilRunning(again);
    expect(later).not.toContain('Demo log-in');
    expect(later).toContain('chosen-by-the-operator');
    const { status, body } = await logIn(apiOf(later));
    expect(status).toBe(200);
    const wallets = await fetch(`${apiOf(later)}/user/wallets/demo`, {
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    const { items } = (await wallets.json()) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toEqual(['Cold storage', 'Everyday']);
    again.child.kill('SIGINT');
    expect(await again.ended).toBe(0);
    expect(await processesOfHome()).toEqual([]);
  });

  test.for([
    [['--nonsense'], {}, 'npm start does not know "--nonsense"'],
    [[], { PORT: 'eighty' }, 'PORT=eighty is no port'],
    [[], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, 'DATABASE_URL'],
    [[], { CORS_ORIGINS: '*' }, 'CORS_ORIGINS: "*" is no origin'],
    [[], { UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1' }, 'UPSTASH_REDIS_REST_TOKEN'],
  ] as [string[], Record<string, string>, string][])(
    'refuses %s %s in one sentence',
    async ([args, env, sentence]) => {
      const refused = start(args, env);
      expect(await refused.ended).toBe(1);
      const lines = refused.output().trim().split('\n');
      expect(lines.at(-1)).toContain(sentence);
      expect(refused.output()).not.toMatch(/^\s+at /m);
      expect(await processesOfHome()).toEqual([]);
    },
  );
});
