// The system user PostgreSQL runs as: it refuses to be root.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { SetupError } from './processes.ts';

// When we are root: a user id nobody has, so that no other process may touch the data.
const SPARE_ID = 54_329;
const CAPABILITIES = { chown: 0, dac_override: 1, dac_read_search: 2, setgid: 6, setuid: 7, setpcap: 8 };

export interface Account {
  uid: number;
  gid: number;
  /** Put before a command, makes it run as this user, and get `deathSignal` should our own process die. */
  command: string[];
}

function hasCapability(name: keyof typeof CAPABILITIES): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  const permitted = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return ((permitted >> BigInt(CAPABILITIES[name])) & 1n) === 1n;
}

/**
 * The command must pass through folders that only root can open (a clone under /root, say), so of root's rights it
 * keeps this one; containers often have the second, stronger form only. The secure bit makes access(2), which
 * PostgreSQL asks first, count it too.
 */
function traversal(): string[] {
  const right = (['dac_read_search', 'dac_override'] as const).find(hasCapability);
  if (!right || !hasCapability('setpcap')) return [];
  return ['--securebits=+no_setuid_fixup', `--inh-caps=-all,+${right}`, `--ambient-caps=-all,+${right}`];
}

/** The account for a data folder: its owner if it exists, else ourselves, or a spare user when we are root. */
export function accountFor(dataFolder: string, deathSignal: string): Account {
  const self = process.getuid?.() ?? 0;
  const owner = existsSync(dataFolder) ? statSync(dataFolder) : undefined;
  const death = ['setpriv', `--pdeathsig=${deathSignal}`];
  if (self !== 0) {
    if (owner && owner.uid !== self)
      throw new SetupError(
        `The database in ${dataFolder} belongs to user ${owner.uid}: start as that user, or choose another BAGTRACKER_HOME.`,
      );
    return { uid: self, gid: process.getgid?.() ?? self, command: death };
  }
  if (!(['chown', 'setuid', 'setgid'] as const).every(hasCapability))
    throw new SetupError(
      'PostgreSQL does not run as root and this root cannot become another user: run as an ordinary user, or give DATABASE_URL.',
    );
  const uid = owner?.uid || SPARE_ID;
  const gid = owner?.gid || SPARE_ID;
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'];
  return { uid, gid, command: [...death, ...identity, ...traversal()] };
}
