// Recording transactions as the API does, without HTTP, and the least that a database could do instead.
import type pg from 'pg';
import { createDb } from '#shared/adapters/db/client.ts';
import { recordTransaction } from '#shared/usecases/record-transaction.ts';
import type { Position } from './database.ts';

export interface Recorder {
  /** A purchase and a sale in turn, each a moment after the last. */
  append: (count: number) => Promise<unknown>;
  /** A purchase so many transactions before the last. */
  insertBack: (count: number) => Promise<unknown>;
  /** Begins, inserts a row of the same columns and indexes, commits: no trigger, no foreign key. */
  insert: () => Promise<unknown>;
}

const dayMs = 86_400_000;
const stepMs = 1_000;

export const recorder = async (pool: pg.Pool, position: Position): Promise<Recorder> => {
  const db = createDb(pool);
  const { userId, userUuid, walletUuid, balanceId } = position;
  const { rows } = await pool.query(
    'SELECT max("timestamp") AS last FROM transactions WHERE balance_id = $1',
    [balanceId],
  );
  // Every run begins behind what the one before it has recorded.
  let last = Math.max(Number(rows[0]?.last ?? 0), Date.now() - 30 * dayMs);
  const record = (type: 'BUY' | 'SELL', at: number) =>
    db.transaction((tx) =>
      recordTransaction(
        { db: tx, announced: [] },
        { userId, userUuid },
        {
          wallet_uuid: walletUuid,
          chain_id: '1',
          transaction_type: type,
          amount: '0.5',
          price_usd: '1000.25',
          fee_usd: '1',
          timestamp: new Date(at).toISOString(),
        },
        new Date(),
      ),
    );
  await pool.query('CREATE TABLE IF NOT EXISTS bench_rows (LIKE transactions INCLUDING ALL)');
  return {
    append: (count) => {
      last += stepMs;
      return record(count % 2 === 0 ? 'BUY' : 'SELL', last);
    },
    insertBack: (count) => record('BUY', last - count * stepMs + stepMs / 2),
    insert: async () => {
      const connection = await pool.connect();
      try {
        await connection.query('BEGIN');
        await connection.query(
          `INSERT INTO bench_rows (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source,
             "timestamp", raw_amount, amount, recorded_as, price_usd, fee_usd)
           VALUES ($1, 1, $2, 1, 1, 'BUY', 'manual', $3, 500000000000000000, 0.5, 'amount', 1000.25, 1)`,
          [userId, balanceId, new Date(last)],
        );
        await connection.query('COMMIT');
      } finally {
        connection.release();
      }
    },
  };
};
