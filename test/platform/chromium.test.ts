import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../scripts/local/servers/processes.ts';
import { ensureChromium } from '../support/chromium.ts';
import { ignore, privateFolder, TOOLS } from './folders.ts';

test("the system's own browser is taken, and nothing is fetched", async () => {
  const folder = await privateFolder();
  const own = join(folder, 'chromium');
  await writeFile(own, '');
  const candidates = [join(folder, 'absent'), own];
  expect(await ensureChromium(folder, { log: ignore, candidates })).toBe(own);
});

test('there is a browser that starts', async () => {
  const browser = await ensureChromium(TOOLS, { log: ignore });
  const { code, output } = await run(browser, ['--version', '--no-sandbox']);
  expect([code, output]).toEqual([0, expect.stringMatching(/Chrom\w+ .*\d+\.\d+/)]);
}, 600_000);
