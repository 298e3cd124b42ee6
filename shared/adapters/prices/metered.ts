/** What the sources of prices share beside the wire: what they cost, and how they are asked for many tokens. */
import type { PriceSource, Quote } from './price-source.ts';
import { Refusal, SourceUnavailable, type Traffic } from './source-http.ts';

/** A source that counts what it does. */
export interface MeteredSource extends PriceSource {
  readonly traffic: Readonly<Traffic>;
}

/** How many keys a call may name: less once the source has refused so many. */
export interface BatchSize {
  most: number;
}

const isTooMuch = (error: unknown): boolean => error instanceof Refusal && error.kind === 'too much';

/**
 * Asks for many keys, as many at once as the source takes. What one call fails to tell is absent, and the rest is asked for
 * all the same.
 *
 * @throws SourceUnavailable when nothing at all was answered
 */
export const inBatches = async <K>(
  keys: readonly K[],
  size: BatchSize,
  ask: (batch: readonly K[]) => Promise<Quote[]>,
): Promise<Quote[]> => {
  const quotes: Quote[] = [];
  let isAnswered = false;
  let failure: SourceUnavailable | undefined;
  for (let start = 0; start < keys.length; ) {
    const batch = keys.slice(start, start + size.most);
    try {
      quotes.push(...(await ask(batch)));
      isAnswered = true;
    } catch (error) {
      if (isTooMuch(error) && batch.length > 1) {
        size.most = Math.ceil(batch.length / 2);
        continue;
      }
      if (error instanceof SourceUnavailable) failure = error;
      else if (!(error instanceof Refusal)) throw error;
    }
    start += batch.length;
  }
  if (failure && !isAnswered) throw failure;
  return quotes;
};

/**
 * The quotes of several questions, each asked whatever becomes of the others.
 *
 * @throws SourceUnavailable when it was met and there is no quote at all
 */
export const allOf = async (questions: readonly (() => Promise<Quote[]>)[]): Promise<Quote[]> => {
  const quotes: Quote[] = [];
  let failure: SourceUnavailable | undefined;
  for (const ask of questions) {
    try {
      quotes.push(...(await ask()));
    } catch (error) {
      if (!(error instanceof SourceUnavailable)) throw error;
      failure = error;
    }
  }
  if (failure && quotes.length === 0) throw failure;
  return quotes;
};

/** What was asked, or nothing where the source refuses to tell. */
export const unlessRefused = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The midnight that a moment's day began with, in UTC. */
export const dayOf = (at: Date): number => Math.floor(at.getTime() / dayMs) * dayMs;

/** Of some quotes the one that is nearest to a moment, if it is within the hour or of that day. */
export const nearestTo = (quotes: readonly Quote[], at: Date): Quote | undefined => {
  const gap = (quote: Quote) => Math.abs(quote.at.getTime() - at.getTime());
  const [nearest] = quotes.toSorted((left, right) => gap(left) - gap(right));
  if (!nearest) return undefined;
  return gap(nearest) <= hourMs || dayOf(nearest.at) === dayOf(at) ? nearest : undefined;
};

/** Quotes of a stretch of time, the oldest first, one a moment. */
export const ofStretch = (quotes: readonly Quote[], from: Date, to: Date): Quote[] => {
  const byMoment = new Map(quotes.map((quote) => [quote.at.getTime(), quote]));
  return [...byMoment.values()]
    .filter(({ at }) => at >= from && at <= to)
    .sort((left, right) => left.at.getTime() - right.at.getTime());
};

/** A contract as sources write it: of Stacks' identifiers, the part before the asset. */
export const addressOf = (contract: string): string => contract.split('::')[0] ?? contract;
