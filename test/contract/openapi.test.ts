import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoint } from '#shared/contract/endpoint.ts';
import { Uuid } from '#shared/contract/fields.ts';
import { endpoints } from '#shared/contract/index.ts';
import { openApi } from '#shared/contract/openapi.ts';

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { content: { 'application/json': { example: unknown } } };
  responses: Record<string, { content?: { 'application/json': { example?: unknown } } }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

const document = openApi(endpoints, { version: '1.2.3' }) as unknown as Document;
const operationOf = (path: string, method: string) => document.paths[path]?.[method.toLowerCase()];
const named = endpoints.map((declared) => [declared.id, declared] as const);

const referencesOf = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value ? [String(value.$ref)] : [];
  return [...own, ...Object.values(value).flatMap(referencesOf)];
};

const resolve = (reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);

describe('the OpenAPI document', () => {
  it('describes exactly the endpoints of the contract', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('names every operation once', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((one) => one.operationId),
    );
    expect(new Set(ids).size).toBe(endpoints.length);
  });

  it('refers only to what it defines', () => {
    const dangling = referencesOf(document).filter((reference) => resolve(reference) === undefined);
    expect(dangling).toEqual([]);
  });

  it.each(named)('%s says whether it takes an Idempotency-Key', (_, { method, path, auth }) => {
    const keys = operationOf(path, method)?.parameters.filter(({ name }) => name === 'Idempotency-Key');
    expect(keys).toHaveLength(method === 'POST' && auth !== 'public' ? 1 : 0);
  });

  it.each(named)('%s declares the parameters of its path', (_, { method, path }) => {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true }));
    const declared =
      operationOf(path, method)?.parameters.filter((parameter) => parameter.in === 'path') ?? [];
    expect(declared.map(({ name, in: place, required }) => ({ name, in: place, required }))).toEqual(inPath);
  });

  const inJson = named.filter(([, { answers }]) => answers === undefined);

  it.each(inJson)('%s has examples that its own schemas accept', (_, { method, path, shapes, status }) => {
    const operation = operationOf(path, method);
    const request = operation?.requestBody?.content['application/json'].example;
    const response = operation?.responses[status]?.content?.['application/json'].example;
    expect(shapes.body?.safeParse(request).error).toBeUndefined();
    expect(shapes.response.safeParse(response).error).toBeUndefined();
  });

  it.each(named)(
    '%s lists the errors that its authentication implies',
    (_, { auth, errors, method, path }) => {
      const responses = operationOf(path, method)?.responses ?? {};
      expect('401' in responses).toBe(auth === 'user' || errors.includes('AuthenticationError'));
      expect('403' in responses).toBe(auth === 'admin');
      expect(responses).toHaveProperty('500');
    },
  );
});

describe('openApi', () => {
  const Thing = z.strictObject({ uuid: Uuid }).meta({ id: 'Thing' });
  const getThing = endpoint({
    id: 'things/get',
    method: 'GET',
    path: '/thing',
    summary: 'Show a thing',
    auth: 'public',
    role: 'api',
    status: 200,
    errors: [],
    shapes: { response: z.strictObject({ first: Thing, second: Thing.nullable() }) },
  });

  it('puts a named schema into the components, once', () => {
    const { components, paths } = openApi([getThing], { version: '1' }) as unknown as Document;
    expect(Object.keys(components.schemas)).toEqual(['Error', 'GatewayError', 'Thing']);
    expect(referencesOf(paths)).toContain('#/components/schemas/Thing');
  });
});
