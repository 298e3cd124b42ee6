import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { endpoints } from '#shared/contract/index.ts';
import { openApi } from '#shared/contract/openapi.ts';
import description from '../package.json' with { type: 'json' };

/** The document as it was last reviewed: a change of the contract shows up in it, line by line. */
const path = resolve(import.meta.dirname, '../shared/contract/openapi.json');

const firstDifference = (expected: string, actual: string): string => {
  const [before, after] = [actual.split('\n'), expected.split('\n')];
  const line = after.findIndex((text, index) => text !== before[index]);
  const at = line === -1 ? after.length : line;
  return `line ${at + 1}:\n  - ${before[at] ?? '(end)'}\n  + ${after[at] ?? '(end)'}`;
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const generated = `${JSON.stringify(openApi(endpoints, { version: description.version }), null, 2)}\n`;

if (values.write) {
  await writeFile(path, generated);
} else {
  const reviewed = await readFile(path, 'utf8').catch(() => '');
  if (reviewed !== generated) {
    console.error(
      `The contract and shared/contract/openapi.json differ from ${firstDifference(generated, reviewed)}\n` +
        'If that is meant: node scripts/openapi.ts --write',
    );
    process.exitCode = 1;
  }
}
