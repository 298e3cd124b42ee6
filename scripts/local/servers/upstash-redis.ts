// Runs the commands that arrive over Upstash's REST protocol on a real Redis.
import { createHash } from 'node:crypto';
import { createClient, ErrorReply, RESP_TYPES } from 'redis';

/** What Redis answers: strings with data come as bytes, status lines such as OK as text. */
export type RedisReply = null | number | string | Buffer | ErrorReply | RedisReply[];
export type RedisOutcome = { result: RedisReply } | { error: string };
export type RedisCommand = string[];

export interface RedisRunner {
  one(command: RedisCommand): Promise<RedisOutcome>;
  transaction(commands: RedisCommand[]): Promise<RedisOutcome[] | { error: string }>;
  stop(): Promise<void>;
}

// They would change the one connection all requests share; Upstash's REST protocol does not take them either.
const REFUSED = new Set(
  (
    'AUTH BLMOVE BLMPOP BLPOP BRPOP BRPOPLPUSH BZMPOP BZPOPMAX BZPOPMIN CLIENT DISCARD EXEC HELLO MONITOR MULTI ' +
    'PSUBSCRIBE PSYNC QUIT RESET SELECT SHUTDOWN SSUBSCRIBE SUBSCRIBE SYNC WAIT WAITAOF WATCH UNWATCH'
  ).split(' '),
);
const KEY_LOCKING = /^#!lua[^\n]*\ballow-key-locking\b[^\n]*(\n|$)/;

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

/**
 * Upstash's own scripts start with a line that only Upstash's server understands. Redis gets them without it,
 * under another digest, so the digest the client knows is translated.
 */
function scriptTranslator(): (command: RedisCommand) => RedisCommand {
  const digests = new Map<string, string>();
  const strip = (script: string) => {
    const stripped = script.replace(KEY_LOCKING, '');
    if (stripped !== script) digests.set(sha1(script), sha1(stripped));
    return stripped;
  };
  const translate = (digest: string) => digests.get(digest.toLowerCase()) ?? digest;
  return ([name = '', ...args]) => {
    const [first = '', ...rest] = args;
    const subcommand = first.toUpperCase();
    if (/^EVAL(_RO)?$/i.test(name)) return [name, strip(first), ...rest];
    if (/^EVALSHA(_RO)?$/i.test(name)) return [name, translate(first), ...rest];
    if (/^SCRIPT$/i.test(name) && subcommand === 'EXISTS') return [name, first, ...rest.map(translate)];
    if (/^SCRIPT$/i.test(name) && subcommand === 'LOAD') return [name, first, ...rest.map(strip)];
    return [name, ...args];
  };
}

function refusal([name = '']: RedisCommand): string | undefined {
  if (name === '') return 'ERR empty command';
  return REFUSED.has(name.toUpperCase()) ? `ERR Command is not available: '${name}'` : undefined;
}

function failure(error: unknown): { error: string } {
  if (error instanceof ErrorReply) return { error: error.message };
  return { error: `ERR Redis is not available: ${error instanceof Error ? error.message : String(error)}` };
}

/** The digest a client expects of SCRIPT LOAD is that of the text it sent. */
function withOriginalDigest([name = '', first = '', script]: RedisCommand, reply: RedisReply): RedisReply {
  const isLoad = name.toUpperCase() === 'SCRIPT' && first.toUpperCase() === 'LOAD';
  return isLoad && script !== undefined && Buffer.isBuffer(reply) ? Buffer.from(sha1(script)) : reply;
}

export async function connectRedis(options: { port: number; password?: string }): Promise<RedisRunner> {
  const client = createClient({
    socket: { host: '127.0.0.1', port: options.port },
    ...(options.password ? { password: options.password } : {}),
    RESP: 2,
    // Otherwise half a transaction could be sent again after a reconnect.
    disableOfflineQueue: true,
  });
  // Each failing command reports it; without a listener it would end the process.
  client.on('error', () => {});
  await client.connect();
  const raw = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const send = (command: RedisCommand) => raw.sendCommand<RedisReply>(command);
  const translate = scriptTranslator();

  async function one(command: RedisCommand): Promise<RedisOutcome> {
    const refused = refusal(command);
    if (refused) return { error: refused };
    try {
      return { result: withOriginalDigest(command, await send(translate(command))) };
    } catch (error) {
      return failure(error);
    }
  }

  async function transaction(commands: RedisCommand[]): Promise<RedisOutcome[] | { error: string }> {
    const refused = commands.map(refusal).find((reason) => reason !== undefined);
    if (refused) return { error: refused };
    // Sent in one go, so no other request's command gets between them.
    const queued = [['MULTI'], ...commands.map(translate)].map(send);
    const executed = send(['EXEC']);
    await Promise.allSettled(queued);
    try {
      const replies = await executed;
      if (!Array.isArray(replies)) return { error: 'EXECABORT Transaction discarded.' };
      return replies.map((reply, index) =>
        reply instanceof ErrorReply
          ? { error: reply.message }
          : { result: withOriginalDigest(commands[index] ?? [], reply) },
      );
    } catch (error) {
      return failure(error);
    }
  }

  return { one, transaction, stop: async () => client.destroy() };
}
