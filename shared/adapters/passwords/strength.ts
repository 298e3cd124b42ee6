import { fault } from '#shared/errors.ts';
import { commonPasswords } from './common.ts';

/**
 * Refuses what is guessed first: the common passwords, and the account's own name (ASVS 5.0, 6.2.4 and 6.2.11).
 *
 * @param field of the request, named in the error
 * @throws BadRequestException
 */
export const requireUncommon = (field: string, password: string, names: readonly string[]): void => {
  const folded = password.toLowerCase();
  const isCommon = commonPasswords.has(folded);
  if (!isCommon && !names.some((name) => name.toLowerCase() === folded)) return;
  const message = isCommon
    ? 'expected a password that is not among the most common ones'
    : 'expected a password other than your name or e-mail address';
  throw fault(field, message);
};
