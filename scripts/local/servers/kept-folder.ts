import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { withLock } from '../../lock.mjs';
import { draftFolder, type Log } from './processes.ts';

interface Recipe {
  name: string;
  /** What the contents depend on: something else makes another folder. */
  ingredients: unknown;
  make: (draft: string) => Promise<void>;
  log: Log;
}

/** Makes a folder unless there is one of these ingredients already, and gives its path; processes wait for each other. */
export async function keptFolder(parent: string, recipe: Recipe): Promise<string> {
  const { name, ingredients, make, log } = recipe;
  const key = createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 12);
  const target = join(parent, `${name}-${key}`);
  const build = async () => {
    if (existsSync(target)) return;
    const draft = await draftFolder(parent, `${basename(target)}.draft-`);
    await chmod(draft, 0o755);
    await make(draft);
    await rename(draft, target);
  };
  // The folder gets its name when it is complete, so its presence is enough.
  if (!existsSync(target))
    await withLock(`${target}.lock`, {
      waiting: () => log('Waiting for another process that fetches the same packages.'),
      work: build,
    });
  return target;
}
