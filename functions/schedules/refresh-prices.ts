import { priceSources } from '#shared/adapters/prices/price-sources.ts';
import { refreshPrices as declared } from '#shared/contract/schedules.ts';
import { schedule } from '#shared/lambda/schedule.ts';
import { refreshPrices } from '#shared/usecases/refresh-prices.ts';

export const handler = schedule(declared, async ({ db, at }) =>
  refreshPrices(db, await priceSources(), { at, now: new Date() }),
);
