import type * as z from 'zod';
import type { Db } from '#shared/adapters/db/client.ts';
import type { snapshotShard } from '#shared/contract/messages.ts';
import { takeShard } from './take-snapshot.ts';

/** Takes the shard that a message is of. */
export const handleShard = async (db: Db, body: z.output<typeof snapshotShard.schema>): Promise<void> => {
  const { snapshot_type: type, snapshot_date, shard, triggered_by } = body;
  await takeShard(db, { type, at: new Date(snapshot_date), shard }, triggered_by);
};
