import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseOrigins } from '#shared/contract/cors.ts';
import { SetupError } from './servers/processes.ts';

const checkout = resolve(import.meta.dirname, '../..');

/** Takes what `.env` says into the environment; variables that are set already win. */
export function loadSettings(): void {
  const file = join(checkout, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** A folder that one instance has to itself. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(checkout, env.BAGTRACKER_HOME || '.local');
}

/** Programs, not data: one copy serves every home. */
export const toolsFolder = join(checkout, '.local', 'tools');

export function portOf(env: NodeJS.ProcessEnv = process.env): number {
  const text = env.PORT || '8080';
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new SetupError(`PORT=${text} is no port: give a number from 1 to 65535, or 0 for any free one.`);
}

export function corsOriginsOf(env: NodeJS.ProcessEnv = process.env): string[] {
  try {
    return parseOrigins(env.CORS_ORIGINS);
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}
