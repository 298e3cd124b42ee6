// What costs in a real database: whole recalculations, appends, changes near the end.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import type { Method } from '#shared/domain/method.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { bundled } from './bundled.ts';
import { copyFloor } from './copy-floor.ts';
import { clear, fill, newPosition, type Position, settleDown } from './database.ts';
import { type Figure, median } from './figures.ts';
import { mixed } from './ledgers.ts';
import { type Recorder, recorder } from './recorder.ts';

const run = promisify(execFile);

/** The worker's recalculation in a fresh process, bundled as a function is. */
const recalculate = async (program: string, url: string, { balanceUuid }: Position) => {
  const { stdout } = await run(process.execPath, [program, url, balanceUuid]);
  return JSON.parse(stdout) as { seconds: number; megabytes: number };
};

const rounds = 3;

async function* million(
  url: string,
  pool: pg.Pool,
  position: Position,
  folder: string,
): AsyncGenerator<Figure> {
  const program = await bundled(join(import.meta.dirname, 'recalculate-process.ts'), folder);
  const ours: Awaited<ReturnType<typeof recalculate>>[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await clear(pool, position.balanceId);
    await settleDown(pool);
    ours.push(await recalculate(program, url, position));
    const floor = await copyFloor(pool, position.balanceId);
    await clear(pool, position.balanceId);
    await settleDown(pool);
    floors.push(await floor());
  }
  const seconds = median(ours.map((one) => one.seconds));
  const floor = median(floors);
  const megabytes = median(ours.map((one) => one.megabytes));
  yield { name: 'recalculate_1m', value: seconds, unit: 's', baseline: floor };
  yield {
    ...{ name: 'recalculate_1m_vs_copy_floor', value: seconds / floor, unit: 'ratio', baseline: floor },
    bar: '<= 1.5',
  };
  yield { name: 'recalculate_1m_rss', value: megabytes, unit: 'MB', baseline: 400, bar: '<= 400 MB' };
}

const small = 10_000;
const smallRounds = 25;

/** In a warm process, as a worker that has been busy; nothing is stored of the balance before. */
async function* tenThousand(pool: pg.Pool): AsyncGenerator<Figure> {
  const db = createDb(pool);
  const position = await newPosition(pool);
  await fill(pool, db, position, mixed(small));
  const times: number[] = [];
  for (let round = 0; round < smallRounds; round += 1) {
    await clear(pool, position.balanceId);
    await settleDown(pool);
    const start = performance.now();
    await handleRecalculation(db, position.balanceUuid);
    times.push(performance.now() - start);
  }
  const floor = await copyFloor(pool, position.balanceId);
  const floors: number[] = [];
  for (let round = 0; round < smallRounds; round += 1) {
    await clear(pool, position.balanceId);
    await settleDown(pool);
    floors.push(1000 * (await floor()));
  }
  yield {
    ...{ name: 'recalculate_10k_p50', value: median(times), unit: 'ms', baseline: median(floors) },
    bar: '<= 40 ms',
  };
}

const appends = 100;

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

/** Appends and bare insertions take turns. */
const appendTo = async (record: Recorder): Promise<{ append: number; insert: number }> => {
  const [append, insert]: [number[], number[]] = [[], []];
  for (let count = 0; count < appends / 5; count += 1) await record.append(count);
  for (let count = 0; count < appends; count += 1) {
    append.push(await timed(() => record.append(count)));
    insert.push(await timed(record.insert));
  }
  return { append: median(append), insert: median(insert) };
};

const lengths: readonly [name: string, length: number, method?: Method][] = [
  ['0', 0],
  ['1k', 1_000],
  ['10k', 10_000],
  ['100k', 100_000],
  ['1m_hifo', 1_000_000, 'HIFO'],
  ['1m', 1_000_000],
];

async function* curve(pool: pg.Pool, positions: ReadonlyMap<string, Position>): AsyncGenerator<Figure> {
  let last = { append: Number.NaN, insert: Number.NaN };
  for (const [name, position] of positions) {
    last = await appendTo(await recorder(pool, position));
    yield { name: `append_${name}`, value: last.append, unit: 'ms', baseline: last.insert };
  }
  const value = last.append / last.insert;
  yield { name: 'append_1m_vs_insert', value, unit: 'ratio', baseline: last.insert, bar: '<= 10' };
}

/** A change some transactions from the end costs in proportion to their number. */
async function* changes(pool: pg.Pool, position: Position): AsyncGenerator<Figure> {
  const record = await recorder(pool, position);
  const appended: number[] = [];
  for (let count = 0; count < 20; count += 1) appended.push(await timed(() => record.append(count)));
  const append = median(appended);
  for (const back of [1, 10, 100, 1_000]) {
    const times: number[] = [];
    for (let count = 0; count < 15; count += 1) times.push(await timed(() => record.insertBack(back)));
    yield { name: `change_${back}_from_end_1m`, value: median(times), unit: 'ms', baseline: append };
  }
}

export async function* databaseFigures(url: string, pool: pg.Pool, folder: string): AsyncGenerator<Figure> {
  const db = createDb(pool);
  yield* tenThousand(pool);
  const positions = new Map<string, Position>();
  for (const [name, length, method] of lengths) {
    const position = await newPosition(pool, method);
    positions.set(name, position);
    await fill(pool, db, position, mixed(length));
  }
  const longest = positions.get('1m');
  if (longest) yield* million(url, pool, longest, folder);
  for (const position of positions.values()) await handleRecalculation(db, position.balanceUuid);
  await settleDown(pool);
  await sleep(1000);
  yield* curve(pool, positions);
  if (longest) yield* changes(pool, longest);
}
