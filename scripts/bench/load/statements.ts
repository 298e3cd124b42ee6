import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Request } from 'autocannon';
import { endpoints } from '#shared/contract/index.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { specOf } from '../../local/lambda/catalog.ts';
import { functionVariables } from '../../local/lambda/function-variables.ts';
import type { Platform } from '../../local/platform.ts';
import { gatewayEvent } from '../../local/triggers/gateway-event.ts';
import { createRouter } from '../../local/triggers/gateway-routes.ts';
import { percentile } from './measure.ts';
import type { Scenario } from './scenarios.ts';
import type { Calls, Spent } from './statements-worker.ts';

const calls = 300;
/** The first calls connect, read secrets and are not compiled yet. */
const unmeasured = 100;

const route = createRouter(endpoints);

const eventOf = ({ method, path, headers, body = '' }: Request) => {
  const match = route(method, path);
  if (!match) throw new Error(`No endpoint serves ${method} ${path}`);
  const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  const sent = { url: path, headers: lists, body: Buffer.from(body), sourceIp: '127.0.0.1', now: new Date() };
  return gatewayEvent({ ...match, ...sent });
};

/** What the database takes of one call, when no other is under way: the medians. */
export const databaseTime = async (
  { functionId, requests }: Scenario,
  { instance, queues }: Platform,
  env: NodeJS.ProcessEnv,
): Promise<Spent> => {
  const aws = {
    sqs: instance.sqs_endpoint,
    secretsManager: instance.secrets_manager_endpoint,
    kms: instance.kms_endpoint,
  };
  const workerData: Calls = { functionId, events: requests(calls).map(eventOf) };
  const worker = new Worker(new URL('./statements-worker.ts', import.meta.url), {
    workerData,
    env: functionVariables(specOf(functionId), { aws, queues, version: manifest.version, env }),
  });
  const [all] = (await once(worker, 'message')) as [Spent[]];
  await worker.terminate();
  const measured = all.slice(unmeasured);
  return {
    database: percentile(
      measured.map(({ database }) => database),
      0.5,
    ),
    statements: percentile(
      measured.map(({ statements }) => statements),
      0.5,
    ),
  };
};
