import { showRedoc } from '#shared/contract/documents.ts';
import { file } from '#shared/lambda/file.ts';

export const handler = file(showRedoc, () => 'redoc.html');
