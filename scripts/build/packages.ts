import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where functions run: Lambda on arm64, and a developer's or a CI machine. Fixed, so that any machine builds the same. */
const addonTargets = ['linux-arm64', 'linux-x64'];

const wholePackage = ['package.json', 'index.js'];

const argon2Parts: Readonly<Record<string, readonly string[]>> = {
  argon2: ['package.json', 'argon2.cjs'],
  '@phc/format': wholePackage,
  'node-gyp-build': [...wholePackage, 'node-gyp-build.js'],
};

/** The addon for glibc alone: Lambda's Amazon Linux has no musl. Other systems add their own, for local runs. */
const addons = async (modules: string): Promise<string[]> => {
  const prebuilds = join(modules, 'argon2/prebuilds');
  const targets = new Set([...addonTargets, `${process.platform}-${process.arch}`]);
  const found: string[] = [];
  for (const target of targets) {
    const files = await readdir(join(prebuilds, target)).catch(() => []);
    found.push(
      ...files.filter((file) => file.includes('glibc')).map((file) => `argon2/prebuilds/${target}/${file}`),
    );
  }
  return found;
};

/** The files of `argon2` that run; the rest of its package is sources and five other systems' addons (3 MB). */
export const argon2Files = async (root: string): Promise<Map<string, Uint8Array>> => {
  const modules = join(root, 'node_modules');
  const paths = Object.entries(argon2Parts).flatMap(([name, files]) =>
    files.map((file) => `${name}/${file}`),
  );
  const files = new Map<string, Uint8Array>();
  for (const path of [...paths, ...(await addons(modules))].sort()) {
    files.set(`node_modules/${path}`, await readFile(join(modules, path)));
  }
  return files;
};
