import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Role } from '#shared/contract/roles.ts';
import type { Config } from './config.ts';
import type { Granted } from './stacks/access.ts';

/** What every function is built on. */
export interface Platform {
  config: Config;
  access: Readonly<Record<Role, Granted>>;
  /** Scheduled runs that failed for good. */
  failedRuns: IQueue;
}
