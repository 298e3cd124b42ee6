// A lock that several processes can wait for. Plain JavaScript without dependencies: run.mjs needs it before
// anything is installed, on whatever Node is there.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who a process is: a pid alone is soon given to somebody else, its start time is not. */
export async function processIdentity(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

async function isStale(owner) {
  const pid = Number.parseInt(owner, 10);
  return !(pid > 0) || (await processIdentity(pid)) !== owner;
}

const readOwner = (folder) => readFile(join(folder, 'owner'), 'utf8').catch(() => undefined);
const unique = (path) => `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;

// The owner's name is written before the folder gets its final name, so a lock is never seen without an owner.
async function tryLock(path, owner) {
  const draft = unique(path);
  await mkdir(draft, { recursive: true });
  try {
    await writeFile(join(draft, 'owner'), owner);
    await rename(draft, path);
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

async function removeStale(path, staleOwner) {
  const aside = unique(path);
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  // Somebody else may have replaced the stale lock in between: then it goes back where it was.
  if ((await readOwner(aside)) !== staleOwner) {
    await rename(aside, path).catch(() => {});
    return;
  }
  await rm(aside, { recursive: true, force: true });
}

export async function withLock(path, { waiting, work }) {
  const owner = (await processIdentity(process.pid)) ?? `${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  for (let told = false; !(await tryLock(path, owner)); ) {
    const holder = await readOwner(path);
    if (holder !== undefined && (await isStale(holder))) {
      await removeStale(path, holder);
      continue;
    }
    if (!told) waiting();
    told = true;
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    // Emptied in place, the folder could become somebody else's lock while it is being deleted.
    const aside = unique(path);
    await rename(path, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
  }
}
