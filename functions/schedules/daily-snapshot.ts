import { dailySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { takeSnapshot } from '#shared/usecases/take-snapshot.ts';

export const handler = schedule(dailySnapshot, ({ db, at }) =>
  takeSnapshot(db, 'daily', { at, now: new Date() }),
);
