import { raiseHighs } from '#shared/adapters/db/balance-highs.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import {
  countShards,
  dayOfPart,
  isTaken,
  lockPart,
  missingParts,
  type SnapshotPart,
  type Trigger,
  writeBalances,
  writeExchangeBalances,
  writeNfts,
} from '#shared/adapters/db/snapshots.ts';
import { type Outgoing, sendMessages } from '#shared/adapters/queue.ts';
import { settings } from '#shared/config.ts';
import { snapshotShard } from '#shared/contract/messages.ts';
import { instantOf, instantsBetween, type ScheduledType } from '#shared/domain/snapshot.ts';

const dayMs = 86_400_000;

/** How far back each schedule looks for what was not taken: as far as hours and days are kept by default. */
const lookBackMs: Record<ScheduledType, number> = {
  hourly: 90 * dayMs,
  daily: 730 * dayMs,
  weekly: 730 * dayMs,
  monthly: 730 * dayMs,
};

/** What is delivered later than a schedule is tried for was made up for: nothing says that snapshots began with it. */
const deliveredMs = dayMs;

/** So much of what was missed is taken in one run; the next one takes the rest. */
const refilledAtOnce = 500;

/** The day raises the highest values by its hours; an hour that comes after its day by itself. */
const isLastOfDay = async (db: Db, part: SnapshotPart): Promise<boolean> =>
  part.type === 'daily' || (part.type === 'hourly' && (await isTaken(db, dayOfPart(part))));

/**
 * Takes one shard of a snapshot, in one transaction: it is there as a whole or not at all. What is written depends on
 * ledgers, prices and the instant only, and not on when; a second delivery writes nothing.
 *
 * @returns how many balances there were; 0 where it was taken already
 */
export const takeShard = async (db: Db, part: SnapshotPart, trigger: Trigger): Promise<number> => {
  const { DUST_THRESHOLD: dustThreshold } = settings();
  return db.transaction(async (tx) => {
    await lockPart(tx, part);
    if (await isTaken(tx, part)) return 0;
    await writeNfts(tx, part);
    await writeExchangeBalances(tx, part, dustThreshold);
    const balances = await writeBalances(tx, part, { trigger, dustThreshold });
    if (await isLastOfDay(tx, part)) await raiseHighs(tx, part);
    return balances;
  });
};

const messageOf = ({ type, at, shard }: SnapshotPart, trigger: Trigger): Outgoing => ({
  id: `${type}-${at.getTime()}-${shard}`,
  messageId: snapshotShard.id,
  groupId: String(shard),
  body: { snapshot_type: type, snapshot_date: at.toISOString(), shard, triggered_by: trigger },
});

/**
 * Takes the snapshot that a schedule was due for, and those of its type that are missing since the first, 500 at most: inline where
 * all balances are one shard, else through the queue, a message a shard.
 *
 * @param scheduled when the schedule was due, and when it is delivered
 * @throws Error when the instant has not come yet, or when the queue did not take every message: delivered again, the schedule sends the rest
 */
export const takeSnapshot = async (db: Db, type: ScheduledType, scheduled: { at: Date; now: Date }) => {
  const at = instantOf(type, scheduled.at);
  if (at > scheduled.now)
    throw new Error(`${at.toISOString()} has not come yet: nobody knows what will be then`);
  const trigger = +scheduled.now - +scheduled.at > deliveredMs ? 'refill' : 'schedule';
  const shards = await countShards(db);
  const earlier = instantsBetween(type, new Date(+at - lookBackMs[type]), new Date(+at - 1));
  const due = Array.from({ length: shards }, (_, shard): SnapshotPart => ({ type, at, shard }));
  const missing = await missingParts(db, type, earlier, refilledAtOnce);
  const parts = [
    ...due.map((part) => ({ part, trigger }) as const),
    ...missing.map((part) => ({ part, trigger: 'refill' as const })),
  ];
  const result = { snapshot_date: at.toISOString(), shards, refilled: missing.length };
  if (shards > 1) {
    const outgoing = parts.map(({ part, trigger }) => messageOf(part, trigger));
    const sent = await sendMessages(outgoing);
    if (sent.length < outgoing.length) throw new Error('the queue did not take every shard');
    return { ...result, balances: 0 };
  }
  let balances = 0;
  for (const { part, trigger } of parts) balances += await takeShard(db, part, trigger);
  return { ...result, balances };
};
