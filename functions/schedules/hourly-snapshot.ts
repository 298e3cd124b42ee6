import { hourlySnapshot } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { takeHourlySnapshot } from '#shared/usecases/take-snapshot.ts';

export const handler = schedule(hourlySnapshot, ({ db, at }) => takeHourlySnapshot(db, at));
