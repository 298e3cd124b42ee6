// Secrets Manager and KMS on one port of 127.0.0.1, as far as BagTracker uses them.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { AwsError, type AwsInput } from './aws-error.ts';
import { type Reply, serve } from './json-server.ts';
import { type KmsKey, kmsActions, kmsResource } from './kms.ts';
import { errorCode, explainFileError } from './processes.ts';
import { type Secrets, secretResource, secretsManagerActions } from './secrets-manager.ts';

interface State {
  key: KmsKey;
  secrets: Secrets;
}

interface AwsFront {
  url: string;
  stop(): Promise<void>;
}

/**
 * Says whether the caller behind an access key may do an action, such as `kms:Decrypt`, on an ARN.
 * The signature is not checked: this tells honest functions apart, it keeps nobody out.
 */
export type Allow = (accessKeyId: string, action: string, resource: string) => boolean;

async function load(dataFile: string): Promise<State> {
  try {
    return JSON.parse(await readFile(dataFile, 'utf8'));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return { key: { id: randomUUID(), material: randomBytes(32).toString('base64') }, secrets: {} };
  }
}

async function save(dataFile: string, state: State): Promise<void> {
  const draft = `${dataFile}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(state, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, dataFile);
}

function accessKeyOf(request: IncomingMessage): string {
  const found = /Credential=([^/,\s]+)\//.exec(request.headers.authorization ?? '')?.[1];
  if (found) return found;
  throw new AwsError('MissingAuthenticationTokenException', 'The request is not signed.', 403);
}

function parse(body: Buffer): AwsInput {
  try {
    const value: unknown = JSON.parse(body.toString() || '{}');
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // Said below.
  }
  throw new AwsError('SerializationException', 'The request is not a JSON object.');
}

/** What a request asks for: the right it needs, the ARN it is about, and the call itself. */
function operation(state: State, target: string, input: AwsInput) {
  const [service, action = ''] = target.split('.');
  const secrets = service === 'secretsmanager' ? secretsManagerActions.get(action) : undefined;
  if (secrets)
    return {
      right: `secretsmanager:${action}`,
      resource: secretResource(state.secrets, input),
      run: () => secrets(state.secrets, input),
    };
  const kms = service === 'TrentService' ? kmsActions.get(action) : undefined;
  if (kms)
    return {
      right: `kms:${action}`,
      resource: kmsResource(state.key, input),
      run: () => kms(state.key, input),
    };
  throw new AwsError('UnknownOperationException', `${target} is not known here.`);
}

function perform(state: State, request: IncomingMessage, body: Buffer, allow: Allow): object {
  const caller = accessKeyOf(request);
  const target = String(request.headers['x-amz-target'] ?? '');
  const { right, resource, run } = operation(state, target, parse(body));
  if (allow(caller, right, resource)) return run();
  throw new AwsError(
    'AccessDeniedException',
    `User: ${caller} is not authorized to perform: ${right} on resource: ${resource}`,
  );
}

function failure(error: unknown): Reply {
  const { code, message, status } =
    error instanceof AwsError
      ? error
      : new AwsError('InternalServiceError', error instanceof Error ? error.message : String(error), 500);
  return {
    status,
    body: { __type: code, Message: message, message },
    headers: { 'x-amzn-errortype': code },
  };
}

/** Keys and secrets are kept in `dataFile`, readable by its owner only; every change is on disk before the answer. */
export async function startAwsFront(options: {
  dataFile: string;
  allow?: Allow;
  port?: number;
}): Promise<AwsFront> {
  const { dataFile, allow = () => true } = options;
  const state = await load(dataFile);
  try {
    await mkdir(dirname(dataFile), { recursive: true });
    await save(dataFile, state);
  } catch (error) {
    throw explainFileError(error, dirname(dataFile));
  }
  let saved = JSON.stringify(state);
  let saving = Promise.resolve();
  const saveChanges = (): Promise<void> => {
    saving = saving
      .catch(() => {})
      .then(async () => {
        const current = JSON.stringify(state);
        if (current === saved) return;
        await save(dataFile, state);
        saved = current;
      });
    return saving;
  };
  const answer = async (request: IncomingMessage, body: Buffer): Promise<Reply> => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
    try {
      const result = perform(state, request, body, allow);
      await saveChanges();
      return { status: 200, body: result, headers };
    } catch (error) {
      const reply = failure(error);
      return { ...reply, headers: { ...headers, ...reply.headers } };
    }
  };
  const server = await serve(answer, options.port);
  const stop = async () => {
    await server.stop();
    await saving.catch(() => {});
  };
  return { url: server.url, stop };
}
