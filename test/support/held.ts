import { sql } from '../functions/database.ts';
import { verifiedToken } from '../functions/verified-token.ts';
import { type Json, record, type TestUser } from './api.ts';
import { writeRow, writeRun } from './history-rows.ts';

const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;

/** Midnights of the past, which are still kept. */
export const midnight = (daysAgo: number): string => new Date(today - daysAgo * dayMs).toISOString();

export const heldAt = midnight(300);

/** Buys two coins for 200 before that day, of which history says that they were worth 250 then. */
export const holdTwo = async (user: TestUser, wallet: Json): Promise<void> => {
  const { body } = await record(user, wallet, {
    ...{ token_uuid: await verifiedToken(), transaction_type: 'BUY', amount: '2', price_usd: '100' },
    timestamp: midnight(310),
  });
  await sql('UPDATE balances SET history_dirty_since = NULL WHERE uuid = $1', [body.balance_uuid]);
  await writeRun(sql, body.balance_uuid, heldAt, { type: 'daily' });
  await writeRow(sql, body.balance_uuid, heldAt, { amount: '2', price: '125', cost: '200' }, 'daily');
};

/** What the history of one such holding says of that day. */
export const heldPoint = {
  at: heldAt,
  value_usd: '250',
  cost_basis_usd: '200',
  realized_pnl_usd: '0',
  unrealized_pnl_usd: '50',
  unpriced: 0,
  stale: 0,
  disputed: 0,
  complete: true,
  realized_complete: true,
  carried: false,
  filled: false,
  recomputed_at: null,
};
