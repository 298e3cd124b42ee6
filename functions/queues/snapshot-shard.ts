import { snapshotShard } from '#shared/contract/messages.ts';
import { queue } from '#shared/lambda/queue.ts';
import { handleShard } from '#shared/usecases/handle-shard.ts';

export const handler = queue(snapshotShard, ({ db, body }) => handleShard(db, body));
