import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endpoints } from '#shared/contract/index.ts';
import { openApi } from '#shared/contract/openapi.ts';
import description from '../package.json' with { type: 'json' };
import { clientTypes } from './openapi/client-types.ts';
import { lint } from './openapi/lint.ts';

const root = resolve(import.meta.dirname, '..');

const firstDifference = (expected: string, actual: string): string => {
  const [before, after] = [actual.split('\n'), expected.split('\n')];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1}:\n  - ${before[at] ?? '(end)'}\n  + ${after[at] ?? '(end)'}`;
};

const complain = (message: string): void => {
  console.error(message);
  process.exitCode = 1;
};

const compare = async (path: string, generated: string): Promise<void> => {
  const reviewed = await readFile(resolve(root, path), 'utf8').catch(() => '');
  if (reviewed === generated) return;
  complain(
    `The contract and ${path} differ from ${firstDifference(generated, reviewed)}\n` +
      'If that is meant: node scripts/openapi.ts --write',
  );
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const document = `${JSON.stringify(openApi(endpoints, { version: description.version }), null, 2)}\n`;

/** The document as it was last reviewed, and a client's types: a change of the contract shows up in them, line by line. */
const generated = {
  'shared/contract/openapi.json': document,
  'test/support/api-schema.ts': await clientTypes(document),
};

for (const [path, text] of Object.entries(generated)) {
  if (values.write) await writeFile(resolve(root, path), text);
  else await compare(path, text);
}
for (const problem of await lint(document)) complain(problem);
