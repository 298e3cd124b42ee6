import { difference, product, quotient, sum } from './decimal.ts';

/** What something is worth now, and was worth a while ago: null where that is unknown. */
export interface Passage {
  nowUsd: string;
  thenUsd: string | null;
}

/**
 * How much the worth of several things has changed. What is unknown of the past takes no part, on either side, and the
 * change is not complete then; where nothing is known there is none. In percent of what was known to be there.
 */
export const changeOf = (
  passages: readonly Passage[],
): { changeUsd: string | null; changePercent: string | null; isComplete: boolean } => {
  const known = passages.flatMap(({ nowUsd, thenUsd }) => (thenUsd === null ? [] : { nowUsd, thenUsd }));
  if (known.length === 0) return { changeUsd: null, changePercent: null, isComplete: false };
  const before = sum(known.map(({ thenUsd }) => thenUsd));
  const changeUsd = difference(sum(known.map(({ nowUsd }) => nowUsd)), before);
  return {
    changeUsd,
    changePercent: before === '0' ? null : quotient(product(changeUsd, '100'), before),
    isComplete: known.length === passages.length,
  };
};
