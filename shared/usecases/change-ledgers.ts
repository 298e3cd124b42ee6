import { type Change as LedgerChange, markDirty } from '#shared/adapters/db/balance-writes.ts';
import { linkOwnTransfers } from '#shared/adapters/db/own-transfers.ts';
import { type Shortfall, shortfallsOf } from '#shared/adapters/db/shortfall.ts';
import { formatUnits } from '#shared/domain/decimal.ts';
import { refuseFaults } from '#shared/errors.ts';
import type { Caller, Change } from './context.ts';
import { settle } from './settle.ts';

/** What a change of transactions did. */
export interface Effect {
  /** The balances that it touched, and since when they are different. */
  touched: readonly LedgerChange[];
  /** Hashes under which own transfers may be linked now. */
  hashes: readonly string[];
}

interface ByHand {
  /** Balances that the change could leave short. */
  watched: readonly bigint[];
  /** The fields of the request that are to blame for a shortfall. */
  blame: (balanceId: bigint) => readonly string[];
}

/** A touched balance, as `markDirty` takes it. */
export const since = (balanceId: bigint, ...times: Date[]): LedgerChange => ({
  balance_id: String(balanceId),
  since: new Date(Math.min(...times.map((time) => time.getTime()))).toISOString(),
});

const requireCovered = (
  before: readonly Shortfall[],
  after: readonly Shortfall[],
  blame: ByHand['blame'],
): void => {
  const known = new Map(before.map(({ balance_id, shortfall }) => [balance_id, BigInt(shortfall)]));
  const faults = after.flatMap(({ balance_id, shortfall, decimals, symbol }) => {
    const missing = BigInt(shortfall) - (known.get(balance_id) ?? 0n);
    if (missing <= 0n) return [];
    const short = `${formatUnits(missing, decimals)} ${symbol}`;
    const message = `a wallet would be short of ${short}, then or at a later transaction`;
    return blame(BigInt(balance_id)).map((field) => ({ field, message }));
  });
  refuseFaults(faults);
};

/**
 * Changes transactions on their owner's word: refuses what would leave a wallet short, now or at any moment since, links
 * own transfers, and brings the balances that are touched up to date. The caller holds the lock of the user's ledgers.
 *
 * @throws BadRequestException when a watched balance would be short, or shorter than it is
 */
export const changeLedgers = async (
  change: Change,
  caller: Caller,
  { watched, blame }: ByHand,
  work: () => Promise<Effect>,
): Promise<void> => {
  const { db } = change;
  const before = await shortfallsOf(db, watched);
  const { touched, hashes } = await work();
  const linked = await linkOwnTransfers(db, caller.userId, hashes);
  requireCovered(before, await shortfallsOf(db, watched), blame);
  const all = [...touched, ...linked];
  await markDirty(db, all);
  await settle(
    change,
    caller,
    all.map(({ balance_id }) => BigInt(balance_id)),
  );
};
