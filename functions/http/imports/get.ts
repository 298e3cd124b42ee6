import { presentBatch, requireBatch } from '#shared/adapters/db/import-batches.ts';
import { getImport } from '#shared/contract/imports.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getImport, async ({ db, caller, params }) =>
  presentBatch(await requireBatch(db, caller.userId, params.batch_uuid)),
);
