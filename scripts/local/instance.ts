// Who runs in a home folder: one instance at a time, found by the tools through `instance.json`.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity, withLock } from '../lock.mjs';
import { explainFileError, SetupError } from './servers/processes.ts';

/** What the tools need to reach a running instance. Holds secrets, so only its owner may read it. */
export interface InstanceDetails {
  api_url: string;
  control_url: string;
  control_token: string;
  database_url: string;
  sqs_endpoint: string;
  secrets_manager_endpoint: string;
  kms_endpoint: string;
  bundles_dir: string;
}

export interface Instance extends InstanceDetails {
  pid: number;
  started_at: string;
  version: string;
}

/** The claim on a home; `details` are there once everything runs. */
interface Claim {
  pid: number;
  /** A pid alone is soon given to another process. */
  process: string;
  started_at: string;
  version: string;
  api_url: string;
  details?: InstanceDetails;
}

export interface ClaimedHome {
  publish: (details: InstanceDetails) => Promise<Instance>;
  release: () => Promise<void>;
}

const claimFile = (home: string) => join(home, 'instance.json');

async function readClaim(home: string): Promise<Claim | undefined> {
  try {
    return JSON.parse(await readFile(claimFile(home), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The claim of a process that still lives. What a killed one left behind counts for nothing. */
async function liveClaim(home: string): Promise<Claim | undefined> {
  const claim = await readClaim(home);
  return claim && (await processIdentity(claim.pid)) === claim.process ? claim : undefined;
}

async function writeClaim(home: string, claim: Claim): Promise<void> {
  const draft = `${claimFile(home)}.${process.pid}.tmp`;
  await writeFile(draft, `${JSON.stringify(claim, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, claimFile(home));
}

async function takeHome(home: string, claim: Claim): Promise<void> {
  const other = await liveClaim(home);
  if (other)
    throw new SetupError(
      `BagTracker already runs in ${home} (process ${other.pid}, ${other.api_url}): stop it first, or choose another BAGTRACKER_HOME and PORT.`,
    );
  await writeClaim(home, claim);
}

/** Makes the home folder ours, or says who has it. */
export async function claimHome(
  home: string,
  { apiUrl, version }: { apiUrl: string; version: string },
): Promise<ClaimedHome> {
  const claim: Claim = {
    pid: process.pid,
    process: (await processIdentity(process.pid)) ?? String(process.pid),
    started_at: new Date().toISOString(),
    version,
    api_url: apiUrl,
  };
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await withLock(join(home, 'instance.lock'), {
      waiting: () => undefined,
      work: () => takeHome(home, claim),
    });
  } catch (error) {
    throw explainFileError(error, home);
  }
  const publish = async (details: InstanceDetails) => {
    await writeClaim(home, { ...claim, details });
    const { pid, started_at } = claim;
    return { ...details, pid, started_at, version };
  };
  const release = () => rm(claimFile(home), { force: true });
  return { publish, release };
}

/** The instance that runs in a home folder. */
export async function readInstance(home: string): Promise<Instance> {
  const claim = await liveClaim(home);
  if (!claim)
    throw new SetupError(`No BagTracker runs in ${home}: start it with npm start, or set BAGTRACKER_HOME.`);
  if (!claim.details)
    throw new SetupError(
      `BagTracker is still starting in ${home} (process ${claim.pid}): try again in a moment.`,
    );
  const { pid, started_at, version, details } = claim;
  return { ...details, pid, started_at, version };
}
