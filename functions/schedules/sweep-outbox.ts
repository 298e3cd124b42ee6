import { sweepOutbox as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { sweepOutbox } from '#shared/usecases/send-outbox.ts';

export const handler = schedule(declared, async ({ db }) => ({ sent: await sweepOutbox(db) }));
