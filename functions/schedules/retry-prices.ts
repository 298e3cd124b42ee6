import { retryPrices as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { retryPrices } from '#shared/usecases/retry-prices.ts';

export const handler = schedule(declared, async ({ db }) => ({ users: await retryPrices(db) }));
