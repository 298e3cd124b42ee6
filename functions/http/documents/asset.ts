import { getAsset } from '#shared/contract/documents.ts';
import { file } from '#shared/lambda/file.ts';

export const handler = file(getAsset, ({ asset }) => asset);
