import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Role } from '#shared/contract/roles.ts';
import { type Config, logRetention } from '../config.ts';
import { logGroupPrefix } from '../names.ts';
import type { Platform } from '../platform.ts';

export interface ServiceFunctionProps extends Partial<FunctionProps> {
  platform: Platform;
  /** The function's file and folder: `http/wallets/get`. */
  source: string;
  /** The contract's role: what the function may read and send. */
  permissions: Role;
  description: string;
  memorySize: number;
  timeout: Duration;
}

/** What a function says of itself, and how it is set. */
const release = ({ version, commit, settings }: Config): Record<string, string> => ({
  ...settings,
  BAGTRACKER_VERSION: version,
  ...(commit ? { BAGTRACKER_COMMIT: commit } : {}),
});

/** One Lambda function from its built folder, with its own log group and the role and environment of its permissions. */
export class ServiceFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, service: ServiceFunctionProps) {
    const { platform, source, permissions, environment, ...props } = service;
    const granted = platform.access[permissions];
    super(scope, id, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(platform.config.bundles, source)),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Logs`, {
        logGroupName: `${logGroupPrefix(permissions)}${source}`,
        retention: logRetention.functions,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      // The role is complete: nothing that CDK would add to it, from here or from another stack, is wanted.
      role: granted.role.withoutPolicyUpdates(),
      environment: { ...release(platform.config), ...granted.environment, ...environment },
      ...props,
    });
  }
}
