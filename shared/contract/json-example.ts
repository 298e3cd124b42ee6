import { type Components, type JsonSchema, resolved } from './json-schema.ts';

const formats: Readonly<Record<string, string>> = {
  'date-time': '2024-03-01T12:00:00.000Z',
  email: 'ada@example.org',
  uuid: '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11',
};

const byType = (schema: JsonSchema, components: Components): unknown => {
  switch (schema.type) {
    case 'object':
      return objectExample(schema, components);
    case 'array':
      return [exampleOf(schema.items ?? {}, components)];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema.minimum ?? 1));
    case 'string':
      return formats[String(schema.format)] ?? 'text';
    default:
      return null;
  }
};

const objectExample = ({ properties = {}, required = [] }: JsonSchema, components: Components) =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name))
      .map(([name, property]) => [name, exampleOf(property, components)]),
  );

/** A value that fits a schema: its own example, else one put together from those of its parts. */
export const exampleOf = (schema: JsonSchema, components: Components): unknown => {
  const described = resolved(schema, components);
  if (described.examples) return described.examples[0];
  if (described.const !== undefined) return described.const;
  if (described.enum) return described.enum[0];
  const alternative = described.anyOf?.find(({ type }) => type !== 'null');
  return alternative ? exampleOf(alternative, components) : byType(described, components);
};

const hasOwnExample = ({ anyOf = [], examples, items, properties = {} }: JsonSchema): boolean =>
  examples !== undefined ||
  [...anyOf, ...(items ? [items] : []), ...Object.values(properties)].some(hasOwnExample);

/** Whether an example would refer to something that the reader does not have. */
const refersElsewhere = ({ format, examples, items, properties = {} }: JsonSchema): boolean =>
  format === 'uuid' ||
  (examples === undefined && [...(items ? [items] : []), ...Object.values(properties)].some(refersElsewhere));

/**
 * An example of a request body: what is required, and of what is optional all that has an example of its own and goes
 * together, but for what holds uuids. What does not (`amount` and `raw_amount`), only the schema itself knows: `faults` counts what it objects to.
 */
export const bodyExample = (
  schema: JsonSchema,
  components: Components,
  faults: (example: unknown) => number,
): unknown => {
  const described = resolved(schema, components);
  const { properties } = described;
  if (described.examples || !properties) return exampleOf(described, components);
  let example = objectExample(described, components);
  for (const [name, property] of Object.entries(properties)) {
    if (name in example || refersElsewhere(property) || !hasOwnExample(property)) continue;
    const candidate = { ...example, [name]: exampleOf(property, components) };
    if (faults(candidate) <= faults(example)) example = candidate;
  }
  const inOrder = Object.keys(properties).filter((name) => name in example);
  return Object.fromEntries(inOrder.map((name) => [name, example[name]]));
};
