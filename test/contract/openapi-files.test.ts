import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { clientTypes } from '../../scripts/openapi/client-types.ts';
import { lint } from '../../scripts/openapi/lint.ts';

const read = (path: string) => readFile(resolve(import.meta.dirname, '../..', path), 'utf8');
const document = await read('shared/contract/openapi.json');

it('the OpenAPI document is one that a strict linter has nothing to say about', async () => {
  expect(await lint(document)).toEqual([]);
});

it('the linter sees what is wrong', async () => {
  const { paths, ...rest } = JSON.parse(document);
  paths['/wallet'].post.tags = ['nonsense'];
  paths['/wallet'].post.requestBody.content['application/json'].example = { name: 1 };
  const problems = await lint(JSON.stringify({ ...rest, paths }));
  expect(problems).toHaveLength(2);
  expect(problems.join()).toMatch(/operation-tag-defined.*no-invalid-media-type-examples/);
});

it("the client's types are those of the document", async () => {
  expect(await read('test/support/api-schema.ts')).toBe(await clientTypes(document));
});
