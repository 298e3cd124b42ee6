// Fetches packages of Debian 13 with the host's own apt, into a private folder: no root, nothing installed.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decisiveLine, errorCode, run, SetupError } from './processes.ts';

const SUITE = 'trixie';
const DEFAULT_MIRROR = 'http://deb.debian.org/debian';
// Suites only Debian itself has: an Ubuntu or vendor source on the host is no mirror of ours.
const DEBIAN_SUITES = /^(bullseye|bookworm|trixie|forky|sid|oldstable|stable|testing|unstable)$/;
const MIRROR_URI = /^(https?:\/\/|mirror\+?\w*:)/;
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
/** Where the packages have their libraries, and what loads programs that need a newer C library than the host's. */
export const LOADERS: Record<string, { triplet: string; loader: string }> = {
  x64: { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Packages, what they are for, and what somebody can do who cannot have them. */
export interface Wanted {
  packages: string[];
  /** Fetches all that they depend on too; otherwise these and no others. */
  withDependencies?: boolean;
  /** "The local PostgreSQL and Redis" */
  what: string;
  instead: string;
}

export function debianArchitecture({ what, instead }: Pick<Wanted, 'what' | 'instead'>): string {
  const architecture = ARCHITECTURES[process.arch];
  if (process.platform === 'linux' && architecture) return architecture;
  throw new SetupError(
    `${what} run on Linux on x64 or arm64, not on ${process.platform} ${process.arch}: ${instead}.`,
  );
}

function keyring({ instead }: Wanted): string {
  const found = ['gpg', 'pgp']
    .map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`)
    .find((path) => existsSync(path));
  if (found) return found;
  throw new SetupError(
    `Debian's packages cannot be verified here: install the package debian-archive-keyring, or ${instead}.`,
  );
}

function mirrorsOfList(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, uri, suite] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s.*\bmain\b/.exec(line.trim()) ?? [];
    return uri && suite && DEBIAN_SUITES.test(suite) ? [uri] : [];
  });
}

function mirrorsOfSources(text: string): string[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) =>
      new RegExp(`^${name}:(.*(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const usable =
      field('Suites').some((suite) => DEBIAN_SUITES.test(suite)) &&
      field('Components').includes('main') &&
      field('Types').includes('deb') &&
      !field('Enabled').includes('no');
    return usable ? field('URIs') : [];
  });
}

/** The mirrors to try, the host's own first: behind a firewall it may be the only one that answers. */
export async function debianMirrors(etc = '/etc/apt'): Promise<string[]> {
  const parts = await readdir(join(etc, 'sources.list.d')).catch(() => []);
  const files = [join(etc, 'sources.list'), ...parts.sort().map((name) => join(etc, 'sources.list.d', name))];
  const uris: string[] = [];
  for (const file of files) {
    const text = (await readFile(file, 'utf8').catch(() => '')).replaceAll(/^[ \t]*#.*\n?/gm, '');
    uris.push(...(file.endsWith('.sources') ? mirrorsOfSources(text) : mirrorsOfList(text)));
  }
  const own = uris.map((uri) => uri.replace(/\/+$/, '')).filter((uri) => MIRROR_URI.test(uri));
  return [...new Set([...own.slice(0, 1), DEFAULT_MIRROR])];
}

/** A configuration read after the host's: keeps its proxy settings, replaces every folder, drops its hooks. */
function aptConfiguration(folder: string, architecture: string): string {
  return `
#clear APT::Update;
#clear APT::Architectures;
#clear DPkg;
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
Dir::State "${folder}/state";
Dir::State::status "${folder}/state/status";
Dir::State::extended_states "${folder}/state/extended_states";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "${folder}/debs";
Dir::Log "${folder}/log";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
`;
}

// apt-get download writes into the folder it runs in.
async function aptGet(folder: string, args: string[], wanted: Wanted): Promise<void> {
  const options = ['-q', '-c', join(folder, 'apt.conf'), ...args];
  const { code, output } = await runTool('apt-get', options, join(folder, 'debs'), wanted);
  if (code === 0) return;
  if (/resolv|could not connect|cannot initiate|unreachable|timed? ?out|connection failed/i.test(output))
    throw new SetupError(
      `Debian's packages could not be fetched, the mirror cannot be reached: check the network (or proxy), or ${wanted.instead}.`,
    );
  const reason = output.split('\n').find((line) => /^(E|Err):/.test(line)) ?? `exit code ${code}`;
  throw new SetupError(`Debian's packages could not be fetched (apt-get ${args[0]}: ${reason.trim()}).`);
}

async function runTool(command: string, args: string[], cwd: string, { what, instead }: Wanted) {
  try {
    const result = await run(command, args, { cwd, env: { ...process.env, LC_ALL: 'C' } });
    if (result.code !== 0 && /No space left/.test(result.output))
      throw new SetupError('The disk is full: free some space and try again.');
    return result;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new SetupError(
      `This system has no ${command}. ${what} come from Debian packages: use Debian or Ubuntu, or ${instead}.`,
    );
  }
}

async function download(folder: string, mirror: string, wanted: Wanted): Promise<void> {
  const architecture = debianArchitecture(wanted);
  await rm(folder, { recursive: true, force: true });
  for (const part of ['state/lists/partial', 'cache', 'log', 'debs/partial'])
    await mkdir(join(folder, part), { recursive: true });
  await writeFile(join(folder, 'state/status'), '');
  await writeFile(join(folder, 'apt.conf'), aptConfiguration(folder, architecture));
  const options = `arch=${architecture} target=Packages signed-by=${keyring(wanted)}`;
  await writeFile(join(folder, 'sources.list'), `deb [${options}] ${mirror} ${SUITE} main\n`);
  await aptGet(folder, ['update'], wanted);
  // Nothing counts as installed here, so "install" resolves and fetches everything down to the C library.
  const install = ['install', '--yes', '--download-only', '--no-install-recommends'];
  await aptGet(folder, [...(wanted.withDependencies ? install : ['download']), ...wanted.packages], wanted);
}

/** Downloads the packages, unpacks them all into `into` and returns the names of their files. */
export async function fetchPackages(wanted: Wanted, into: string): Promise<string[]> {
  const folder = `${into}.apt`;
  const mirrors = await debianMirrors();
  for (const mirror of mirrors) {
    try {
      await download(folder, mirror, wanted);
      break;
    } catch (error) {
      if (mirror === mirrors.at(-1)) throw error;
    }
  }
  await mkdir(into, { recursive: true });
  const files = (await readdir(join(folder, 'debs'))).filter((file) => file.endsWith('.deb')).sort();
  for (const file of files) {
    const unpack = ['-x', join(folder, 'debs', file), into];
    const { code, output } = await runTool('dpkg-deb', unpack, folder, wanted);
    if (code !== 0)
      throw new SetupError(`The package ${file} could not be unpacked: ${decisiveLine(output)}`);
  }
  await rm(folder, { recursive: true, force: true });
  return files;
}
