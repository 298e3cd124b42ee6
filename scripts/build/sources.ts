import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** All that decides what the bundles are, but for Node itself. */
const roots = ['functions', 'shared', 'scripts/build', 'scripts/build.ts', 'package-lock.json'];

const filesOf = async (root: string, path: string): Promise<string[]> => {
  const found = await readdir(join(root, path), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined;
      throw error;
    },
  );
  if (!found) return [join(root, path)];
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

/** A digest of the sources: bundles that were made of the same need not be made again. */
export const digestOfSources = async (root: string): Promise<string> => {
  const files = (await Promise.all(roots.map((path) => filesOf(root, path)))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256').update(process.version);
  for (const [place, content] of contents.entries()) {
    hash.update(`\n${files[place]?.slice(root.length)} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
};
