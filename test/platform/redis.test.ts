import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from 'redis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Redis, startRedis } from '../../scripts/local/servers/redis.ts';
import { processIdentity } from '../../scripts/lock.mjs';
import { ignore, privateFolder, TOOLS } from './folders.ts';

async function start(dataDir: string): Promise<Redis> {
  const redis = await startRedis({ dataDir, toolsDir: TOOLS, log: ignore });
  onTestFinished(() => redis.stop());
  return redis;
}

async function send(redis: Redis, ...command: string[]): Promise<unknown> {
  const socket = { host: '127.0.0.1', port: redis.port, reconnectStrategy: false } as const;
  const client = createClient({ socket, password: redis.password });
  client.on('error', ignore);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

const pidOf = async (dataDir: string) => Number(await readFile(join(dataDir, 'redis.pid'), 'utf8'));

describe('the local Redis', () => {
  test('is 8, listens on 127.0.0.1 only and wants its password', async () => {
    const redis = await start(join(await privateFolder(), 'redis'));
    expect(await send(redis, 'INFO', 'server')).toMatch(/redis_version:8\./);
    expect(await send(redis, 'CONFIG', 'GET', 'bind')).toMatchObject({ bind: '127.0.0.1' });
    await expect(send({ ...redis, password: 'wrong' }, 'PING')).rejects.toThrow(/WRONGPASS/);
  });

  test('keeps its data across a restart and leaves no process behind', async () => {
    const dataDir = join(await privateFolder(), 'redis');
    const first = await start(dataDir);
    await send(first, 'SET', 'kept', 'yes');
    const pid = await pidOf(dataDir);
    await first.stop();
    expect(await processIdentity(pid)).toBeUndefined();

    const second = await start(dataDir);
    expect(await send(second, 'GET', 'kept')).toBe('yes');
  });

  test('keeps its data when it was killed', async () => {
    const dataDir = join(await privateFolder(), 'redis');
    const first = await start(dataDir);
    await send(first, 'SET', 'kept', 'yes');
    process.kill(await pidOf(dataDir), 'SIGKILL');
    await first.stop();

    const second = await start(dataDir);
    expect(await send(second, 'GET', 'kept')).toBe('yes');
  });
});
