import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bagTracker } from '../../infra/app.ts';
import { readConfig } from '../../infra/config.ts';
import { build } from '../../scripts/build.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

export interface Template {
  stack: string;
  resources: Map<string, Resource>;
  /** The whole template as it would be uploaded. */
  text: string;
}

interface Synthesised {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

/** Replaces references to other stacks by what those export, and every reference by the name of its resource. */
const linked = (value: unknown, exported: ReadonlyMap<string, unknown>): unknown => {
  if (Array.isArray(value)) return value.map((item) => linked(item, exported));
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Fn::ImportValue') return exported.get(String(argument));
  if (name === 'Ref') return String(argument);
  if (name === 'Fn::GetAtt' && Array.isArray(argument)) return argument.join('.');
  if (name === 'Fn::Join' && Array.isArray(argument))
    return (linked(argument[1], exported) as unknown[]).join('');
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, linked(item, exported)]));
};

const exportsOf = (synthesised: readonly Synthesised[], stacks: readonly string[]): Map<string, unknown> =>
  new Map(
    synthesised.flatMap(({ Outputs = {} }, index) =>
      Object.values(Outputs).map(({ Value, Export }): [string, unknown] => [
        Export?.Name ?? '',
        `${stacks[index]}/${linked(Value, new Map())}`,
      ]),
    ),
  );

const qualified = (stack: string, resources: Record<string, Resource>) =>
  new Map(Object.entries(resources).map(([id, resource]) => [`${stack}/${id}`, resource]));

/**
 * Synthesises the whole system as it would deploy from a pipeline with this environment, and links the stacks, so that
 * tests can follow a reference.
 */
export const synthesise = async (environment: Record<string, string>): Promise<Template[]> => {
  const config = readConfig(environment);
  await build();
  const outdir = await mkdtemp(join(tmpdir(), 'bagtracker-synth-'));
  try {
    const { stacks } = bagTracker(config, { outdir }).synth();
    const names = stacks.map(({ stackName }) => stackName);
    const synthesised = stacks.map(({ template }): Synthesised => template);
    const exported = exportsOf(synthesised, names);
    return synthesised.map((template, index) => {
      const stack = names[index] ?? '';
      const resources = linked(template.Resources, exported) as Record<string, Resource>;
      return { stack, resources: qualified(stack, resources), text: JSON.stringify(template) };
    });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
};
