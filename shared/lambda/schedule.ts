import { db as connectDb, type Db } from '#shared/adapters/db/client.ts';
import { type Schedule, ScheduledEvent } from '#shared/contract/schedules.ts';
import { withRetries } from './database-errors.ts';
import { describe, log } from './log.ts';

/** Makes the Lambda handler of a schedule. `at` is the scheduled time, whenever the delivery comes. */
export const schedule =
  <T extends Record<string, unknown>>(
    declared: Schedule,
    handle: (call: { at: Date; db: Db }) => Promise<T>,
  ) =>
  async (event: unknown): Promise<T> => {
    const started = performance.now();
    const at = new Date(ScheduledEvent.parse(event).scheduled_time);
    try {
      const db = await connectDb();
      const result = await withRetries(() => handle({ at, db }));
      log('info', 'schedule', {
        schedule: declared.id,
        at: at.toISOString(),
        duration_ms: Math.round(performance.now() - started),
        ...result,
      });
      return result;
    } catch (error) {
      log('error', 'schedule failed', { schedule: declared.id, at: at.toISOString(), ...describe(error) });
      throw new Error(`schedule ${declared.id} failed`);
    }
  };
