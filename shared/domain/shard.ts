/** Snapshots are taken by shard: the balances of so many consecutive ids. */
export const shardSize = 100_000;

/** The shard of a balance. */
export const shardOf = (balanceId: number): number => Math.floor(balanceId / shardSize);
