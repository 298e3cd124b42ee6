import * as z from 'zod';
import { Uuid } from './fields.ts';
import type { Role } from './roles.ts';

/** A message that a queue delivers, one function each: `functions/queues/<id>.ts`. */
export interface Message<T extends z.ZodType = z.ZodType> {
  readonly id: string;
  readonly schema: T;
  /** What its function may touch; `worker` where nothing is said. */
  readonly role?: Role;
  /** Delivered in order within a group; a group that fails blocks only itself. */
  readonly groupedBy: 'user';
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

export const messages: readonly Message[] = [recalculateBalance, priceTransactions];
