import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Platform, startPlatform } from '../local/platform.ts';
import { startEmpty } from './load/empty-function.ts';
import { type Figures, measure } from './load/measure.ts';
import { prepare, type Scenario, send } from './load/scenarios.ts';
import { databaseTime } from './load/statements.ts';

const method = `
Client, gateway, functions and database share this machine. An endpoint has at most 10 execution environments, so that
50 connections wait for each other; a cold environment is warmed before. "× empty" is against an empty function behind
the same gateway, measured in turn. Where the time of one uncontended call goes (medians):
  gateway   the empty function: HTTP, the event, the way into the environment and back
  database  while a statement was under way, in 200 further calls of the handler, one after the other, with pg watched:
            the server, the connection, and what pg takes to write the question and read the answer
  ours      the rest: signatures, passwords, parsing, checking, building statements, and rounding between the two`;

const connections = [1, 10, 50];
const warmUpRounds = 20;
const seconds = 4;
const requestsPerRun = 10_000;

interface Figure {
  name: string;
  value: number;
  unit: string;
  baseline: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const print = ({ name, value, unit, baseline }: Figure) => {
  const ratio = value / baseline;
  if (values.json) console.log(JSON.stringify({ name: `http/${name}`, value, unit, baseline, ratio }));
  else
    console.log(
      `${name.padEnd(52)}${value.toFixed(2).padStart(10)} ${unit.padEnd(4)}${ratio.toFixed(2).padStart(8)}`,
    );
};

const printLoad = (name: string, real: Figures, empty: Figures) => {
  print({ name: `${name}, per second`, value: real.perSecond, unit: '1/s', baseline: empty.perSecond });
  print({ name: `${name}, p50`, value: real.p50, unit: 'ms', baseline: empty.p50 });
  print({ name: `${name}, p99`, value: real.p99, unit: 'ms', baseline: empty.p99 });
};

/** Only shares of one connection add up: with more, most of a request's time is waiting for its turn. */
const printShares = async (scenario: Scenario, total: number, gateway: number, platform: Platform) => {
  const { database, statements } = await databaseTime(scenario, platform, env);
  const shares = { gateway, database, ours: total - gateway - database };
  for (const [share, value] of Object.entries(shares)) {
    print({ name: `${scenario.title}, ${share}`, value, unit: 'ms', baseline: total });
  }
  print({ name: `${scenario.title}, statements`, value: statements, unit: '', baseline: 1 });
};

/**
 * Starts every environment there will be, however long that takes. One that finds the machine too busy to connect
 * answers 503 and tries again; such an answer ends the benchmark only where it is measured.
 */
const warm = async (url: string, scenario: Scenario) => {
  const most = Math.max(...connections);
  for (let round = 0; round < warmUpRounds; round += 1) {
    await Promise.allSettled(scenario.requests(most).map((request) => send(url, request)));
  }
};

const run = async (scenario: Scenario, platform: Platform, emptyUrl: string) => {
  const load = (url: string, count: number, status: number) =>
    measure({ url, connections: count, seconds, requests: scenario.requests(requestsPerRun) }, status);
  for (const url of [emptyUrl, platform.url]) await warm(url, scenario);
  for (const count of connections) {
    const empty = await load(emptyUrl, count, 200);
    const real = await load(platform.url, count, scenario.status);
    printLoad(`${scenario.title}, ${count} connection${count === 1 ? '' : 's'}`, real, empty);
    if (count === 1) await printShares(scenario, real.p50, empty.p50, platform);
  }
};

// No request may be refused for being one of many.
const env = { PATH: process.env.PATH, LOG_LEVEL: 'warn', RATE_LIMIT_FACTOR: '1000000' };
const folder = await mkdtemp(join(tmpdir(), 'bagtracker-http-'));
const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const platform = await startPlatform({ home: join(folder, 'home'), port: 0, log, schedules: false, env });
  stops.unshift(platform.stop);
  const scenarios = await prepare(platform.url);
  const emptyFolder = join(folder, 'empty');
  await mkdir(emptyFolder);
  const empty = await startEmpty(
    emptyFolder,
    scenarios.map(({ functionId }) => functionId),
  );
  stops.unshift(empty.stop);
  if (!values.json)
    console.log(`${method}\n\n${'figure'.padEnd(52)}${'value'.padStart(10)}     × empty or share`);
  for (const scenario of scenarios) await run(scenario, platform, empty.url);
} finally {
  for (const stop of stops) await stop();
}
