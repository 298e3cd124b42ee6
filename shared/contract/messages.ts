import * as z from 'zod';
import { InstantInput, Uuid } from './fields.ts';
import { scheduledTypes } from './schedules.ts';

/** A message that a queue delivers, one function each: `functions/queues/<id>.ts`. */
export interface Message<T extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly schema: T;
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
  timeoutSeconds: 60,
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

export const messages: readonly Message[] = [recalculateBalance, snapshotShard];
