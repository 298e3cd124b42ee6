import { undoImport as endpoint } from '#shared/contract/imports.ts';
import { http } from '#shared/lambda/http.ts';

/** Deriving takes a while anyway: what it needs is loaded by the first one that is let in. */
export const handler = http(endpoint, async ({ db, announced, caller, params, ifMatch }) => {
  const { undoImport } = await import('#shared/usecases/undo-import.ts');
  return undoImport({ db, announced }, caller, params.batch_uuid, ifMatch);
});
