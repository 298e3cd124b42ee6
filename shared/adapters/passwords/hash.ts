import argon2 from 'argon2';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** An argon2id hash in PHC form. About 30 ms on one processor. */
export const hashPassword = (password: string): Promise<string> => argon2.hash(password, parameters);

/** Whether a hash was made with weaker parameters than today's. */
export const isOutdated = (hash: string): boolean => argon2.needsRehash(hash, parameters);

let stranger: Promise<string> | undefined;

/**
 * Checks a password. Without a hash, as for an unknown user, it takes the same time and fails: who exists must not show
 * in how long an answer takes.
 */
export const verifyPassword = async (hash: string | null | undefined, password: string): Promise<boolean> => {
  stranger ??= hashPassword('nobody has this password');
  // Awaited in either case, or the first log-in of an unknown user would hash twice.
  const nobody = await stranger;
  const matches = await argon2.verify(hash ?? nobody, password);
  return matches && hash != null;
};
