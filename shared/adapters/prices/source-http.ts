/** What all price sources share on the wire: how often they may be asked, how long they may take, and when to let them be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Json, parseJson } from './figures.ts';
import type { PriceSourceName } from './price-source.ts';

/** A source that cannot answer now. Its message holds nothing of what was asked, nor of any key. */
export class SourceUnavailable extends Error {
  readonly source: PriceSourceName;

  constructor(source: PriceSourceName, reason: string) {
    super(`${source}: ${reason}`);
    this.name = 'SourceUnavailable';
    this.source = source;
  }
}

/** What a source says instead of an answer: less at once might do; it does not tell this; not with this key; not so often. */
type RefusalKind = 'too much' | 'not told' | 'key' | 'too often';

export class Refusal extends Error {
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind) {
    super(`refused: ${kind}`);
    this.name = 'Refusal';
    this.kind = kind;
  }
}

/** What a source has cost, and what of its answers was no use. */
export interface Traffic {
  calls: number;
  /** Prices that were no numbers, or impossible ones. */
  dropped: number;
}

export interface Reply {
  readonly status: number;
  readonly body: Json;
}

export interface SourceHttpOptions {
  readonly name: PriceSourceName;
  readonly url: string;
  /** Keys go here, and nowhere else. */
  readonly headers?: Readonly<Record<string, string>>;
  /** So many calls at once, then so many a minute: both together are the most of any minute. */
  readonly limit: { readonly burst: number; readonly perMinute: number };
  readonly timeoutMs?: number;
  /** For a place in the limit, or for what `Retry-After` asks: longer than this a call does not wait. */
  readonly patienceMs?: number;
  /** How long a source is let be after failures in a row; then one call tries whether it is back. */
  readonly pauseMs?: number;
}

const failuresUntilOpen = 3;
const largestAnswer = 8 * 1024 * 1024;

/** Where the source does not say how long. */
const refusalMs = 60_000;
/** A region that is shut out, or a key that is not taken, stays so for longer than a run. */
const exclusionMs = 3_600_000;
const longestRefusalMs = 24 * 3_600_000;
/** Sooner than this no source is asked again, even one that says at once: it has just refused. */
const shortestRefusalMs = 1_000;

interface State {
  /** When the limit has room for as many as it allows at once. */
  wholeAt: number;
  failures: number;
  closedUntil: number;
  reason: string;
}

/** Waits for a place in the limit: the generic cell rate algorithm. */
const takeTurn = async (state: State, { name, limit, patienceMs = 5_000 }: SourceHttpOptions) => {
  const now = Date.now();
  const stepMs = 60_000 / limit.perMinute;
  const next = Math.max(state.wholeAt, now) + stepMs;
  const waitMs = next - now - limit.burst * stepMs;
  if (waitMs > patienceMs) throw new SourceUnavailable(name, 'no call is left of its limit');
  state.wholeAt = next;
  if (waitMs > 0) await sleep(waitMs);
};

/** The body's text, as long as it is none that nobody could want. */
const textOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > largestAnswer) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Undefined where it is neither whole seconds nor a date: `Date.parse` finds one in nearly anything. */
const retryAfterMs = (headers: Headers): number | undefined => {
  const text = headers.get('retry-after') ?? '';
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  const waitMs = httpDate.test(text) ? Date.parse(text) - Date.now() : seconds * 1000;
  return Number.isNaN(waitMs) ? undefined : Math.max(shortestRefusalMs, waitMs);
};

const parsed = (text: string): Json => {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
};

/**
 * How a source is called. A reply of 200 to 499 is handed to `read`, unless it says that we ask too often or may not ask at
 * all; `read` throws a `Refusal` where the source refuses this question. Whatever else happens counts as a failure; after
 * three in a row nothing is asked for a while.
 *
 * @throws SourceUnavailable when the source cannot answer now
 * @throws Refusal when it refuses what is asked
 */
export const sourceHttp = (options: SourceHttpOptions) => {
  const { name, url, headers = {}, timeoutMs = 8_000, patienceMs = 5_000, pauseMs = 60_000 } = options;
  const state: State = { wholeAt: 0, failures: 0, closedUntil: 0, reason: '' };
  const traffic: Traffic = { calls: 0, dropped: 0 };

  const close = (reason: string, forMs: number): SourceUnavailable => {
    state.closedUntil = Date.now() + Math.min(forMs, longestRefusalMs);
    state.reason = reason;
    return new SourceUnavailable(name, reason);
  };

  const failed = (reason: string): SourceUnavailable => {
    state.failures += 1;
    if (state.failures >= failuresUntilOpen) return close(reason, pauseMs);
    return new SourceUnavailable(name, reason);
  };

  const fetched = async (path: string) => {
    await takeTurn(state, options);
    traffic.calls += 1;
    try {
      const response = await fetch(url + path, {
        headers: { accept: 'application/json', ...headers },
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { status: response.status, headers: response.headers, text: await textOf(response) };
    } catch (error) {
      // What it was may name the address and the headers: only its kind is told.
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      throw failed(isLate ? 'no answer in time' : 'no answer');
    }
  };

  /** Asks once more after as long as it is told, if that is not long. */
  const answered = async (path: string) => {
    const first = await fetched(path);
    if (first.status !== 429) return first;
    const waitMs = retryAfterMs(first.headers);
    if (waitMs === undefined || waitMs > patienceMs) return first;
    await sleep(waitMs);
    return fetched(path);
  };

  const get = async <T>(path: string, read: (reply: Reply) => T): Promise<T> => {
    if (Date.now() < state.closedUntil) throw new SourceUnavailable(name, state.reason);
    const { status, headers: told, text } = await answered(path);
    if (status === 429 || status === 418)
      throw close(
        status === 429 ? 'too many requests' : 'banned for a while',
        retryAfterMs(told) ?? refusalMs,
      );
    if (status === 451) throw close('shut out from here', exclusionMs);
    if (status >= 500) throw failed(`status ${status}`);
    const body = parsed(text);
    if (status < 300 && body === null) throw failed('no JSON');
    try {
      const value = read({ status, body });
      state.failures = 0;
      return value;
    } catch (error) {
      if (!(error instanceof Refusal)) throw failed('an answer of no use');
      if (error.kind === 'key') throw close('the key is not taken', exclusionMs);
      if (error.kind === 'too often') throw close('too many requests', refusalMs);
      state.failures = 0;
      throw error;
    }
  };

  return { get, traffic };
};
