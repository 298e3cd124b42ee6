/** R19: however schedules are delivered and however late a ledger is told, its history is that of a calm run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownDatabase } from '../support/database.ts';
import { calm, live, livedHistory, rowsIn, tracesIn } from '../support/history-runs.ts';
import { naiveHistory } from '../support/naive-history.ts';

const [still, rough] = [await ownDatabase(), await ownDatabase()];

test('R19: twice, late, missed, out of order, with changes in the past: the rows of a calm run', async () => {
  await fc.assert(
    fc.asyncProperty(livedHistory, async (history) => {
      const calmly = await live(still.pool, calm(history));
      const roughly = await live(rough.pool, history);
      const rows = await rowsIn(rough.pool, roughly);
      expect(rows).toEqual(naiveHistory(history));
      expect(rows).toEqual(await rowsIn(still.pool, calmly));
      expect(await tracesIn(rough.pool, roughly)).toEqual(await tracesIn(still.pool, calmly));
      for (const { pool } of [still, rough]) {
        const { rows: left } = await pool.query(
          `SELECT id FROM balances WHERE NOT is_deleted AND history_dirty_since IS NOT NULL`,
        );
        expect(left).toEqual([]);
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);
