import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '#shared/errors.ts';
import { readSecret } from './secrets.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** @throws AuthorizationError unless the `X-Auth-Token` header holds the administrator's token. */
export const requireAdmin = async (header: string | undefined): Promise<void> => {
  const { token } = await readSecret<{ token: string }>('admin');
  // Digests have one length, so the comparison tells nothing of the token's.
  if (header === undefined || !timingSafeEqual(digest(header), digest(token))) {
    throw new AppError('AuthorizationError', "Send the administrator's token as X-Auth-Token");
  }
};
