import { transform } from 'esbuild';
import { expect, it } from 'vitest';
import { asPure } from '../../scripts/build/pure-declarations.ts';

/** What is left of declarations that nobody uses. */
const left = async (source: string): Promise<string> => {
  const { code } = await transform(asPure(source), {
    loader: 'ts',
    treeShaking: true,
    minify: true,
    format: 'esm',
  });
  return code.trim();
};

it.each([
  ['one line', 'const Id = z.uuid().optional();\n'],
  ['several lines', 'const Body = z\n  .strictObject({\n    id: z.uuid(),\n  });\n\ninterface Next {}\n'],
  ['a typed one', 'const all: readonly Endpoint[] = [\n  endpoint({ id: 1 }),\n];\n'],
  ['a literal type', "const kinds = make(['a', 'b'] as const);\nconst other = make(kinds);\n"],
  [
    'one with a function in it',
    'const a = make(() => {\n  const b = 1;\n\n  return b;\n});\n/** Next. */\nconst c = 1;\n',
  ],
  ['a function', 'const page = <T>(item: T) =>\n  z.array(item);\n'],
])('drops %s when nobody uses it', async (_, source) => {
  expect(await left(source)).toBe('');
});

it('keeps what is exported, and what that needs', async () => {
  const code = await left(
    "const Id = z.uuid().meta({ example: 'x' });\n\nexport const Body = z.array(Id);\n",
  );
  expect(code).toContain('.array(');
  expect(code).toContain('.uuid()');
  expect(code).not.toContain('meta');
});

it('keeps a statement that is no declaration', async () => {
  expect(await left('configure();\n')).toBe('configure();');
});

it('keeps the lines where they are, for the source maps', () => {
  const source = 'const a = 1;\n\nexport const b = z\n  .string()\n  .meta({\n    id: 1,\n  });\n';
  expect(asPure(source).split('\n')).toHaveLength(source.split('\n').length);
});
