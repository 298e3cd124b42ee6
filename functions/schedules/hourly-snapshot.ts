import { hourlySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';

export const handler = schedule(hourlySnapshot, ({ db, at }) =>
  takeSnapshot(db, 'hourly', { at, now: new Date() }),
);
