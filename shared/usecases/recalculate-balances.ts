import type { Db } from '#shared/adapters/db/client.ts';
import { loadCarried, loadEvents } from '#shared/adapters/db/ledger-events.ts';
import { type LoadedLedger, loadLedgers } from '#shared/adapters/db/ledger-load.ts';
import {
  countEvents,
  dirtyBalances,
  lockLedgers,
  ownTransfers,
  rewind,
} from '#shared/adapters/db/ledger-units.ts';
import { openLots, writeLedgers } from '#shared/adapters/db/ledger-write.ts';
import { replay } from '#shared/domain/replay.ts';
import { type ReplayUnit, replayUnits } from '#shared/domain/units.ts';

/**
 * Brings balances up to date: rewinds lots and matches to the earliest change, replays from there, writes, all in the
 * caller's transaction. Balances that own transfers connect to them replay along. What is current already costs one
 * query, so deliveries may repeat and come in any order.
 *
 * @param limit the most transactions to replay; beyond it nothing is done
 * @returns whether the balances are current now
 */
export const recalculateBalances = async (
  db: Db,
  userId: bigint,
  balanceIds: readonly bigint[],
  { limit }: { limit?: number } = {},
): Promise<boolean> => {
  await lockLedgers(db, userId);
  const dirty = await dirtyBalances(db, userId, balanceIds);
  if (dirty.size === 0) return true;
  const units = await unitsOf(db, userId, dirty);
  if (limit !== undefined && (await countEvents(db, units, limit + 1)) > limit) return false;
  await rewind(db, units);
  const loaded = await loadLedgers(db, units);
  const events = await loadEvents(db, units, loaded);
  const carried = await loadCarried(db, [...events.values()].flat(), loaded);
  const before = new Map(openLots([...loaded.values()]).map((lot) => [lot, lot.row.remaining]));
  for (const { balances } of units) {
    const together = balances.flatMap((balance) => loaded.get(balance) ?? []);
    replay(
      balances.flatMap((balance) => events.get(balance) ?? []),
      ledgersOf(together),
      scaleOf(together),
      carried,
    );
  }
  await writeLedgers(db, userId, [...loaded.values()], before);
  return true;
};

/** Connected balances may be dirty for themselves, and from earlier on: look again until nothing new turns up. */
const unitsOf = async (db: Db, userId: bigint, dirty: Map<number, number>): Promise<ReplayUnit[]> => {
  const transfers = await ownTransfers(db, userId);
  let units = replayUnits(dirty, transfers);
  for (;;) {
    const all = units.flatMap(({ balances }) => balances);
    const known = dirty.size;
    if (all.length > known) {
      for (const [balance, since] of await dirtyBalances(db, userId, all.map(BigInt)))
        dirty.set(balance, since);
    }
    if (dirty.size === known) return units;
    units = replayUnits(dirty, transfers);
  }
};

const ledgersOf = (together: readonly LoadedLedger[]) =>
  new Map(together.map(({ ledger }) => [ledger.balanceId, ledger]));

/** Own transfers move one token, so connected balances share a scale. */
const scaleOf = ([first]: readonly LoadedLedger[]) => {
  if (!first) throw new Error('a replay needs a balance');
  return first.scale;
};
