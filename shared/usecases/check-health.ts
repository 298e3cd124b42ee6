import { ping } from '#shared/adapters/db/chains.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { pingQueues } from '#shared/adapters/queue.ts';
import { redis } from '#shared/adapters/redis.ts';
import { settings } from '#shared/config.ts';

const patienceMs = 4_000;

const stateOf = async (check: Promise<unknown>): Promise<'up' | 'down'> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), patienceMs);
  });
  const answered = check.then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return Promise.race([answered, patience]).finally(() => clearTimeout(timer));
};

/** The state of what the system stands on. Without the database nothing works; without the others, less. */
export const checkHealth = async (db: Db) => {
  const [database, redisState, queue] = await Promise.all([
    stateOf(ping(db)),
    stateOf(redis().then((client) => client.ping())),
    stateOf(pingQueues()),
  ]);
  const well = redisState === 'up' && queue === 'up';
  return {
    status:
      database === 'down' ? ('unhealthy' as const) : well ? ('healthy' as const) : ('degraded' as const),
    database,
    redis: redisState,
    queue,
    version: settings().BAGTRACKER_VERSION,
  };
};
