// The whole product on one machine: services, functions, gateway, event sources and scheduler.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { stop as stopBundler } from 'esbuild';
import { endpoints, messages, schedules } from '#shared/contract/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { build } from '../build.ts';
import { migrate } from '../migrate.ts';
import { seedChains, seedTokens } from '../seed.ts';
import { awsAccess } from './aws-endpoints.ts';
import { claimHome, type Instance } from './instance.ts';
import { specOf } from './lambda/catalog.ts';
import { functionVariables } from './lambda/function-variables.ts';
import { createLambda, type Lambda } from './lambda/lambda.ts';
import { openLogFile } from './log-file.ts';
import { startControl } from './operator/control.ts';
import { allow, platformCaller, priceKeysOf, provisionSecrets } from './secrets.ts';
import type { Log } from './servers/processes.ts';
import { type Services, startAll, startServices } from './services.ts';
import { corsOriginsOf, toolsFolder } from './settings.ts';
import { createTeardown, type Teardown } from './teardown.ts';
import { type EventSources, startEventSources } from './triggers/event-sources.ts';
import { startGateway } from './triggers/gateway.ts';
import { closeServer, listen } from './triggers/http-server.ts';
import { provisionQueues, type Queue } from './triggers/queues.ts';
import { startScheduler } from './triggers/scheduler.ts';

export interface PlatformOptions {
  home: string;
  /** 0 takes a free one. */
  port: number;
  log: Log;
  schedules: boolean;
  env?: NodeJS.ProcessEnv;
  toolsDir?: string;
  /** Functions that are built already; otherwise they are built into the home folder. */
  bundlesDir?: string;
  /** Execution environments at a time, of one function and of all: each is a thread. */
  environments?: { maxPerFunction: number; maxTotal: number };
  /** Gives up starting. */
  signal?: AbortSignal;
}

export interface Platform {
  url: string;
  databaseUrl: string;
  adminToken: string;
  instance: Instance;
  sqs: SQSClient;
  queues: Record<string, Queue>;
  /** Runs one function, as an operator would. */
  invoke: (functionId: string, event: unknown) => Promise<unknown>;
  /** Resolves once every queue is empty. */
  drained: () => Promise<void>;
  stop: () => Promise<void>;
}

interface Context extends Required<Pick<PlatformOptions, 'env' | 'bundlesDir'>> {
  options: PlatformOptions;
  teardown: Teardown;
  functionLog: Log;
}

/** Better known at once than after the minute that everything else may take. */
async function assertPortIsFree(port: number): Promise<void> {
  const probe = createServer();
  await listen(probe, { port, host: '127.0.0.1' });
  await closeServer(probe, 1);
}

async function prepareDatabase(databaseUrl: string): Promise<void> {
  await migrate(databaseUrl);
  await seedChains(databaseUrl);
  await seedTokens(databaseUrl);
}

async function startParts({ options, env, bundlesDir, teardown }: Context): Promise<Services> {
  const { home, log, signal, toolsDir = toolsFolder } = options;
  const andBuild = options.bundlesDir ? '' : ', and building the functions';
  log(`Starting the database, Redis, queues and secrets in ${home}${andBuild}.`);
  // The bundler's process would stay for as long as ours.
  const building = options.bundlesDir
    ? Promise.resolve()
    : build({ outDir: bundlesDir }).finally(stopBundler);
  const common = { home, toolsDir, env, log, allow, teardown };
  const starting = startServices({ ...common, ...(signal && { signal }) });
  const [services] = await startAll([starting, building]);
  return services;
}

