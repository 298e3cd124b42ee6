import type { Db } from '#shared/adapters/db/client.ts';
import {
  amountOf,
  holdingsOf,
  pageHoldings,
  presentTotals,
  type TokenHolding,
} from '#shared/adapters/db/holdings.ts';
import type { PageQuery } from '#shared/adapters/db/page.ts';
import { settings } from '#shared/config.ts';
import { compare } from '#shared/domain/decimal.ts';
import { isHeld, totalsOf } from '#shared/domain/holdings.ts';

/** Whether so little is left of a holding that lists leave it out. A closed one is not dust: it has realized something. */
const isDust = (holding: TokenHolding): boolean =>
  isHeld(holding) && compare(amountOf(holding), settings().DUST_THRESHOLD) < 0;

/** A page of what a user has of each token, with what all of it adds up to, whatever the page shows. */
export const listHoldings = async (
  db: Db,
  userId: bigint,
  { dust, spam, ...query }: PageQuery & { dust: boolean; spam: boolean },
) => {
  const holdings = await holdingsOf(db, userId);
  const isShown = (holding: TokenHolding) => (spam || !holding.isSpam) && (dust || !isDust(holding));
  return { ...pageHoldings(holdings, query, isShown), total: presentTotals(totalsOf(holdings)) };
};
