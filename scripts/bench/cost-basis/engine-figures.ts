// The engine alone: fresh processes, and warm ones.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Figure, median } from './figures.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, 'engine-process.ts');

interface Outcome {
  rates: number[];
  megabytes: number;
}

const measure = async (engine: string, ledger: string, runs: number): Promise<Outcome> => {
  const { stdout } = await run(process.execPath, [program, engine, ledger, String(runs)]);
  return JSON.parse(stdout);
};

const rounds = 3;
const warmRuns = 5;

/** Engines take turns, so that whatever else the machine does falls on both. */
const against = async (other: string, ledger: string, runs: number, own = 'kernel') => {
  const [mine, theirs]: [Outcome[], Outcome[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    mine.push(await measure(own, ledger, runs));
    theirs.push(await measure(other, ledger, runs));
  }
  const rate = (outcomes: readonly Outcome[]) =>
    median(outcomes.map(({ rates }) => (runs === 1 ? (rates[0] ?? 0) : median(rates.slice(1)))));
  return {
    mine: rate(mine),
    theirs: rate(theirs),
    megabytes: median(mine.map(({ megabytes }) => megabytes)),
    theirMegabytes: median(theirs.map(({ megabytes }) => megabytes)),
  };
};

export async function* engineFigures(): AsyncGenerator<Figure> {
  const figure = (name: string, value: number, baseline: number, bar = ''): Figure => ({
    name,
    value,
    unit: 'rows/s',
    baseline,
    bar,
  });
  const warm = '>= 2,000,000 warm';
  const cold = '>= 1,200,000 cold';
  const small = await against('bare', '100000', warmRuns);
  yield figure('engine_fifo_100k', small.mine, small.theirs, warm);
  const large = await against('bare', '1000000', warmRuns);
  yield figure('engine_fifo_1m', large.mine, large.theirs, warm);
  const smallCold = await against('bare', '100000', 1);
  yield figure('engine_fifo_100k_cold', smallCold.mine, smallCold.theirs, cold);
  const largeCold = await against('bare', '1000000', 1);
  yield figure('engine_fifo_1m_cold', largeCold.mine, largeCold.theirs, cold);
  const { megabytes, theirMegabytes } = largeCold;
  yield { name: 'engine_fifo_1m_rss', value: megabytes, unit: 'MB', baseline: theirMegabytes };
  const wide = await against('bare', '1000000', warmRuns, 'engine');
  yield figure('engine_of_any_width_1m', wide.mine, wide.theirs);
  const hard = await against('bare', 'worst', warmRuns);
  yield figure('engine_worst', hard.mine, small.mine, 'as fast as engine_fifo_100k');
  const decimals = await against('decimals', '100000', warmRuns);
  yield figure('engine_vs_decimal_js_100k', decimals.mine, decimals.theirs);
  // Measured elsewhere, at 100,000 rows, on a machine as fast as this or faster: to know the order of magnitude.
  yield figure('engine_vs_rotki_100k', small.mine, 83_900);
  yield figure('engine_vs_rp2_100k', small.mine, 10_300);
}
