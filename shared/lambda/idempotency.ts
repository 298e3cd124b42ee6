import { createHash } from 'node:crypto';
import type { Db } from '#shared/adapters/db/client.ts';
import { claimKey, releaseKey, storeAnswer } from '#shared/adapters/db/idempotency.ts';
import { type Endpoint, takesIdempotencyKey } from '#shared/contract/endpoint.ts';
import { AppError, badRequest } from '#shared/errors.ts';
import type { Caller } from '#shared/usecases/context.ts';
import { type Answered, answerWith } from './reply.ts';

interface Request {
  caller: Caller | undefined;
  input: unknown;
  headers: Record<string, string | undefined>;
}

const maxKeyLength = 255;

/**
 * Serves a POST with an `Idempotency-Key` once: its answer is stored in the transaction of its effect and replayed for
 * 24 hours. Failures are not stored; a repetition tries again. Requests without an account have no scope to keep a key
 * in, and storing what they answer, or a digest of a password, would be worse than serving them twice.
 */
export const onceOnly = async (
  db: Db,
  endpoint: Pick<Endpoint, 'id' | 'method' | 'auth'>,
  { caller, input, headers }: Request,
  serve: () => Promise<Answered | AppError>,
): Promise<Answered | AppError> => {
  const key = headers['idempotency-key'];
  if (key === undefined || !takesIdempotencyKey(endpoint)) return serve();
  const scope = caller?.userUuid ?? 'admin';
  if (key.length === 0 || key.length > maxKeyLength) {
    throw badRequest(`Idempotency-Key: expected 1 to ${maxKeyLength} characters`);
  }
  const requestHash = createHash('sha256')
    .update(JSON.stringify([endpoint.id, input]))
    .digest('hex');
  const stored = await claimKey(db, scope, key, requestHash);
  if (stored) {
    if (stored.requestHash === requestHash) return answerWith(stored.status, stored.body);
    throw new AppError(
      'UnprocessableError',
      'This Idempotency-Key was used for another request: choose a new one',
    );
  }
  const answered = await serve();
  if (answered instanceof AppError) await releaseKey(db, scope, key);
  else await storeAnswer(db, scope, key, answered.status, answered.body);
  return answered;
};
