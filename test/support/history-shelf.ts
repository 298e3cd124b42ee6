import { beforeEach } from 'vitest';
import type { SnapshotType } from '#shared/domain/snapshot.ts';
import {
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from './database.ts';
import { type Row as Figures, writeRow, writeRun } from './history-rows.ts';

export const now = new Date('2024-03-20T12:30:00Z');

/** A moment of the month before that. */
export const day = (number: number, hour = 0) =>
  `2024-03-${String(number).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00.000Z`;

/**
 * Balances and their history in a database of the file's own, for whether a snapshot was taken is everybody's. Each test has
 * a user with a wallet, and no snapshots.
 */
export const historyShelf = async () => {
  const { pool, db, rows } = await ownDatabase();
  const chain = await insertChain(pool);
  const owner: { user: Row; wallet: Row } = { user: {}, wallet: {} };
  beforeEach(async () => {
    await pool.query('DELETE FROM snapshot_runs; DELETE FROM balances_history');
    owner.user = await insertUser(pool);
    owner.wallet = await insertWallet(pool, owner.user);
  });

  /** A balance that has something since a moment. */
  const hold = async ({ since = day(1), token = {}, inside = owner.wallet } = {}) => {
    const coin = await insertToken(pool, chain, { is_verified: true, ...token });
    const balance = await insertBalance(pool, inside, coin);
    await insert(pool, 'lots', {
      ...{ user_id: owner.user.id, balance_id: balance.id, sequence: 1, transaction_id: 1, kind: 'BUY' },
      ...{ acquired_at: since, opened_at: since, raw_amount: 1, remaining_raw_amount: 1, basis_known: true },
      ...{ unit_price_usd: 1, lump_usd: 0, remaining_lump_usd: 0 },
    });
    return balance;
  };

  const write = (balance: Row, at: string, row: Figures, type?: SnapshotType) =>
    writeRow(rows, balance.uuid, at, row, type);
  const run = (balance: Row, at: string, options?: Parameters<typeof writeRun>[3]) =>
    writeRun(rows, balance.uuid, at, options);

  return { pool, db, chain, owner, hold, write, run };
};
