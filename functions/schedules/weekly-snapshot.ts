import { weeklySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';

export const handler = schedule(weeklySnapshot, ({ db, at }) =>
  takeSnapshot(db, 'weekly', { at, now: new Date() }),
);
