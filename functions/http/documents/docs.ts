import { showDocs } from '#shared/contract/documents.ts';
import { page } from '#shared/lambda/file.ts';

export const handler = page(showDocs, 'docs.html');
