import { recomputeHistory as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { recomputeHistory } from '#shared/usecases/recompute-history.ts';

export const handler = schedule(declared, ({ db }) => recomputeHistory(db, new Date()));
