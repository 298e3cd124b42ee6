import { findBalanceOwner } from '#shared/adapters/db/balance-writes.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { kernelStream } from './kernel-stream.ts';
import { recalculateBalances } from './recalculate-balances.ts';

/** Recalculates one balance if it is still dirty. A balance that is gone needs nothing. */
export const handleRecalculation = async (db: Db, balanceUuid: string): Promise<void> => {
  const balance = await findBalanceOwner(db, balanceUuid);
  if (!balance) return;
  await db.transaction(async (tx) => {
    await lockLedgers(tx, balance.userId);
    const changes = new Map([[Number(balance.id), Number.POSITIVE_INFINITY]]);
    await recalculateBalances(tx, balance.userId, changes, { stream: kernelStream });
  });
};
