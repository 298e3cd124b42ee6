import { showDocs } from '#shared/contract/documents.ts';
import { file } from '#shared/lambda/file.ts';

export const handler = file(showDocs, () => 'docs.html');
