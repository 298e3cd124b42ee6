import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPool } from '#shared/adapters/db/client.ts';
import { startPlatform } from '../local/platform.ts';
import { databaseFigures } from './cost-basis/database-figures.ts';
import { engineFigures } from './cost-basis/engine-figures.ts';
import { printer } from './cost-basis/figures.ts';
import { importFigures } from './cost-basis/import-figures.ts';

const method = `
Each figure stands beside a baseline of the same run; the ratio is value / baseline.
  engine_*         rows a second, every match kept, medians of three processes; "warm" is all runs of a process but the first.
                   Baseline: a bare exact FIFO with BigInt, without kinds, fees, terms and totals; of engine_worst the mixed
                   ledger; of engine_vs_* what is named (rotki and RP2 as measured elsewhere: an order of magnitude)
  recalculate_*    read, replay, write, in one transaction, nothing stored before. Baseline: the same rows through COPY
                   both ways, into the same tables and indexes, computing nothing
  append_*         the whole use case of POST /transaction in a balance of so many rows, by FIFO where nothing else is said.
                   Baseline: begin, insert, commit
  change_*         the same, some transactions before the last. Baseline: an append
  import_*         a real wallet's exports over HTTP, to settled balances
`;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, only: { type: 'string', default: '' } },
});
const print = printer(values.json);
const log = (line: string) => process.stderr.write(`${line}\n`);
if (!values.json) log(method);

if (values.only !== 'database') for await (const figure of engineFigures()) print(figure);
if (values.only !== 'engine') {
  const folder = await mkdtemp(join(tmpdir(), 'bagtracker-cost-basis-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const env = {
      PATH: process.env.PATH,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_FACTOR: '1000000',
      PRICE_SOURCES: 'none',
    };
    const platform = await startPlatform({ home: join(folder, 'home'), port: 0, log, schedules: false, env });
    stops.unshift(platform.stop);
    const pool = createPool(platform.databaseUrl, 2);
    stops.unshift(() => pool.end());
    for await (const figure of importFigures(platform)) print(figure);
    for await (const figure of databaseFigures(platform.databaseUrl, pool, folder)) print(figure);
  } finally {
    for (const stop of stops) await stop();
  }
}
