// Upstash's REST protocol in front of a real Redis, so that @upstash/redis runs unchanged.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ErrorReply } from 'redis';
import { type Reply, serve } from './json-server.ts';
import {
  connectRedis,
  type RedisCommand,
  type RedisOutcome,
  type RedisReply,
  type RedisRunner,
} from './upstash-redis.ts';

export interface UpstashFront {
  url: string;
  token: string;
  stop(): Promise<void>;
}

class BadRequest extends Error {}

const digest = (text: string) => createHash('sha256').update(text).digest();

function isAuthorized(request: IncomingMessage, url: URL, token: string): boolean {
  const header = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
  const given = header ?? url.searchParams.get('_token') ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function toCommand(value: unknown): RedisCommand {
  if (!Array.isArray(value) || value.length === 0) throw new BadRequest('ERR a command is a non-empty array');
  return value.map((argument) => {
    if (argument === null || typeof argument === 'object') throw new BadRequest('ERR invalid argument');
    return String(argument);
  });
}

function parseArray(body: Buffer): unknown[] {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new BadRequest('ERR failed to parse the request body: a JSON array is expected');
}

/** /set/key/value?EX=100, with a body as one more argument of its own. */
function pathCommand(url: URL, body: Buffer): RedisCommand {
  const parts = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const options = [...url.searchParams].filter(([name]) => name !== '_token').flat();
  return [...parts, ...(body.length > 0 ? [body.toString()] : []), ...options.filter((part) => part !== '')];
}

// Upstash leaves the status OK readable even then.
const asBase64 = (bytes: Buffer) => (bytes.toString() === 'OK' ? 'OK' : bytes.toString('base64'));

function encode(reply: RedisReply, isBase64: boolean): unknown {
  if (reply instanceof ErrorReply) return reply.message;
  if (Array.isArray(reply)) return reply.map((item) => encode(item, isBase64));
  if (Buffer.isBuffer(reply)) return isBase64 ? asBase64(reply) : reply.toString();
  return typeof reply === 'string' && isBase64 ? asBase64(Buffer.from(reply)) : reply;
}

function encodeOutcome(outcome: RedisOutcome, isBase64: boolean): unknown {
  return 'error' in outcome ? outcome : { result: encode(outcome.result, isBase64) };
}

async function execute(redis: RedisRunner, request: IncomingMessage, url: URL, body: Buffer): Promise<Reply> {
  const isBase64 = request.headers['upstash-encoding'] === 'base64';
  if (url.pathname === '/pipeline') {
    const outcomes = await Promise.all(parseArray(body).map(toCommand).map(redis.one));
    return { status: 200, body: outcomes.map((outcome) => encodeOutcome(outcome, isBase64)) };
  }
  if (url.pathname === '/multi-exec') {
    const outcome = await redis.transaction(parseArray(body).map(toCommand));
    if (!Array.isArray(outcome)) return { status: 400, body: outcome };
    return { status: 200, body: outcome.map((part) => encodeOutcome(part, isBase64)) };
  }
  const command = url.pathname === '/' ? toCommand(parseArray(body)) : pathCommand(url, body);
  const outcome = await redis.one(command);
  return { status: 'error' in outcome ? 400 : 200, body: encodeOutcome(outcome, isBase64) };
}

export async function startUpstashFront(options: {
  redisPort: number;
  redisPassword?: string;
  token: string;
  port?: number;
}): Promise<UpstashFront> {
  const { token } = options;
  const password = options.redisPassword;
  const redis = await connectRedis({ port: options.redisPort, ...(password ? { password } : {}) });
  const answer = async (request: IncomingMessage, body: Buffer): Promise<Reply> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (!['HEAD', 'GET', 'POST', 'PUT'].includes(request.method ?? ''))
      return { status: 405, body: { error: 'ERR method not allowed' } };
    if (!isAuthorized(request, url, token))
      return { status: 401, body: { error: 'WRONGPASS invalid token' } };
    try {
      return await execute(redis, request, url, body);
    } catch (error) {
      if (error instanceof BadRequest || error instanceof URIError)
        return { status: 400, body: { error: error.message } };
      throw error;
    }
  };
  const server = await serve(answer, options.port).catch(async (error: unknown) => {
    await redis.stop();
    throw error;
  });
  return {
    url: server.url,
    token,
    stop: async () => {
      await server.stop();
      await redis.stop();
    },
  };
}
