import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const sameBytes = async (path: string, contents: Uint8Array): Promise<boolean> => {
  const existing = await readFile(path).catch(() => undefined);
  return existing?.equals(contents) ?? false;
};

const writeAtomically = async (path: string, contents: Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
};

/**
 * Makes a folder hold exactly these files. What is the same already is not touched, each file appears whole, in the
 * order given (so an entry comes after its chunks), and what is left over goes last: building again what is running
 * changes nothing under it.
 */
export const writeTree = async (folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [file, contents] of files) {
    const path = join(folder, file);
    if (!(await sameBytes(path, contents))) await writeAtomically(path, contents);
  }
  await prune(folder, new Set(files.keys()));
};

const prune = async (folder: string, kept: ReadonlySet<string>, prefix = ''): Promise<void> => {
  for (const item of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = `${prefix}${item.name}`;
    const isParent = item.isDirectory() && [...kept].some((file) => file.startsWith(`${path}/`));
    if (isParent) await prune(folder, kept, `${path}/`);
    else if (!kept.has(path)) await rm(join(folder, path), { recursive: true, force: true });
  }
};
