import type { Db } from '#shared/adapters/db/client.ts';
import { type Finding, heldTokens, type PricedToken, writePrices } from '#shared/adapters/db/token-prices.ts';
import type { MeteredSource } from '#shared/adapters/prices/metered.ts';
import type { PriceSourceName, Quote } from '#shared/adapters/prices/price-source.ts';
import { SourceUnavailable } from '#shared/adapters/prices/source-http.ts';
import { areApart, judge } from '#shared/domain/price-opinion.ts';

const minuteMs = 60_000;

/** An older quote is kept where there is no other, but another source is asked. */
const freshMs = 60 * minuteMs;

/** How far the clocks of sources may be ahead of ours; what is further ahead would never grow old. */
const skewMs = 10 * minuteMs;

/** Each run has so much of all tokens checked by a second source: every token once an hour. */
const runsPerCheck = 12;
const runMs = 5 * minuteMs;

type Told = Quote & { source: PriceSourceName };

/** One run: who is asked, and what became of it. */
interface Run {
  readonly sources: readonly MeteredSource[];
  readonly at: Date;
  readonly now: Date;
  readonly unavailable: Set<string>;
  /** What each source was asked for: it is asked once. */
  readonly asked: Map<PriceSourceName, Set<bigint>>;
}

const isFresh = ({ now }: Run, quote: Quote | undefined): boolean =>
  quote !== undefined && now.getTime() - quote.at.getTime() <= freshMs;

/** How many runs were due before. The scheduled time decides, so that a run that is repeated asks for the same tokens. */
const numberOf = ({ at }: Run): number => Math.floor(at.getTime() / runMs);

/**
 * What a source says of those tokens that it was not asked for yet; nothing when it cannot answer.
 *
 * @param turn whose turn it is, with a source that is not asked for all at once
 */
const ask = async (
  run: Run,
  source: MeteredSource,
  tokens: readonly PricedToken[],
  turn: number,
): Promise<Told[]> => {
  const asked = run.asked.get(source.name) ?? new Set();
  run.asked.set(source.name, asked);
  const left = tokens.filter(({ id }) => !asked.has(id));
  const others = source.inTurn?.(left, turn) ?? left;
  if (others.length === 0) return [];
  for (const { id } of others) asked.add(id);
  try {
    const quotes = await source.current(others);
    return quotes
      .filter(({ at }) => at.getTime() <= run.now.getTime() + skewMs)
      .map((quote) => ({ ...quote, at: quote.at > run.now ? run.now : quote.at, source: source.name }));
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    run.unavailable.add(error.message);
    return [];
  }
};

/** The first source's prices of all tokens, and the next one's of those that are missing or old. */
const firstPrices = async (run: Run, tokens: readonly PricedToken[]): Promise<Map<bigint, Told>> => {
  const told = new Map<bigint, Told>();
  for (const source of run.sources) {
    const wanted = tokens.filter(({ id }) => !isFresh(run, told.get(id)));
    for (const quote of await ask(run, source, wanted, numberOf(run))) {
      const known = told.get(quote.tokenId);
      if (!known || quote.at > known.at) told.set(quote.tokenId, quote);
    }
  }
  return told;
};

/** Whether a price must be looked at twice: it has moved by more than a fifth, or was in dispute. */
const isDoubtful = ({ knownPriceUsd, isDisputed }: PricedToken, { priceUsd }: Quote): boolean =>
  isDisputed || (knownPriceUsd !== null && knownPriceUsd !== '0' && areApart(priceUsd, knownPriceUsd));

/** Whether it is a token's turn to be checked. */
const isItsTurn = (run: Run, { id }: PricedToken): boolean =>
  BigInt(numberOf(run)) % BigInt(runsPerCheck) === id % BigInt(runsPerCheck);

/** It moves on from run to run for those in doubt, and from hour to hour for those that are checked once an hour. */
const checkingTurn = (run: Run): number =>
  Math.floor(numberOf(run) / runsPerCheck) + (numberOf(run) % runsPerCheck);

/**
 * What a second source says of the prices that are in doubt, and of a twelfth of the others: about one call more for
 * each twelve. For those in doubt every source is asked until one can tell; for the others the next one only.
 */
const secondPrices = async (run: Run, tokens: readonly PricedToken[], first: ReadonlyMap<bigint, Told>) => {
  const second = new Map<bigint, Told>();
  for (const source of run.sources) {
    const wanted = tokens.filter((token) => {
      const price = first.get(token.id);
      if (!price || price.source === source.name || second.has(token.id)) return false;
      if (isDoubtful(token, price)) return true;
      const next = run.sources.find(({ name }) => name !== price.source);
      return source === next && isItsTurn(run, token);
    });
    for (const quote of await ask(run, source, wanted, checkingTurn(run))) {
      if (isFresh(run, quote)) second.set(quote.tokenId, quote);
    }
  }
  return second;
};

const known = ({ knownPriceUsd }: PricedToken): string | null =>
  knownPriceUsd === '0' ? null : knownPriceUsd;

/**
 * What is to be written of a token; undefined where that is nothing. What the first source does not tell besides a price, as
 * the market cap, is the second's, unless they speak of different prices.
 */
const findingOf = (token: PricedToken, price: Told, opinion: Told | undefined): Finding | undefined => {
  const { isAccepted, isDisputed } = judge(price.priceUsd, known(token), opinion?.priceUsd);
  const quote = isDisputed ? price : { ...opinion, ...price };
  if (isAccepted) return { tokenId: token.id, source: price.source, quote, isDisputed };
  return isDisputed === null ? undefined : { tokenId: token.id, source: null, quote: null, isDisputed };
};

const total = (sources: readonly MeteredSource[], of: 'calls' | 'dropped'): number =>
  sources.reduce((sum, { traffic }) => sum + traffic[of], 0);

/**
 * Asks what every token that somebody holds is worth, and writes it. What no source tells keeps the price it has, and that
 * grows stale; what would be a change of more than a thousand-fold is held back until a second source agrees; where two
 * sources are more than 20 % apart, the price is in dispute until they agree again. Running it again writes nothing twice.
 *
 * @param at when the run was due: it decides which prices are checked
 * @param now what quotes are old or new by
 */
export const refreshPrices = async (
  db: Db,
  sources: readonly MeteredSource[],
  { at, now }: { at: Date; now: Date },
) => {
  const tokens = sources.length === 0 ? [] : await heldTokens(db);
  const run: Run = { sources, at, now, unavailable: new Set(), asked: new Map() };
  const [calls, dropped] = [total(sources, 'calls'), total(sources, 'dropped')];
  const first = await firstPrices(run, tokens);
  const second = await secondPrices(run, tokens, first);
  const findings = tokens.flatMap((token) => {
    const price = first.get(token.id);
    return price ? (findingOf(token, price, second.get(token.id)) ?? []) : [];
  });
  await writePrices(db, findings, now);
  const priced = findings.filter(({ quote }) => quote !== null).length;
  return {
    held: tokens.length,
    priced,
    calls: total(sources, 'calls') - calls,
    disputed: findings.filter(({ isDisputed }) => isDisputed).length,
    held_back: first.size - priced,
    missing: tokens.length - first.size,
    dropped: total(sources, 'dropped') - dropped,
    unavailable: [...run.unavailable],
  };
};
