import * as z from 'zod';
import { InstantInput, Uuid } from './fields.ts';
import type { Role } from './roles.ts';
import { scheduledTypes } from './schedules.ts';

/** A message that a queue delivers, one function each: `functions/queues/<id>.ts`. */
export interface Message<T extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly schema: T;
  /** What its function may touch; `worker` where nothing is said. */
  readonly role?: Role;
  /** Delivered in order within a group; a group that fails blocks only itself. */
  readonly groupedBy: 'user' | 'shard';
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly timeoutSeconds: number;
  /** Deliveries before a message moves to the dead-letter queue. */
  readonly maxReceives: number;
  readonly memoryMegabytes: number;
}

/** Says what is dirty, never what happened: repeated, late and reordered deliveries end in the same state. */
export const recalculateBalance = {
  id: 'recalculate-balance',
  schema: z.strictObject({ balance_uuid: Uuid }),
  groupedBy: 'user',
  batchSize: 10,
  maxConcurrency: 20,
  // A million transactions by any method, on a machine that is busy.
  timeoutSeconds: 180,
  maxReceives: 5,
  memoryMegabytes: 1769,
} as const satisfies Message;

/** Says that transactions of a user are without a price. One at a time: sources are asked meanwhile. */
export const priceTransactions = {
  id: 'price-transactions',
  schema: z.strictObject({ user_uuid: Uuid }),
  role: 'pricing',
  groupedBy: 'user',
  batchSize: 1,
  maxConcurrency: 2,
  timeoutSeconds: 300,
  maxReceives: 5,
  memoryMegabytes: 1769,
} as const satisfies Message;

/** One shard of a snapshot. Delivered twice, late or out of order, it writes what is missing of it. */
export const snapshotShard = {
  id: 'snapshot-shard',
  schema: z.strictObject({
    snapshot_type: z.enum(scheduledTypes),
    snapshot_date: InstantInput,
    shard: z.int().min(0),
    triggered_by: z.enum(['schedule', 'refill']),
  }),
  groupedBy: 'shard',
  batchSize: 1,
  maxConcurrency: 4,
  timeoutSeconds: 120,
  maxReceives: 5,
  memoryMegabytes: 512,
} as const satisfies Message;

export const messages: readonly Message[] = [recalculateBalance, priceTransactions, snapshotShard];
