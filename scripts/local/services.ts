// The services behind the functions: local ones in the home folder, or those that the environment names.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type AwsEndpoints, type AwsService, assertEndpoint, givenEndpoint } from './aws-endpoints.ts';
import { givenDatabase, givenRedis, type RedisAccess } from './given-services.ts';
import { type Allow, startAwsFront } from './servers/aws.ts';
import { startPostgres } from './servers/postgres.ts';
import type { Log } from './servers/processes.ts';
import { startRedis } from './servers/redis.ts';
import { startSqs } from './servers/sqs.ts';
import { startUpstashFront } from './servers/upstash.ts';
import type { Teardown } from './teardown.ts';

export interface Services {
  databaseUrl: string;
  redis: RedisAccess;
  aws: AwsEndpoints;
}

export interface ServicesOptions {
  home: string;
  toolsDir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
  /** What a function may do with the local Secrets Manager and KMS. */
  allow: Allow;
  teardown: Teardown;
  signal?: AbortSignal;
}

/** Waits for all of them even when one fails, so that whatever has started is known and can be stopped. */
export async function startAll<T extends readonly unknown[]>(
  starting: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(starting);
  return (await Promise.all(starting)) as unknown as T;
}

async function database({ home, toolsDir, env, log, teardown, signal }: ServicesOptions): Promise<string> {
  if (env.DATABASE_URL) return givenDatabase(env.DATABASE_URL);
  const started = await startPostgres({
    dataDir: join(home, 'postgres'),
    toolsDir,
    log,
    ...(signal && { signal }),
  });
  teardown.add('PostgreSQL', started.stop);
  return started.url;
}

async function redis({ home, toolsDir, env, log, teardown }: ServicesOptions): Promise<RedisAccess> {
  const given = await givenRedis(env);
  if (given) return given;
  const started = await startRedis({ dataDir: join(home, 'redis'), toolsDir, log });
  teardown.add('Redis', started.stop);
  const token = randomBytes(24).toString('base64url');
  const front = await startUpstashFront({ redisPort: started.port, redisPassword: started.password, token });
  teardown.add('the front of Redis', front.stop);
  return { url: front.url, token };
}

async function sqs({ home, log, teardown }: ServicesOptions): Promise<string> {
  const started = await startSqs({ dataDir: join(home, 'sqs'), log });
  teardown.add('SQS', started.stop);
  return started.url;
}

async function secretsAndKeys({ home, allow, teardown }: ServicesOptions): Promise<string> {
  const started = await startAwsFront({ dataFile: join(home, 'aws.json'), allow });
  teardown.add('Secrets Manager and KMS', started.stop);
  return started.url;
}

async function aws(options: ServicesOptions): Promise<AwsEndpoints> {
  const given = (service: AwsService) => givenEndpoint(options.env, service);
  const localFront = given('SECRETS_MANAGER') && given('KMS') ? Promise.resolve('') : secretsAndKeys(options);
  const endpoint = async (service: AwsService, local: () => Promise<string>) => {
    const url = given(service);
    return url ? assertEndpoint(url, options.env, service) : local();
  };
  const [sqsUrl, secretsManager, kms] = await startAll([
    endpoint('SQS', () => sqs(options)),
    endpoint('SECRETS_MANAGER', () => localFront),
    endpoint('KMS', () => localFront),
  ]);
  return { sqs: sqsUrl, secretsManager, kms };
}

/** Starts or finds them all at the same time. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const [databaseUrl, redisAccess, awsEndpoints] = await startAll([
    database(options),
    redis(options),
    aws(options),
  ]);
  return { databaseUrl, redis: redisAccess, aws: awsEndpoints };
}
