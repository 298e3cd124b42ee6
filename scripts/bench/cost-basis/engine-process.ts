// One engine over one ledger in a process of its own: `ENGINE LEDGER RUNS`; prints rows a second of each run, and memory.
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import { peakMegabytes } from '../peak-memory.ts';
import { engines } from './engines.ts';
import { eventRows } from './event-rows.ts';
import { mixed, worst } from './ledgers.ts';

const [engineName = '', ledgerName = '', runs = '1'] = process.argv.slice(2);
const engine = engines[engineName];
if (!engine) throw new Error(`no such engine: ${engineName}`);
/** Only what the engine takes is in memory while it is measured. */
const load = (): { events: LedgerEvent[]; rows: Uint8Array; length: number } => {
  const made = ledgerName === 'worst' ? worst() : mixed(Number(ledgerName));
  const { length } = made;
  return engineName === 'kernel'
    ? { events: [], rows: eventRows(made), length }
    : { events: made, rows: new Uint8Array(0), length };
};

const { events, rows, length } = load();
const rates = Array.from({ length: Number(runs) }, () => {
  const start = performance.now();
  const matches = engine(events, rows);
  const seconds = (performance.now() - start) / 1000;
  if (matches <= 0) throw new Error(`${engineName} found no matches`);
  return length / seconds;
});
console.log(JSON.stringify({ rates, megabytes: peakMegabytes() }));
