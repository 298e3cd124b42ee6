import { setTimeout as sleep } from 'node:timers/promises';
import { causes, codeOf } from './log.ts';

/** Deadlock detected, serialization failure: the same work succeeds when it is tried again. */
const transient = new Set(['40P01', '40001']);

const attempts = 3;

/** Runs a transaction again, a little later, when the database ended it in favour of another. */
export const withRetries = async <T>(work: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !transient.has(codeOf(error) ?? '')) throw error;
      await sleep(attempt * 20 + Math.random() * 50);
    }
  }
};

/** What outlived its retries, a lock that was not had in time, a statement that took too long. */
const busy = new Set([...transient, '55P03', '57014']);

/** Whether an error means that the database gave up on the work in favour of other work: it was undone altogether. */
export const isDatabaseBusy = (error: unknown): boolean => busy.has(codeOf(error) ?? '');

/** PostgreSQL's text takes no NUL and no malformed UTF-8, which JSON can spell; a raw amount has 78 digits at most. */
const unstorable = new Set(['22021', '22P05', '22003']);

/** Whether an error means that something of the request cannot be stored. */
export const isUnstorable = (error: unknown): boolean => unstorable.has(codeOf(error) ?? '');

const unreachable = /^(08|57P0|53300|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH)/;

/** Whether an error means that the database cannot be reached for now. */
export const isDatabaseDown = (error: unknown): boolean =>
  unreachable.test(codeOf(error) ?? '') ||
  causes(error).some(
    (cause) =>
      cause instanceof Error &&
      /^(Connection terminated|Client (has encountered|was closed)|timeout exceeded|Query read timeout)/.test(
        cause.message,
      ),
  );
