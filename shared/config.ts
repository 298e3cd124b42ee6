import * as z from 'zod';
import { OperatorSettings } from './contract/settings.ts';

/** Settings of a function beside its secrets, read from the environment: what it was built from, and what an operator sets. */
export const Settings = z.object({
  BAGTRACKER_VERSION: z.string().default('development'),
  /** The commit that the functions were built from, where whoever built them knew it. */
  BAGTRACKER_COMMIT: z.string().min(1).optional(),
  ...OperatorSettings.shape,
});

let parsed: z.output<typeof Settings> | undefined;

/** @throws when a variable is malformed, naming it. */
export const settings = (): z.output<typeof Settings> => {
  parsed ??= Settings.parse(process.env);
  return parsed;
};
