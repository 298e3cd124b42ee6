// `npm run bench -- NAME [--json]`: runs the benchmark of that name, a file beside this one.
import { readdirSync } from 'node:fs';

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.replace(/\.ts$/, ''));
const [name, ...rest] = process.argv.slice(2);

if (name && names.includes(name)) {
  // The benchmark reads its own flags, as if it had been called by itself.
  process.argv.splice(2, process.argv.length, ...rest);
  await import(`./${name}.ts`);
} else {
  console.error(`Usage: npm run bench -- ${names.join('|')} [--json]`);
  process.exitCode = 1;
}
