import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Load, Loaded } from './client.ts';

export interface Figures {
  perSecond: number;
  p50: number;
  p99: number;
}

export const percentile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ??
  Number.NaN;

/** @throws when anything but the expected status was answered: failures are quick, and would pass for speed. */
export const measure = async (load: Load, status: number): Promise<Figures> => {
  const worker = new Worker(new URL('./client.ts', import.meta.url), { workerData: load });
  const [{ times, statuses, seconds, failures }] = (await once(worker, 'message')) as [Loaded];
  await worker.terminate();
  const others = Object.keys(statuses).filter((one) => Number(one) !== status);
  if (failures > 0 || others.length > 0 || times.length === 0) {
    throw new Error(`Expected ${status} alone: ${JSON.stringify(statuses)}, ${failures} without an answer`);
  }
  return { perSecond: times.length / seconds, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
};
