import type { Db } from '#shared/adapters/db/client.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { fillPrices, unpricedTransactions } from '#shared/adapters/db/unpriced.ts';
import { findUserId } from '#shared/adapters/db/users.ts';
import type { PriceSource } from '#shared/adapters/prices/price-source.ts';
import { priceOf, pricingLegs } from '#shared/domain/swap-price.ts';
import type { Caller } from './context.ts';
import { findPrices, type Search } from './historic-price.ts';
import { announceUnpriced, sendAnnounced } from './send-outbox.ts';
import { settle } from './settle.ts';

/** So many transactions are priced at a time: their balances are replayed after each such page. */
const pageSize = 2_000;

/**
 * Writes what was found, in a transaction of its own. Under the lock it looks again: what has a price by now, or another
 * time, is not as it was when prices were looked for.
 */
const write = async (db: Db, caller: Caller, ids: readonly bigint[], { find }: Search): Promise<number> => {
  const announced: string[] = [];
  const filled = await db.transaction(async (tx) => {
    await lockLedgers(tx, caller.userId);
    const present = await unpricedTransactions(tx, caller.userId, { ids });
    const fillings = present.flatMap((own) => priceOf(own, find) ?? []);
    if (fillings.length === 0) return 0;
    const touched = await fillPrices(tx, caller.userId, fillings);
    await settle({ db: tx, announced }, caller, touched);
    return touched.length;
  });
  await sendAnnounced(db, announced);
  return filled;
};

/**
 * Prices the transactions of a user that came without a price, and brings their balances up to date. Only what is null is
 * filled; done again, or twice at once, it changes nothing. What there is no time for is announced anew.
 *
 * @param isLate whether it is time to stop
 * @returns how many transactions have a price now
 * @throws Error when sources could not answer and nothing was found out: the message comes again, later
 */
export const priceTransactions = async (
  db: Db,
  sources: readonly PriceSource[],
  userUuid: string,
  isLate: () => boolean,
): Promise<number> => {
  const userId = await findUserId(db, userUuid);
  if (userId === undefined) return 0;
  const caller = { userId, userUuid };
  const failures = new Set<string>();
  let [priced, isAdvanced] = [0, false];
  for (let after = 0n; ; ) {
    const page = await unpricedTransactions(db, userId, { after, limit: pageSize });
    const search = await findPrices(db, sources, page.flatMap(pricingLegs), isLate);
    const ids = page.map(({ id }) => id);
    priced += await write(db, caller, ids, search);
    for (const failure of search.failures) failures.add(failure);
    isAdvanced ||= search.isAdvanced || priced > 0;
    if (search.isLate && isAdvanced) {
      await announceAgain(db, caller);
      return priced;
    }
    const last = page.at(-1);
    if (search.isLate) failures.add('no time was left');
    if (search.isLate || page.length < pageSize || !last) break;
    after = last.id;
  }
  if (failures.size > 0) throw new Error(`prices are missing for now: ${[...failures].join('; ')}`);
  return priced;
};

const announceAgain = async (db: Db, caller: Caller): Promise<void> => {
  const announced: string[] = [];
  await announceUnpriced({ db, announced }, caller);
  await sendAnnounced(db, announced);
};
