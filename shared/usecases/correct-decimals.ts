import { lockAllLedgers } from '#shared/adapters/db/ledger-units.ts';
import { countUnfit, rescaleToken } from '#shared/adapters/db/token-decimals.ts';
import { lockToken } from '#shared/adapters/db/token-records.ts';
import { announceReplays } from './announce-replays.ts';
import type { Change } from './context.ts';
import { refuseCounted } from './refuse-counted.ts';

/**
 * Corrects the decimals of a token for everybody. What was recorded stands, be it a raw amount or a decimal; the other
 * form follows, and with it, through the queue, every balance in the token.
 *
 * @throws TokenError; ConflictError when a decimal that was recorded does not fit
 */
export const correctDecimals = async (change: Change, tokenUuid: string, decimals: number) => {
  const { db } = change;
  // Everybody's: raw amounts of one token are compared and replayed with the same decimals, or not at all.
  await lockAllLedgers(db);
  const { token } = await lockToken(db, tokenUuid);
  const answer = { token_uuid: tokenUuid, decimals, state: 'recalculating' as const };
  if (token.decimals === decimals) return { ...answer, transactions: 0, balances: 0 };
  const unfit = await countUnfit(db, token.id, decimals);
  refuseCounted(unfit, `What was recorded does not fit ${decimals} decimals`);
  const transactions = await rescaleToken(db, token, decimals);
  const { balances } = await announceReplays(change, token.id);
  return { ...answer, transactions, balances };
};
