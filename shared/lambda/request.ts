import type * as z from 'zod';
import { badRequest, type Fault } from '#shared/errors.ts';

const toFaults = (issue: z.core.$ZodIssue): Fault[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.'),
      message: 'is not a field of this request',
    }));
  }
  return [{ field: issue.path.join('.') || 'body', message: issue.message }];
};

/** @throws BadRequestException naming each field that does not fit, what was expected and what was got. */
export const parse = <T extends z.ZodType>(schema: T | undefined, input: unknown): unknown => {
  if (!schema) return {};
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  const faults = error.issues.flatMap(toFaults);
  const [first] = faults;
  throw badRequest(first ? `${first.field}: ${first.message}` : 'The request is not valid', faults);
};
