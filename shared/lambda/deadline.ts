import { abandonConnections } from '#shared/adapters/db/client.ts';
import { AppError } from '#shared/errors.ts';

/** What is left for the answer itself to get out. */
const reserveMs = 500;

interface Limited {
  getRemainingTimeInMillis?: () => number;
}

/**
 * Runs work until shortly before the function would be ended, which would leave its caller without an answer. Late work
 * loses its connection, and with it whatever it had not committed.
 *
 * @throws ServiceUnavailable when the work is late
 */
export const beforeDeadline = async <T>(context: Limited, work: () => Promise<T>): Promise<T> => {
  const remaining = context.getRemainingTimeInMillis?.();
  if (remaining === undefined) return work();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        abandonConnections();
        reject(
          new AppError(
            'ServiceUnavailable',
            'This took too long and was given up: try again, or ask for less at once',
          ),
        );
      },
      Math.max(0, remaining - reserveMs),
    );
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
};
