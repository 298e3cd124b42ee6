import { priceSources } from '#shared/adapters/prices/price-sources.ts';
import { priceTransactions as message } from '#shared/contract/messages.ts';
import { queue } from '#shared/lambda/queue.ts';
import { priceTransactions } from '#shared/usecases/price-transactions.ts';

/** Then no source is asked any more: what the last one takes, and the writing, must fit into the rest of the time. */
const askingMs = 150_000;

export const handler = queue(message, async ({ db, body }) => {
  const until = Date.now() + askingMs;
  await priceTransactions(db, await priceSources(), body.user_uuid, () => Date.now() > until);
});
