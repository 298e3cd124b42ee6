import type { Db } from '#shared/adapters/db/client.ts';
import {
  areGaps,
  insertGaps,
  insertQuotes,
  storedPrices,
  type Wanted,
} from '#shared/adapters/db/historic-prices.ts';
import { quotableTokens } from '#shared/adapters/db/quotable-tokens.ts';
import type { PriceSource, QuotableToken, Quote } from '#shared/adapters/prices/price-source.ts';
import { SourceUnavailable } from '#shared/adapters/prices/source-http.ts';
import { withoutSpikes } from '#shared/domain/price-opinion.ts';
import type { FoundPrice } from '#shared/domain/swap-price.ts';

const hourMs = 3_600_000;

/** Over so long sources have a price an hour, mostly. */
const stretchMs = 14 * 24 * hourMs;

/** From so many hours of a stretch on, the whole of it is asked for instead of each. */
const manyHours = 3;

const hourOf = (at: number): number => Math.floor(at / hourMs);

/** Times that one question can be about: within a stretch of each other. */
const stretchesOf = (wanted: readonly Wanted[]): Wanted[][] => {
  const stretches: Wanted[][] = [];
  for (const one of wanted.toSorted((left, right) => left.at - right.at)) {
    const last = stretches.at(-1);
    if (last?.[0] && one.at - last[0].at <= stretchMs) last.push(one);
    else stretches.push([one]);
  }
  return stretches;
};

/** Asks one source about one token's prices within a stretch, and keeps what it says. */
const ask = async (db: Db, source: PriceSource, token: QuotableToken, wanted: readonly Wanted[]) => {
  const hours = new Map(wanted.map((one) => [hourOf(one.at), one.at]));
  const times = [...hours.values()];
  const quotes: Quote[] = [];
  if (hours.size >= manyHours) {
    const [from, to] = [Math.min(...times) - hourMs, Math.max(...times) + hourMs];
    quotes.push(...withoutSpikes(await source.between(token, new Date(from), new Date(to))));
  } else {
    for (const at of times) quotes.push(...[(await source.nearest(token, new Date(at))) ?? []].flat());
  }
  await insertQuotes(db, source.name, quotes);
};

/** What a search for prices came to. */
export interface Search {
  /** What was found, by token and time. */
  find: (wanted: Wanted) => FoundPrice | undefined;
  /** Whether anything has been found out: a price, or that no source knows one. */
  isAdvanced: boolean;
  /** Whether there was no time to ask for all of it. */
  isLate: boolean;
  /** What is not known because a source could not answer. */
  failures: ReadonlySet<string>;
}

const keyOf = ({ tokenId, at }: Wanted): string => `${tokenId}:${at}`;

/**
 * What tokens were worth: by stored prices, each the nearest within an hour; then by what the sources say of that hour, in
 * their order; else by what is stored of the day in UTC by then, their answers included. Of which days no source knew a price
 * is remembered for a day. Outside of any transaction: sources take their time.
 *
 * @param isLate whether it is time to stop asking
 */
export const findPrices = async (
  db: Db,
  sources: readonly PriceSource[],
  wanted: readonly Wanted[],
  isLate: () => boolean,
): Promise<Search> => {
  const all = [...new Map(wanted.map((one) => [keyOf(one), one])).values()];
  const found = new Map<string, FoundPrice>();
  /** Those of them that are still without a price. */
  const lookUp = async (some: readonly Wanted[], within: 'hour' | 'day'): Promise<Wanted[]> => {
    const prices = await storedPrices(db, some, within);
    return some.filter((one, place) => {
      const price = prices[place];
      if (price) found.set(keyOf(one), price);
      return !price;
    });
  };
  const missing = await lookUp(all, 'hour');
  const gaps = await areGaps(db, missing);
  const tokens = await quotableTokens(db, [...new Set(missing.map(({ tokenId }) => tokenId))]);
  const asked = new Set(missing.filter(({ tokenId }, place) => !gaps[place] && tokens.has(tokenId)));
  const failures = new Set<string>();
  const search = { find: (one: Wanted) => found.get(keyOf(one)), isAdvanced: false, isLate: false, failures };
  if (sources.length === 0) asked.clear();
  await lookUp(
    missing.filter((one) => !asked.has(one)),
    'day',
  );
  for (const [tokenId, ofToken] of Map.groupBy(asked, (one) => one.tokenId)) {
    const token = tokens.get(tokenId);
    if (!token) continue;
    for (const stretch of stretchesOf(ofToken)) {
      if (isLate()) return { ...search, isLate: true };
      const unanswered = new Set<string>();
      let left: readonly Wanted[] = stretch;
      for (const source of sources) {
        if (left.length === 0) break;
        try {
          await ask(db, source, token, left);
        } catch (error) {
          if (!(error instanceof SourceUnavailable)) throw error;
          unanswered.add(error.message);
        }
        left = await lookUp(left, 'hour');
      }
      left = await lookUp(left, 'day');
      search.isAdvanced ||= left.length < stretch.length || unanswered.size === 0;
      // Who could not answer may know it yet.
      if (unanswered.size === 0) await insertGaps(db, left);
      else if (left.length > 0) for (const one of unanswered) failures.add(one);
    }
  }
  return search;
};
