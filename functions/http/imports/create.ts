import { importTransactions as endpoint } from '#shared/contract/imports.ts';
import { http } from '#shared/lambda/http.ts';

/** An import takes a while anyway: its readers are loaded by the first one that is let in. */
export const handler = http(endpoint, async ({ db, announced, caller, params, query, body, now }) => {
  const { importTransactions } = await import('#shared/usecases/import-transactions.ts');
  return importTransactions({ db, announced }, caller, { ...params, ...query, ...body }, now);
});
