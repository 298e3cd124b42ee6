import { AppError } from '#shared/errors.ts';

/**
 * @param uses how many of what refer to it
 * @throws ConflictError that says what uses it
 */
export const refuseUsed = (what: string, uses: Readonly<Record<string, number>>): void => {
  const users = Object.entries(uses).filter(([, count]) => count > 0);
  if (users.length === 0) return;
  const list = users.map(([noun, count]) => `${noun}: ${count}`).join(', ');
  throw new AppError('ConflictError', `This ${what} is in use and stays (${list})`);
};
