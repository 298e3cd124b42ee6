// Balances in a real database, of any length, and users to whom they belong.
import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Db } from '#shared/adapters/db/client.ts';
import { copyLine, copyLines } from '#shared/adapters/db/copy.ts';
import { formatUnits, pricePlaces } from '#shared/domain/decimal.ts';
import type { LedgerEvent } from '#shared/domain/ledger.ts';
import type { Method } from '#shared/domain/method.ts';

export interface Position {
  userId: bigint;
  userUuid: string;
  walletUuid: string;
  balanceId: number;
  balanceUuid: string;
}

const one = async (pool: pg.Pool, text: string, values: unknown[]) =>
  (await pool.query(text, values)).rows[0];

/** A new user with one wallet, in a portfolio with a method, and one balance in ether. */
export const newPosition = async (pool: pg.Pool, method: Method = 'FIFO'): Promise<Position> => {
  const name = `bench${randomBytes(10).toString('hex')}`;
  const user = await one(pool, 'INSERT INTO users (username, email) VALUES ($1, $1) RETURNING id, uuid', [
    name,
  ]);
  const wallet = await one(
    pool,
    `INSERT INTO wallets (user_id, name) VALUES ($1, 'Main') RETURNING id, uuid`,
    [user.id],
  );
  await pool.query(
    `WITH portfolio AS (
       INSERT INTO portfolios (user_id, name, cost_basis_method) VALUES ($1, 'All', $2) RETURNING id)
     INSERT INTO portfolio_wallets (portfolio_id, wallet_id) SELECT id, $3 FROM portfolio`,
    [user.id, method, wallet.id],
  );
  const balance = await one(
    pool,
    `INSERT INTO balances (user_id, wallet_id, token_id)
     SELECT $1, $2, tokens.id FROM tokens JOIN chains ON chains.id = chain_id
     WHERE chains.public_id = '1' AND contract_address IS NULL RETURNING id, uuid`,
    [user.id, wallet.id],
  );
  return {
    userId: BigInt(user.id),
    userUuid: user.uuid,
    walletUuid: wallet.uuid,
    balanceId: Number(balance.id),
    balanceUuid: balance.uuid,
  };
};

const columns = [
  ...[
    'uuid',
    'user_id',
    'wallet_id',
    'balance_id',
    'chain_id',
    'token_id',
    'transaction_type',
    'source',
    'timestamp',
  ],
  ...['block_number', 'raw_amount', 'amount', 'recorded_as', 'price_usd', 'fee_usd'],
];

const batch = 20_000;

/**
 * Writes a ledger as transactions of a balance, and marks it for a replay. The audit trail would take most of the time, and
 * is nothing that is measured: it is left out here.
 */
export const fill = async (
  pool: pg.Pool,
  db: Db,
  { balanceId }: Position,
  events: readonly LedgerEvent[],
): Promise<void> => {
  const balance = await one(
    pool,
    'SELECT balances.*, chain_id FROM balances JOIN tokens ON tokens.id = token_id WHERE balances.id = $1',
    [balanceId],
  );
  const owner = [balance.user_id, balance.wallet_id, balanceId, balance.chain_id, balance.token_id];
  const line = ({ type, timestamp, blockNumber, quantity, price, fee }: LedgerEvent) =>
    copyLine([
      randomUUID(),
      ...owner,
      type,
      'chain',
      new Date(timestamp).toISOString(),
      blockNumber,
      quantity.toString(),
      formatUnits(quantity, 18),
      'raw_amount',
      price === null ? null : formatUnits(price, pricePlaces),
      fee === 0n ? null : formatUnits(fee, 36),
    ]);
  await db.transaction(async (tx) => {
    await tx.execute('ALTER TABLE transactions DISABLE TRIGGER USER');
    for (let start = 0; start < events.length; start += batch) {
      await copyLines(tx, 'transactions', columns, events.slice(start, start + batch).map(line));
    }
    await tx.execute('ALTER TABLE transactions ENABLE TRIGGER USER');
  });
  await clear(pool, balanceId);
};

/** Takes every lot and match of a balance away, and marks it for a replay from its first transaction. */
export const clear = async (pool: pg.Pool, balanceId: number): Promise<void> => {
  await pool.query('DELETE FROM lots WHERE balance_id = $1', [balanceId]);
  await pool.query('DELETE FROM lot_matches WHERE balance_id = $1', [balanceId]);
  await pool.query(`UPDATE balances SET dirty_since = '-infinity' WHERE id = $1`, [balanceId]);
};

/** What autovacuum does in its own time, so that no measurement pays for what came before it. */
export const settleDown = async (pool: pg.Pool): Promise<void> => {
  for (const table of ['transactions', 'lots', 'lot_matches', 'balances']) {
    await pool.query(`VACUUM (ANALYZE) ${table}`);
  }
  await pool.query('CHECKPOINT');
};
