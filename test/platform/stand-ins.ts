// Functions made for one test, laid out as the build lays out the real ones.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLambda, type LambdaOptions } from '../../scripts/local/lambda/lambda.ts';
import { privateFolder } from './folders.ts';

export async function writeBundle(bundlesDir: string, functionId: string, source: string): Promise<void> {
  const file = join(bundlesDir, functionId, 'index.mjs');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
}

async function bundles(sources: Record<string, string>): Promise<string> {
  const bundlesDir = await privateFolder();
  for (const [functionId, source] of Object.entries(sources))
    await writeBundle(bundlesDir, functionId, source);
  return bundlesDir;
}

export const limits = { timeoutSeconds: 20 };

/** A Lambda service of these functions, stopped after the test. */
export async function lambdaOf(sources: Record<string, string>, options: Partial<LambdaOptions> = {}) {
  const log: string[] = [];
  const bundlesDir = options.bundlesDir ?? (await bundles(sources));
  const lambda = createLambda({
    bundlesDir,
    environment: () => ({}),
    log: (line) => log.push(line),
    ...options,
  });
  onTestFinished(lambda.stop);
  return { ...lambda, bundlesDir, log };
}

/** Counts its own calls and says which thread serves it. */
export const counting = `
  import { threadId } from 'node:worker_threads';
  import { setTimeout as sleep } from 'node:timers/promises';
  let calls = 0;
  export const handler = async ({ wait = 0 } = {}) => {
    calls += 1;
    await sleep(wait);
    return { calls, threadId };
  };`;

export interface Counted {
  calls: number;
  threadId: number;
}
