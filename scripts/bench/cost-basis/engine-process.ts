// One engine over one ledger in a process of its own: `ENGINE LEDGER RUNS`; prints rows a second of each run, and memory.
import { engines } from './engines.ts';
import { mixed, worst } from './ledgers.ts';

const [engineName = '', ledgerName = '', runs = '1'] = process.argv.slice(2);
const engine = engines[engineName];
if (!engine) throw new Error(`no such engine: ${engineName}`);
const events = ledgerName === 'worst' ? worst() : mixed(Number(ledgerName));
const rates = Array.from({ length: Number(runs) }, () => {
  const start = performance.now();
  const matches = engine(events);
  const seconds = (performance.now() - start) / 1000;
  if (matches <= 0) throw new Error(`${engineName} found no matches`);
  return events.length / seconds;
});
console.log(JSON.stringify({ rates, megabytes: process.resourceUsage().maxRSS / 1024 }));
