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