async function provision({ options, env, teardown }: Context, { aws, databaseUrl, redis }: Services) {
  options.log('Bringing the database, the queues and the secrets up to date.');
  const access = awsAccess(env, platformCaller);
  const sqs = new SQSClient({ ...access, endpoint: aws.sqs });
  const secretsManager = new SecretsManagerClient({ ...access, endpoint: aws.secretsManager });
  teardown.add('the clients of AWS', () => {
    sqs.destroy();
    secretsManager.destroy();
  });
  const [queues, { adminToken }] = await Promise.all([
    provisionQueues({ messages, sqs }),
    provisionSecrets(secretsManager, {
      databaseUrl,
      redis,
      adminToken: env.ADMIN_TOKEN,
      priceKeys: priceKeysOf(env),
    }),
    prepareDatabase(databaseUrl),
  ]);
  return { sqs, queues, adminToken };
}

type Provisioned = Awaited<ReturnType<typeof provision>>;

function startFunctions(context: Context, { aws }: Services, { queues }: Provisioned): Lambda {
  const { env, bundlesDir, functionLog, options } = context;
  const commit = env.BAGTRACKER_COMMIT || checkedOutCommit();
  const common = { aws, queues, version: manifest.version, commit, env };
  const lambda = createLambda({
    bundlesDir,
    log: functionLog,
    ...options.environments,
    environment: (id) => functionVariables(specOf(id), common),
  });
  context.teardown.add('the functions', lambda.stop);
  return lambda;
}

/** The commit that is checked out here; undefined without git, and in a copy that has no history. */
function checkedOutCommit(): string | undefined {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  return stdout?.trim() || undefined;
}

type PlatformInvoke = Platform['invoke'];

/** What makes functions run: the last to start, the first to stop. */
async function startTriggers(context: Context, { sqs, queues }: Provisioned, invoke: PlatformInvoke) {
  const { options, env, teardown, functionLog: log } = context;
  const control = await startControl(invoke);
  teardown.add('the control server', control.stop);
  const eventSources: EventSources = startEventSources({ messages, queues, sqs, invoke, log });
  teardown.add('the event sources', eventSources.stop);
  if (options.schedules) teardown.add('the scheduler', startScheduler({ schedules, invoke, log }).stop);
  const corsOrigins = corsOriginsOf(env);
  const gateway = await startGateway({ port: options.port, endpoints, invoke, corsOrigins });
  teardown.add('the gateway', gateway.stop);
  return { control, eventSources, gateway };
}

async function start(context: Context): Promise<Omit<Platform, 'stop'>> {
  const { options, teardown, bundlesDir } = context;
  const { home, port, signal } = options;
  const apiUrl = `http://127.0.0.1:${port}`;
  // Better refused at once than after everything else has started.
  corsOriginsOf(context.env);
  const claimed = await claimHome(home, { apiUrl, version: manifest.version });
  teardown.add('the home folder', claimed.release);
  await assertPortIsFree(port);
  const logFile = openLogFile(join(home, 'logs', 'functions.log'));
  teardown.add('the log', logFile.close);
  const running = { ...context, functionLog: logFile.log };

  const services = await startParts(running);
  signal?.throwIfAborted();
  const provisioned = await provision(running, services);
  signal?.throwIfAborted();
  const lambda = startFunctions(running, services, provisioned);
  const invoke: PlatformInvoke = async (id, event) => lambda.invoke(id, event, specOf(id).limits);
  const { control, eventSources, gateway } = await startTriggers(running, provisioned, invoke);

  const { databaseUrl, aws } = services;
  const instance = await claimed.publish({
    api_url: gateway.url,
    control_url: control.url,
    control_token: control.token,
    database_url: databaseUrl,
    sqs_endpoint: aws.sqs,
    secrets_manager_endpoint: aws.secretsManager,
    kms_endpoint: aws.kms,
    bundles_dir: bundlesDir,
  });
  const { drained } = eventSources;
  return { ...provisioned, url: gateway.url, databaseUrl, instance, invoke, drained };
}

/** Starts everything, or stops what it had started and throws. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { log, home, env = process.env, bundlesDir = join(home, 'build', 'functions') } = options;
  const teardown = createTeardown(log);
  try {
    const context = { options, env, bundlesDir, teardown, functionLog: log };
    return { ...(await start(context)), stop: teardown.run };
  } catch (error) {
    await teardown.run();
    throw error;
  }
}
