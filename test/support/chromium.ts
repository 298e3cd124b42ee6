// The browser of the tests: the system's Chromium, else Debian's, fetched without root like the platform's own tools.
import { existsSync } from 'node:fs';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  debianArchitecture,
  fetchPackages,
  LOADERS,
  type Wanted,
} from '../../scripts/local/servers/debian.ts';
import { keptFolder } from '../../scripts/local/servers/kept-folder.ts';
import { type Log, tellWhile } from '../../scripts/local/servers/processes.ts';

const wanted: Wanted = {
  packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
  withDependencies: true,
  what: "The tests' browser and its libraries",
  instead: 'install Chromium',
};

/**
 * Chromium starts its own parts by its own name, which would be the loader's: they are told to use this script, and the
 * one part that would not listen (the zygote) is left out. It looks for its data beside the loader, hence the copy.
 */
const launcher = (triplet: string): string => `#!/bin/sh
root=\${0%/*}
libraries="$root/debian/usr/lib/${triplet}"
export FONTCONFIG_FILE="$root/fonts.conf"
exec "$root/debian/usr/lib/chromium/loader" --argv0 "$0" --library-path "$libraries:$libraries/pulseaudio" \\
  "$root/debian/usr/lib/chromium/chromium-headless-shell" --browser-subprocess-path="$0" --no-zygote "$@"
`;

const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">debian/usr/share/fonts</dir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
`;

interface Recipe {
  triplet: string;
  loader: string;
  files: Readonly<Record<'fonts.conf' | 'chromium', string>>;
}

const recipeOf = (architecture: string): Recipe => {
  const known = LOADERS[architecture];
  if (!known) throw new Error(`no loader is known for ${architecture}`);
  return { ...known, files: { 'fonts.conf': fonts, chromium: launcher(known.triplet) } };
};

const make = async (draft: string, { triplet, loader, files }: Recipe, log: Log): Promise<void> => {
  log('Fetching a browser for the tests from Debian (about 160 MB, only once).');
  const debian = join(draft, 'debian');
  await tellWhile(log, 'Still fetching the browser', fetchPackages(wanted, debian));
  await copyFile(join(debian, 'usr/lib', triplet, loader), join(debian, 'usr/lib/chromium/loader'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(draft, name), text);
  await chmod(join(draft, 'chromium'), 0o755);
};

/** Where systems have it. */
const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of a Chromium, fetched into `toolsDir` if the system has none. */
export const ensureChromium = async (
  toolsDir: string,
  { log, candidates = installed }: { log: Log; candidates?: readonly string[] },
): Promise<string> => {
  const own = candidates.find((path) => existsSync(path));
  if (own) return own;
  const architecture = debianArchitecture(wanted);
  const recipe = recipeOf(process.arch);
  const folder = await keptFolder(toolsDir, {
    name: `chromium-${architecture}`,
    ingredients: [wanted.packages, recipe],
    make: (draft) => make(draft, recipe, log),
    log,
  });
  return join(folder, 'chromium');
};
