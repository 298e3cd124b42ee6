import { monthlySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';

export const handler = schedule(monthlySnapshot, ({ db, at }) =>
  takeSnapshot(db, 'monthly', { at, now: new Date() }),
);
