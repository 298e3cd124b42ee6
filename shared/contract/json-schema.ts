import * as z from 'zod';

/** JSON Schema (draft 2020-12), as far as the contract uses it. */
export interface JsonSchema {
  [keyword: string]: unknown;
  $ref?: string;
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  examples?: unknown[];
  description?: string;
}

/** Schemas that have a name, by that name: `.meta({ id: 'Wallet' })`. */
export type Components = Record<string, JsonSchema>;

const componentPath = '#/components/schemas/';

/** Keeps what tells a reader something: a format says it better than the hundred characters that check it. */
const readable = ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if ('example' in jsonSchema) {
    jsonSchema.examples = [jsonSchema.example];
    delete jsonSchema.example;
  }
};

/**
 * Describes what a schema takes (`input`) or gives (`output`). Named schemas go to `components`, once.
 *
 * @throws when two schemas of one name differ.
 */
export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output', components: Components): JsonSchema => {
  const whole = z.toJSONSchema(schema, { io, override: readable });
  const text = JSON.stringify(whole).replaceAll('"#/$defs/', `"${componentPath}`);
  const {
    $schema: _,
    $defs: named = {},
    ...described
  } = JSON.parse(text) as JsonSchema & { $defs?: Components };
  for (const [name, component] of Object.entries(named)) {
    const { id: __, ...known } = component;
    if (components[name] && JSON.stringify(components[name]) !== JSON.stringify(known)) {
      throw new Error(`Two different schemas are named ${name}`);
    }
    components[name] = known;
  }
  return described;
};

/** The component that a schema refers to, or the schema itself. */
export const resolved = (schema: JsonSchema, components: Components): JsonSchema => {
  if (schema.$ref === undefined) return schema;
  const component = components[schema.$ref.slice(componentPath.length)];
  if (!component) throw new Error(`${schema.$ref} refers to nothing`);
  return component;
};
