import * as z from 'zod';
import { endpoint } from './endpoint.ts';

export const getOpenApi = endpoint({
  id: 'documents/openapi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'Describe this API (OpenAPI 3.1)',
  auth: 'public',
  role: 'documents',
  status: 200,
  errors: [],
  shapes: { response: z.record(z.string(), z.unknown()) },
});

export const showDocs = endpoint({
  id: 'documents/docs',
  method: 'GET',
  path: '/docs',
  summary: 'Try this API out in a browser (Swagger UI)',
  auth: 'public',
  role: 'documents',
  status: 200,
  answers: 'page',
  errors: [],
  shapes: { response: z.string() },
});

export const showRedoc = endpoint({
  id: 'documents/redoc',
  method: 'GET',
  path: '/redoc',
  summary: 'Read about this API in a browser (Redoc)',
  auth: 'public',
  role: 'documents',
  status: 200,
  answers: 'page',
  errors: [],
  shapes: { response: z.string() },
});

/** Everything the two pages load, which is all that they may. */
export const assetNames = [
  'docs.js',
  'redoc.js',
  'pages.css',
  'favicon-32x32.png',
  'swagger-ui.css',
  'swagger-ui-bundle.js',
  'swagger-ui-bundle.js.LICENSE.txt',
  'redoc.standalone.js',
  'redoc.standalone.js.LICENSE.txt',
] as const;

export const getAsset = endpoint({
  id: 'documents/asset',
  method: 'GET',
  path: '/docs/{asset}',
  summary: 'A file that the pages load',
  auth: 'public',
  role: 'documents',
  status: 200,
  answers: 'asset',
  errors: [],
  shapes: {
    params: z.strictObject({ asset: z.enum(assetNames) }),
    response: z.string(),
  },
});
