import { AppError } from '#shared/errors.ts';

/**
 * Refuses what something stands against, and says how much of what.
 *
 * @param counts how many there are of each; what there is none of is not in the way
 * @throws ConflictError
 */
export const refuseCounted = (counts: Readonly<Record<string, number>>, message: string): void => {
  const standing = Object.entries(counts).filter(([, count]) => count > 0);
  if (standing.length === 0) return;
  const list = standing.map(([what, count]) => `${what}: ${count}`).join(', ');
  throw new AppError('ConflictError', `${message} (${list})`);
};
