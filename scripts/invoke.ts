// `npm run invoke -- <function id> [--event FILE] [--at ISO-TIME]`: runs one function of the running instance.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { type Instance, readInstance } from './local/instance.ts';
import { catalog, type FunctionSpec } from './local/lambda/catalog.ts';
import type { ControlAnswer } from './local/operator/control.ts';
import { SetupError } from './local/servers/processes.ts';
import { homeFolder, loadSettings } from './local/settings.ts';
import { httpEvent, queueEvent, scheduleEvent } from './local/triggers/hand-made-events.ts';

const usage = 'Usage: npm run invoke -- <function id> [--event FILE] [--at ISO-TIME]';

interface Call {
  spec: FunctionSpec;
  event: string | undefined;
  at: string | undefined;
}

function findFunction(id: string | undefined): FunctionSpec {
  const spec = id === undefined ? undefined : catalog.get(id);
  if (spec) return spec;
  const problem = id === undefined ? usage : `There is no function ${id}`;
  throw new SetupError(`${problem}; there are ${[...catalog.keys()].sort().join(', ')}.`);
}

function readCall(): Call {
  const options = { event: { type: 'string' }, at: { type: 'string' } } as const;
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>;
  try {
    parsed = parseArgs({ options, allowPositionals: true });
  } catch {
    throw new SetupError(usage);
  }
  const [id, ...rest] = parsed.positionals;
  if (rest.length > 0) throw new SetupError(usage);
  const { event, at } = parsed.values;
  const spec = findFunction(id);
  if (at !== undefined && spec.kind !== 'schedule')
    throw new SetupError(`--at is for schedules, and ${spec.id} is none.`);
  if (at !== undefined && event !== undefined)
    throw new SetupError('Give either --at or --event: both say when.');
  return { spec, event, at };
}

/** The event of a file, or of the standard input for `-`. */
async function readEvent(file: string): Promise<unknown> {
  const name = file === '-' ? 'The standard input' : file;
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch {
    throw new SetupError(`${name} cannot be read.`);
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new SetupError(`${name} is not JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

async function makeEvent({ spec, event, at }: Call): Promise<unknown> {
  const given = event === undefined ? undefined : await readEvent(event);
  if (spec.kind === 'http') return httpEvent(spec.endpoint, given);
  if (spec.kind === 'queue') return queueEvent(spec.message, given);
  return given ?? scheduleEvent(spec.schedule, at, new Date());
}

/** Without fetch, which gives up after five minutes: a schedule may take as long. */
async function post(url: string, token: string, body: string): Promise<string> {
  const request = httpRequest(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  request.end(body);
  const [response] = await once(request, 'response');
  return text(response);
}

async function invoke(instance: Instance, functionId: string, event: unknown): Promise<ControlAnswer> {
  const { control_url, control_token, pid } = instance;
  try {
    const call = JSON.stringify({ function_id: functionId, event });
    return JSON.parse(await post(`${control_url}/invoke`, control_token, call));
  } catch {
    throw new SetupError(`BagTracker (process ${pid}) went away before ${functionId} had answered.`);
  }
}

/** A queue function that fails some of its messages says so in its answer. */
function failedMessages(spec: FunctionSpec, result: unknown): boolean {
  if (spec.kind !== 'queue' || typeof result !== 'object' || result === null) return false;
  return (
    'batchItemFailures' in result &&
    Array.isArray(result.batchItemFailures) &&
    result.batchItemFailures.length > 0
  );
}

async function main(): Promise<void> {
  const call = readCall();
  loadSettings();
  const event = await makeEvent(call);
  const answer = await invoke(await readInstance(homeFolder()), call.spec.id, event);
  if ('error' in answer) {
    const { type, message } = answer.error;
    throw new SetupError(`${call.spec.id} failed: ${type}: ${message}`);
  }
  console.log(JSON.stringify(answer.result, null, 2));
  if (failedMessages(call.spec, answer.result))
    throw new SetupError(`${call.spec.id} failed messages; the log of the functions says why.`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}
