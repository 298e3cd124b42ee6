import { getOpenApi } from '#shared/contract/documents.ts';
import openApi from '#shared/contract/openapi.json' with { type: 'json' };
import { document } from '#shared/lambda/document.ts';

export const handler = document(getOpenApi, openApi);
