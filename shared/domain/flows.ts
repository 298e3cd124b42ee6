import { plain, product } from './decimal.ts';
import type { Flow } from './performance.ts';

/** A leg of what moved in a portfolio: a transaction. */
export interface Leg {
  uuid: string;
  tokenId: number;
  type: 'BUY' | 'SELL' | 'TRANSFER_IN' | 'TRANSFER_OUT' | 'FEE';
  /** What the legs of one trade have in common; each has its own where there is no hash. */
  group: string;
  at: number;
  amount: string;
  /** USD per whole token, or null where nobody knows. */
  priceUsd: string | null;
  feeUsd: string | null;
  /** Whether it is a side of an own transfer of which the other is in the portfolio too. */
  isInside: boolean;
}

/** A flow, with the transaction that it is. */
export type LegFlow = Flow & { at: number; uuid: string; tokenId: number };

const kinds = { BUY: 'purchase', SELL: 'sale', TRANSFER_IN: 'deposit', TRANSFER_OUT: 'withdrawal' } as const;

const isInward = ({ type }: Leg): boolean => type === 'BUY' || type === 'TRANSFER_IN';

/**
 * Which legs are money from outside, or back: what came in or went out alone. Where something came in and something else
 * went out under one hash, that is a trade; what stays in the portfolio moves nothing, and gas is a cost.
 */
export const flowsOf = (legs: readonly Leg[]): LegFlow[] => {
  const crossing = legs.filter(({ type, isInside }) => type !== 'FEE' && !isInside);
  const groups = Map.groupBy(crossing, ({ group }) => group);
  const isTrade = ({ group }: Leg) => {
    const all = groups.get(group) ?? [];
    return all.some(isInward) && !all.every(isInward);
  };
  return crossing.flatMap((leg) =>
    leg.type === 'FEE' || isTrade(leg)
      ? []
      : [
          {
            ...{ kind: kinds[leg.type], at: leg.at, uuid: leg.uuid, tokenId: leg.tokenId },
            valueUsd: leg.priceUsd === null ? null : product(plain(leg.amount), leg.priceUsd),
            feeUsd: leg.feeUsd ?? '0',
          },
        ],
  );
};
