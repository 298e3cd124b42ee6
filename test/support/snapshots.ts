/** A database of a test file's own with balances to take snapshots of, which are of every balance there is. */
import { beforeEach } from 'vitest';
import type { ScheduledType } from '#shared/domain/snapshot.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';
import {
  type insert,
  insertBalance,
  insertChain,
  insertPriceAt,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from './database.ts';

/** The hour that most snapshots here are of. */
export const hour = '2024-05-01T13:00:00.000Z';

export const minutesBefore = (minutes: number): Date => new Date(Date.parse(hour) - minutes * 60_000);

/** A price that a source had for a token so long before the hour. */
export const insertPrice = (
  client: Parameters<typeof insert>[0],
  token: Row,
  price: string,
  minutes = 4,
  values: Row = {},
) => insertPriceAt(client, token, minutesBefore(minutes), price, values);

export const one = 10n ** 18n;

/** So many whole tokens. */
export const whole = (amount: number, values: Row = {}): Row => ({
  raw_amount: (BigInt(amount) * one).toString(),
  amount,
  ...values,
});

/** Call it at the top of a file. */
export const openSnapshots = async () => {
  const { pool, db, rows } = await ownDatabase();
  const wallet = await insertWallet(pool, await insertUser(pool));
  const chain = await insertChain(pool);

  beforeEach(async () => {
    await pool.query('TRUNCATE balances_history, nft_balances_history, cex_balances_history, token_prices');
    await pool.query('TRUNCATE snapshot_runs, balance_highs, price_overrides');
    await pool.query('DELETE FROM lots; DELETE FROM lot_matches; DELETE FROM balances');
  });

  return {
    ...{ pool, db, rows, wallet, chain },
    /** A balance of a token of its own, which had a price a few minutes before the hour. */
    hold: async (values: Row, price: string | null = '2'): Promise<Row> => {
      const token = await insertToken(pool, chain);
      if (price !== null) await insertPrice(pool, token, price);
      return insertBalance(pool, wallet, token, values);
    },
    priced: (token: Row, price: string, minutes?: number, values?: Row) =>
      insertPrice(pool, token, price, minutes, values),
    historyOf: (balance: Row) =>
      rows(
        `SELECT snapshot_date, id % 8 AS code, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd
         FROM balances_history WHERE id / 8 = $1 ORDER BY snapshot_date, id`,
        [balance.id],
      ),
    take: (at = '2024-05-01T13:05:00Z', type: ScheduledType = 'hourly', now = at) =>
      takeSnapshot(db, type, { at: new Date(at), now: new Date(now) }),
  };
};
