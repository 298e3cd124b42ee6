import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { createPool } from '#shared/adapters/db/client.ts';
import { startPostgres } from '../local/servers/postgres.ts';
import { toolsFolder } from '../local/settings.ts';
import { migrate } from '../migrate.ts';
import { type Figure, printer } from './cost-basis/figures.ts';
import { historyFigures } from './time-series/history.ts';
import { priceRefreshFigures } from './time-series/price-refresh.ts';
import { recomputeFigures } from './time-series/recompute.ts';
import { snapshotFigures } from './time-series/snapshots.ts';

const method = `
Each figure stands beside a baseline of the same run; the ratio is value / baseline. Each part has a database of its own.
  price_refresh_*  prices of 5,000 held tokens from two local sources, a twelfth of them checked by the second. Baseline of
                   the calls: one a token; of the seconds: as many bare calls of the first source, nothing written
  snapshot_*       1,000,000 balances in 5,000 tokens, two shards at a time. Baseline: the same rows from a table that has
                   them ready into one with their key; as many rows as wide as the original's in the same way; what the
                   original did, row by row; and bytes a row of its table
  *_history_*      the use case behind the endpoint, every point by day in one answer, over one connection: of 20 balances with
                   43,200 hourly rows; of a year, after 1,000,000 hourly rows of others. Baseline: the rows' sums alone, by
                   their key, and no question asked
  recompute_*      all rows of a balance of 100,000 transactions in the last two years, from a token's prices of three.
                   Baseline: the same rows from a table that has them ready into one with their key
`;

/** Each part of this benchmark, by the name that `--only` takes. */
const parts: Record<string, (pool: pg.Pool) => AsyncGenerator<Figure>> = {
  prices: priceRefreshFigures,
  snapshots: snapshotFigures,
  history: historyFigures,
  recompute: recomputeFigures,
};

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const print = printer(values.json);
const log = (line: string) => process.stderr.write(`${line}\n`);
if (!values.json) log(method);

const folder = await mkdtemp(join(tmpdir(), 'bagtracker-time-series-'));
const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), toolsDir: toolsFolder, log });
  stops.unshift(server.stop);
  for (const [name, figures] of Object.entries(parts)) {
    if (values.only !== '' && values.only !== name) continue;
    const url = new URL(server.url);
    const owner = createPool(server.url, 1);
    await owner.query(`CREATE DATABASE bench_${name}`).finally(() => owner.end());
    url.pathname = `/bench_${name}`;
    await migrate(url.href);
    const pool = createPool(url.href, 2);
    try {
      for await (const figure of figures(pool)) print(figure);
    } finally {
      await pool.end();
    }
  }
} finally {
  for (const stop of stops) await stop();
}
