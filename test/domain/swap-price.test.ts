import { describe, expect, it } from 'vitest';
import { type FoundPrice, type Leg, priceOf, pricingLegs, type Unpriced } from '#shared/domain/swap-price.ts';

const [ether, dollar, small, other] = [1n, 2n, 3n, 4n];

const leg = (tokenId: bigint, fields: Partial<Leg> = {}): Leg => ({
  tokenId,
  kind: tokenId === ether ? 'native' : tokenId === dollar ? 'stablecoin' : 'other',
  isReceived: false,
  amount: '2',
  at: 0,
  ...fields,
});

const swap = (given: Leg, received: Leg, valueUsd: string | null = null): Unpriced => ({
  ...given,
  id: 7n,
  other: { ...received, isReceived: true, valueUsd },
});

/** The same swap, seen from what was received. */
const turned = ({ id, other: seen, ...own }: Unpriced): Unpriced => ({
  ...(seen ?? leg(0n)),
  id,
  other: { ...own, valueUsd: null },
});

const prices =
  (known: Record<string, string>) =>
  ({ tokenId }: Leg): FoundPrice | undefined => {
    const priceUsd = known[String(tokenId)];
    return priceUsd === undefined ? undefined : { priceUsd, source: 'coingecko', at: 5 };
  };

const tokens = (legs: readonly Leg[]) => legs.map(({ tokenId }) => tokenId);

describe('a transaction without a price', () => {
  it('alone is priced by its own token', () => {
    const alone = { ...leg(small), id: 7n, other: null };
    expect(tokens(pricingLegs(alone))).toEqual([small]);
    expect(priceOf(alone, prices({ 3: '1.5' }))).toEqual({
      ...{ id: 7n, priceUsd: '1.5', valueUsd: null, source: 'coingecko', at: 5 },
    });
    expect(priceOf(alone, prices({}))).toBeUndefined();
  });

  it.each([
    ['dollars before ether', ether, dollar, [dollar]],
    ['ether before another', small, ether, [ether]],
    ['dollars before another', dollar, small, [dollar]],
    ['of two others what was given, then what was received', small, other, [small, other]],
    ['of two dollars what was given', dollar, dollar, [dollar]],
  ])('of a swap is priced by the better known leg, from either side: %s', (_, given, received, expected) => {
    const own = swap(leg(given), leg(received));
    expect(tokens(pricingLegs(own))).toEqual(expected);
    expect(tokens(pricingLegs(turned(own)))).toEqual(expected);
  });

  it('has the value of the leg that prices it', () => {
    const own = swap(leg(small, { amount: '3' }), leg(ether, { amount: '2' }));
    const found = prices({ 1: '10', 3: '999999' });
    expect(priceOf(own, found)).toEqual({
      ...{ id: 7n, priceUsd: '6.666666666666666667', valueUsd: '20', source: 'swap', at: null },
    });
    expect(priceOf(turned(own), found)).toEqual({
      ...{ id: 7n, priceUsd: '10', valueUsd: null, source: 'coingecko', at: 5 },
    });
  });

  it("is not priced by a small token's price where ether's is unknown", () => {
    const own = swap(leg(small), leg(ether));
    for (const side of [own, turned(own)]) expect(priceOf(side, prices({ 3: '5' }))).toBeUndefined();
  });

  it('takes the price of what was received where neither is better known and the given has none', () => {
    const own = swap(leg(small, { amount: '4' }), leg(other, { amount: '2' }));
    expect(priceOf(own, prices({ 4: '3' }))).toMatchObject({ priceUsd: '1.5', valueUsd: '6' });
    expect(priceOf(turned(own), prices({ 4: '3' }))).toMatchObject({ priceUsd: '3', valueUsd: null });
  });

  it('takes the value that the other leg has, unless its own token is better known', () => {
    const known = swap(leg(small, { amount: '4' }), leg(ether), '100');
    expect(pricingLegs(known)).toEqual([]);
    expect(priceOf(known, prices({}))).toMatchObject({ priceUsd: '25', valueUsd: '100', source: 'swap' });
    const absurd = swap(leg(ether, { amount: '1' }), leg(small), '1000000');
    expect(tokens(pricingLegs(absurd))).toEqual([ether]);
    expect(priceOf(absurd, prices({ 1: '10' }))).toMatchObject({ priceUsd: '10', valueUsd: null });
  });
});
