import { undoImport as endpoint } from '#shared/contract/imports.ts';
import { http } from '#shared/lambda/http.ts';
import { undoImport } from '#shared/usecases/undo-import.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  undoImport({ db, announced }, caller, params.batch_uuid, ifMatch),
);
