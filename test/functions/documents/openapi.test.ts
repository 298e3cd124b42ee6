import { expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { request } from '../../support/api.ts';

it('describes every endpoint to anybody, in OpenAPI 3.1', async () => {
  const { status, body } = await request('GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body.openapi).toMatch(/^3\.1\./);
  const described = Object.entries<object>(body.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).sort());
});
