import { getOpenApi } from '#shared/contract/documents.ts';
import { document } from '#shared/lambda/file.ts';

export const handler = document(getOpenApi, 'openapi.json');
