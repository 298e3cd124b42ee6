// `node scripts/kernel.ts [--write]`: compiles the kernel of the replay, and compares with what is committed or writes it.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import asc from 'assemblyscript/asc';

const root = resolve(import.meta.dirname, '..');
const source = 'shared/domain/kernel/assembly/fifo.ts';
const target = resolve(root, 'shared/domain/kernel/binary.ts');

const options = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];
const lineLength = 96;

/** The module as a source file: base64, for it is loaded with the code and needs no file beside it. */
const compile = async (): Promise<string> => {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([source, ...options, '--outFile', 'kernel.wasm'], {
    readFile: (name, base) => readFile(resolve(root, base, name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
  });
  if (error || !binary) throw new Error(`${source} does not compile\n${stderr.toString()}`);
  const lines =
    Buffer.from(binary)
      .toString('base64')
      .match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return [`// Made of ${source} by scripts/kernel.ts.`, 'export const binary = `', ...lines, '`;', ''].join(
    '\n',
  );
};

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const compiled = await compile();
if (values.write) await writeFile(target, compiled);
else if (compiled !== (await readFile(target, 'utf8').catch(() => ''))) {
  console.error(`${source} and shared/domain/kernel/binary.ts differ: node scripts/kernel.ts --write`);
  process.exitCode = 1;
}
