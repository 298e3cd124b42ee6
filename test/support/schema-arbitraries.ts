/** Values that a schema of the contract takes, and values that break it. */
import fc from 'fast-check';
import * as z from 'zod';
import type { JsonSchema } from '#shared/contract/json-schema.ts';

type Definitions = Record<string, JsonSchema>;

const whole = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** A whole number or a decimal as text, as the contract's patterns want it: such patterns match too much to be drawn. */
const numeric = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
  fc.tuple(fc.nat(1_000_000), fc.nat(999_999)).map(([left, right]) => `${left}.${right}`),
);

const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid({ version: 4 }),
  'date-time': fc
    .date({ min: new Date('1970-01-02'), max: new Date('2026-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  email: fc.emailAddress(),
};

const text = ({ format, pattern, minLength = 0, maxLength = 40 }: JsonSchema): fc.Arbitrary<string> => {
  const known = typeof format === 'string' ? formats[format] : undefined;
  if (known) return known;
  if (typeof pattern === 'string' && /\\d\{1,/.test(pattern)) return numeric;
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern));
  return fc.string({
    unit: 'grapheme',
    minLength: Number(minLength),
    maxLength: Math.min(Number(maxLength), Number(minLength) + 40),
  });
};

const fromSchema = (schema: JsonSchema, definitions: Definitions): fc.Arbitrary<unknown> => {
  const inner = (part: JsonSchema) => fromSchema(part, definitions);
  if (schema.$ref) return inner(definitions[schema.$ref.replace('#/$defs/', '')] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? (schema.oneOf as JsonSchema[] | undefined);
  if (choices) return fc.oneof(...choices.map(inner));
  if (schema.type === 'string') return text(schema);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum = 0, maximum = 1_000 } = schema;
    return fc.integer({ min: Number(minimum), max: Math.min(Number(maximum), 2 ** 31) });
  }
  if (schema.type === 'array') return fc.array(inner(schema.items ?? {}), { minLength: 1, maxLength: 3 });
  if (schema.type === 'object') {
    const { properties = {}, required = [] } = schema;
    const fields = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inner(part)]));
    return fc.record(fields, { requiredKeys: required });
  }
  return fc.jsonValue();
};

/** Values that fit a schema's description. What refinements want beyond it, some of them break. */
export const fitting = (schema: z.ZodType | undefined): fc.Arbitrary<unknown> => {
  if (!schema) return fc.constant(undefined);
  const described = whole(schema);
  return fromSchema(described, (described.$defs ?? {}) as Definitions);
};

/** What strangers send where something else is expected. */
const nasty = fc.constantFrom<unknown>(
  null,
  '',
  ' ',
  '0',
  '-1',
  'NaN',
  '1e400',
  '0x10',
  '9'.repeat(200),
  `0.${'1'.repeat(300)}`,
  'x'.repeat(3_000),
  '\u0000',
  '\ud800',
  '\u202eevil',
  "'; DROP TABLE users; --",
  '%',
  '../../etc/passwd',
  -1,
  0,
  1.5,
  1e308,
  2 ** 53,
  true,
  [],
  [[]],
  {},
  { $ne: null },
  { length: 1e9 },
  ['__proto__'],
);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Breaks one field, drops it, or adds one. */
const mutated = (value: unknown): fc.Arbitrary<unknown> => {
  if (!isRecord(value)) return nasty;
  const names = Object.keys(value);
  const added = fc.tuple(fc.constantFrom('id', 'user_id', 'is_deleted', '__proto__', 'x'), nasty);
  const extended = added.map(([name, given]) => ({ ...value, [name]: given }));
  if (names.length === 0) return extended;
  const changed = fc
    .tuple(fc.constantFrom(...names), nasty)
    .map(([name, given]) => ({ ...value, [name]: given }));
  const dropped = fc.constantFrom(...names).map((name) => {
    const { [name]: _, ...rest } = value;
    return rest;
  });
  return fc.oneof({ weight: 4, arbitrary: changed }, dropped, extended, nasty);
};

/** Values of which about half fit. */
export const likely = (schema: z.ZodType | undefined): fc.Arbitrary<unknown> => {
  const good = fitting(schema);
  return fc.oneof(good, good.chain(mutated));
};
