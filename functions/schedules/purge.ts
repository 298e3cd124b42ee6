import { purge as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { purge } from '#shared/usecases/purge.ts';

export const handler = schedule(declared, ({ db, at }) => purge(db, at));
