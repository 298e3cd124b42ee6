import { trimHistory as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { trimHistory } from '#shared/usecases/trim-history.ts';

export const handler = schedule(declared, ({ db, at }) => trimHistory(db, at));
