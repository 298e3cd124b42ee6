import { resolve } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parseOrigins } from '#shared/contract/cors.ts';
import { settingsIn } from '#shared/contract/settings.ts';
import description from '../package.json' with { type: 'json' };

/** What differs between one deployment and another. */
export interface Config {
  /** Prefix of every stack. */
  name: string;
  /** Shown by the health check. */
  version: string;
  /** The commit that is deployed, where the pipeline says so. */
  commit?: string;
  /** Where the build left a folder per function: `<bundles>/<kind>/<id>/`. */
  bundles: string;
  /** Origins whose pages may use the API. */
  corsOrigins: readonly string[];
  /** Settings of the functions that are not as `shared/contract/settings.ts` has them by default. */
  settings: Readonly<Record<string, string>>;
}

/** Read from the environment, so that a pipeline sets what it knows: `BAGTRACKER_VERSION` (a tag), `BAGTRACKER_COMMIT`. */
export const readConfig = (environment: NodeJS.ProcessEnv): Config => ({
  name: 'BagTracker',
  version: environment.BAGTRACKER_VERSION ?? description.version,
  ...(environment.BAGTRACKER_COMMIT ? { commit: environment.BAGTRACKER_COMMIT } : {}),
  bundles: resolve(import.meta.dirname, '../dist/functions'),
  corsOrigins: parseOrigins(environment.CORS_ORIGINS),
  settings: settingsIn(environment),
});

/** What an HTTP function gets where the contract says nothing. API Gateway gives up after 29 seconds. */
export const httpDefaults = { memoryMegabytes: 512, timeoutSeconds: 29 };

export const logRetention = { functions: RetentionDays.ONE_MONTH, access: RetentionDays.THREE_MONTHS };

/** A message that nobody looked at for a fortnight is reported by an alarm long before. */
export const deadLetterRetention = Duration.days(14);

/** For the whole API. Enough for a crowd, and a ceiling on what a flood costs. */
export const throttle = { rateLimit: 200, burstLimit: 400 };
