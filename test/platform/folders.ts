import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export const TOOLS = resolve(import.meta.dirname, '../../.local/tools');

/** A folder that only its owner may open, as mkdtemp makes it, deleted after the test. */
export async function privateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bagtracker test '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const ignore = (): void => {};
