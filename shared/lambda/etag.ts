import { createHash } from 'node:crypto';
import { AppError } from '#shared/errors.ts';
import type { IfMatch } from '#shared/usecases/context.ts';

const sorted = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value;

/** The entity tag of a resource: of what it shows, in whatever order its fields come. */
export const etagOf = (resource: unknown): string =>
  `"${createHash('sha256').update(JSON.stringify(resource, sorted)).digest('base64url').slice(0, 22)}"`;

/** The `If-Match` of a request (RFC 9110, 13.1.1), to be compared with what is there when it is changed. */
export const precondition = (
  header: string | undefined,
): { ifMatch: IfMatch; assertCompared: () => void } => {
  const wanted = header?.split(',').map((tag) => tag.trim());
  let compared = false;
  return {
    ifMatch: (current) => {
      compared = true;
      if (!wanted || wanted.includes('*') || wanted.includes(etagOf(current))) return;
      throw new AppError(
        'PreconditionFailed',
        'If-Match: this has changed since you read it: read it again and decide anew',
      );
    },
    assertCompared: () => {
      if (wanted && !compared) throw new Error('a change did not look at If-Match');
    },
  };
};
