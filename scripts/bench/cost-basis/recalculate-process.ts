// One recalculation in a process of its own, as the worker does it: `DATABASE_URL BALANCE_UUID`; prints time and memory.
import { createDb, createPool } from '#shared/adapters/db/client.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { peakMegabytes } from '../peak-memory.ts';

const [url = '', balance = ''] = process.argv.slice(2);
const pool = createPool(url);
const db = createDb(pool);
await pool.query('SELECT 1');
const start = performance.now();
await handleRecalculation(db, balance);
const seconds = (performance.now() - start) / 1000;
await pool.end();
console.log(JSON.stringify({ seconds, megabytes: peakMegabytes() }));
