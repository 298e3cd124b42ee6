/** What two sources, or two moments, make of a price. Plain decimals above zero. */
import { compare, product } from './decimal.ts';

const isBeyond = (left: string, right: string, factor: string): boolean =>
  compare(left, product(right, factor)) > 0 || compare(right, product(left, factor)) > 0;

/** Whether two prices are more than 20 % apart, by the lower one. */
export const areApart = (left: string, right: string): boolean => isBeyond(left, right, '1.2');

/** Whether a price is more than a thousand times another one, or less than a thousandth of it. */
const isSpike = (price: string, known: string): boolean => isBeyond(price, known, '1000');

/** So many prices at least tell what is usual among them. */
const fewest = 3;

/**
 * Prices of one token within some days, without those that are a thousand times what is usual among them, the median, or a
 * thousandth: of two that are so far apart nobody knows which is wrong, so a few are left as they are.
 */
export const withoutSpikes = <T extends { priceUsd: string }>(quotes: readonly T[]): T[] => {
  const prices = quotes.map(({ priceUsd }) => priceUsd).sort(compare);
  const usual = prices[prices.length >> 1];
  if (usual === undefined || prices.length < fewest) return [...quotes];
  return quotes.filter(({ priceUsd }) => !isSpike(priceUsd, usual));
};

export interface Judgement {
  /** Whether the price may be written at all. */
  isAccepted: boolean;
  /** Whether sources disagree; null where nobody was asked who could tell, and what was known of it stands. */
  isDisputed: boolean | null;
}

/**
 * What becomes of a price. Sources that are apart leave it in dispute; one that is a thousand times what was known, or a
 * thousandth, is kept out until another source agrees.
 *
 * @param known the last price, if there was one
 * @param opinion what another source says, if one was asked and could tell
 */
export const judge = (price: string, known: string | null, opinion: string | undefined): Judgement => {
  const isDisputed = opinion === undefined ? null : areApart(price, opinion);
  const isDoubtful = known !== null && isSpike(price, known);
  return { isAccepted: !isDoubtful || isDisputed === false, isDisputed };
};
