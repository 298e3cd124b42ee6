import { getAsset } from '#shared/contract/documents.ts';
import { asset } from '#shared/lambda/file.ts';

export const handler = asset(getAsset);
