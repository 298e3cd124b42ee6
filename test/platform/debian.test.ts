import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { debianMirrors } from '../../scripts/local/servers/debian.ts';
import { privateFolder } from './folders.ts';

const DEFAULT = 'http://deb.debian.org/debian';

async function mirrors(files: Record<string, string>): Promise<string[]> {
  const etc = await privateFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(etc, name)), { recursive: true });
    await writeFile(join(etc, name), text);
  }
  return await debianMirrors(etc);
}

test.each<[string, Record<string, string>, string[]]>([
  ['no sources at all', {}, []],
  [
    'one line each',
    {
      'sources.list':
        '# deb http://old.example/debian bookworm main\n' +
        'deb http://security.example/debian-security bookworm-security main\n' +
        'deb cdrom:[Debian]/ bookworm main\n' +
        'deb [arch=amd64 signed-by=/x.gpg] https://mirror.example/debian/ bookworm main contrib\n',
    },
    ['https://mirror.example/debian'],
  ],
  [
    'stanzas',
    {
      'sources.list.d/debian.sources':
        'Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n\n' +
        '# ours\nTypes: deb deb-src\nURIs: mirror+file:/etc/apt/mirrors.list\n' +
        'Suites: bookworm bookworm-updates\nComponents: main\n',
    },
    ['mirror+file:/etc/apt/mirrors.list'],
  ],
  ['another system', { 'sources.list': 'deb http://archive.example/ubuntu noble main\n' }, []],
  ['the usual mirror', { 'sources.list': `deb ${DEFAULT} trixie main\n` }, []],
])("the host's Debian mirror comes first: %s", async (_, files, own) => {
  expect(await mirrors(files)).toEqual([...own, DEFAULT]);
});
