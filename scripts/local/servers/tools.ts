// The programs of the local platform, made once per checkout from Debian's packages: PostgreSQL 17 with TimescaleDB, and
// Redis 8.
import { chmod, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { debianArchitecture, fetchPackages, LOADERS, type Wanted } from './debian.ts';
import { keptFolder } from './kept-folder.ts';
import { explainFileError, type Log, tellWhile } from './processes.ts';

// Raise it when what is built from the same packages changes.
const RECIPE = 2;
// Not all that they depend on: PostgreSQL's also want a compiler for queries (off here), Perl and tools for system services.
const PACKAGES = [
  ...['postgresql-17', 'postgresql-17-timescaledb', 'redis-server', 'redis-tools'],
  // The packages above need a newer glibc than many hosts have, so its loader and libraries come along.
  ...['libc6', 'libstdc++6', 'libgcc-s1', 'zlib1g', 'libzstd1', 'libssl3t64', 'libsystemd0', 'libcap2'],
  ...['libjemalloc2', 'liblzf1', 'libatomic1'],
  ...['libpq5', 'libicu76', 'libxml2', 'liblzma5', 'liblz4-1', 'libxxhash0', 'libldap2', 'libsasl2-2'],
  ...['libpam0g', 'libaudit1', 'libcap-ng0'],
  ...['libgssapi-krb5-2', 'libkrb5-3', 'libk5crypto3', 'libkrb5support0', 'libcom-err2', 'libkeyutils1'],
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

/** Runs a program through Debian's loader, with Debian's libraries, wherever this file has been moved with them. */
function launcher(file: string, program: string): string {
  const { triplet, loader } = LOADERS[process.arch] ?? { triplet: '', loader: '' };
  const libraries = `$root/debian/usr/lib/${triplet}`;
  return `#!/bin/sh
root=\${0%/*}/${relative(dirname(file), '.')}
exec "${libraries}/${loader}" --argv0 "$0" --library-path "${libraries}" \\
  \${NSS_WRAPPER_PASSWD:+--preload libnss_wrapper.so} "$root/${program}" "$@"
`;
}

/**
 * A program becomes a small script that runs it. PostgreSQL finds its files from its own name and initdb starts `postgres` by
 * that name, so the scripts stay where the programs were.
 */
async function wrap(build: string, program: string): Promise<void> {
  const moved = `${program}.debian`;
  await rename(join(build, program), join(build, moved));
  await writeFile(join(build, program), launcher(program, moved));
  await chmod(join(build, program), 0o755);
}

const PROGRAMS = {
  initdb: 'debian/usr/lib/postgresql/17/bin/initdb',
  postgres: 'debian/usr/lib/postgresql/17/bin/postgres',
  redisServer: 'debian/usr/bin/redis-server',
};

async function build(draft: string, log: Log): Promise<void> {
  log('Fetching PostgreSQL, TimescaleDB and Redis from Debian (about 35 MB, only once).');
  const work = fetchPackages(WANTED, join(draft, 'debian'));
  const files = await tellWhile(log, 'Still fetching Debian packages', work);
  for (const program of Object.values(PROGRAMS)) await wrap(draft, program);
  await writeFile(join(draft, 'contents.txt'), `${files.join('\n')}\n`);
}

async function prepare(toolsDir: string, log: Log): Promise<Tools> {
  const architecture = debianArchitecture(WANTED);
  const target = await keptFolder(toolsDir, {
    name: architecture,
    ingredients: [RECIPE, PACKAGES, architecture],
    make: (draft) => build(draft, log),
    log,
  });
  return {
    initdb: join(target, PROGRAMS.initdb),
    postgres: join(target, PROGRAMS.postgres),
    redisServer: join(target, PROGRAMS.redisServer),
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
