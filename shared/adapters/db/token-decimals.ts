/** What a correction of a token's decimals does to what is stored. */
import { sql } from 'drizzle-orm';
import { formatUnits, maxRawAmount, powerOfTen } from '#shared/domain/decimal.ts';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { linkOwnTransfers } from './own-transfers.ts';

/** Exactly: PostgreSQL's division and powers of numerics round. */
const factor = (decimals: number) => sql`${powerOfTen(decimals).toString()}::numeric`;
const unit = (decimals: number) => sql`${formatUnits(1n, decimals)}::numeric`;

/** How many decimal amounts a number of decimals could not hold: for their places, or for their size. */
export const countUnfit = async (db: Db, tokenId: bigint, decimals: number) => {
  const places = (amount: string) => sql`scale(trim_scale(${sql.raw(amount)})) > ${decimals}`;
  const [unfit = {}] = await rowsOf<Record<string, number>>(
    db,
    sql`SELECT
      (SELECT count(*)::int FROM transactions WHERE token_id = ${tokenId} AND NOT is_deleted
         AND recorded_as = 'amount' AND ${places('amount')}) AS "transactions of more decimal places",
      (SELECT count(*)::int FROM transactions WHERE token_id = ${tokenId} AND NOT is_deleted
         AND recorded_as = 'amount' AND amount * ${factor(decimals)} > ${maxRawAmount.toString()}::numeric)
        AS "transactions of more than 2^256 - 1 units",
      (SELECT count(*)::int FROM import_rows WHERE token_id = ${tokenId} AND NOT is_deleted
         AND (${places('amount_in')} OR ${places('amount_out')} OR ${places('gas_fee')}))
        AS "imported rows of more decimal places"`,
  );
  return unfit;
};

/**
 * Own transfers whose sides agreed only because the decimals were wrong: one side's fact is the raw amount, the other's
 * the decimal. They lose each other.
 */
const unlinkMixed = async (db: Db, tokenId: bigint): Promise<void> => {
  await db.execute(sql`
    UPDATE transactions SET linked_transaction_id = NULL, linked_by_hand = false, updated_at = now(), updated_by = NULL
    FROM transactions AS other
    WHERE transactions.token_id = ${tokenId} AND other.id = transactions.linked_transaction_id
      AND other.recorded_as <> transactions.recorded_as AND other.raw_amount = transactions.raw_amount`);
};

/** Own transfers whose sides agree now that the decimals are right find each other. */
const linkCorrected = async (db: Db, tokenId: bigint): Promise<void> => {
  const found = await rowsOf<{ user_id: string; hashes: string[] }>(
    db,
    sql`SELECT sent.user_id, jsonb_agg(DISTINCT sent.transaction_hash) AS hashes
        FROM transactions AS sent JOIN transactions AS received
          USING (user_id, chain_id, token_id, transaction_hash, raw_amount)
        WHERE token_id = ${tokenId} AND sent.transaction_type = 'TRANSFER_OUT'
          AND received.transaction_type = 'TRANSFER_IN' AND sent.wallet_id <> received.wallet_id
          AND sent.linked_transaction_id IS NULL AND received.linked_transaction_id IS NULL
          AND ${counts(sql`sent`)} AND ${counts(sql`received`)}
        GROUP BY sent.user_id`,
  );
  for (const { user_id, hashes } of found) await linkOwnTransfers(db, BigInt(user_id), hashes);
};

/** What disposals name of lots whose fact is a decimal follows it, rounded down to what there is: one unit at least. */
const rescaleSelections = async (
  db: Db,
  { id, decimals: before }: { id: bigint; decimals: number },
  decimals: number,
): Promise<void> => {
  await db.execute(sql`
    UPDATE lot_selections SET updated_at = now(),
      raw_amount = greatest(1, trunc(lot_selections.raw_amount * ${unit(before)} * ${factor(decimals)}))
    FROM transactions AS acquisition
    WHERE acquisition.id = lot_selections.acquisition_id AND acquisition.token_id = ${id}
      AND acquisition.recorded_as = 'amount' AND NOT lot_selections.is_deleted`);
};

/**
 * Gives a token other decimals. What was recorded as a raw amount keeps it, and its decimal follows; what was recorded
 * as a decimal keeps that, and the raw amount follows. Balances remember with which decimals their figures, lots and
 * matches were written: until they are replayed, those are what is shown.
 *
 * @returns how many transactions there are of the token
 */
export const rescaleToken = async (
  db: Db,
  { id, decimals: before }: { id: bigint; decimals: number },
  decimals: number,
): Promise<number> => {
  // For the journal: what follows is an operator's doing.
  await db.execute(sql`SELECT set_config('bagtracker.actor', 'operator', true)`);
  await db.execute(sql`UPDATE tokens SET decimals = ${decimals}, updated_at = now() WHERE id = ${id}`);
  await db.execute(
    sql`UPDATE balances SET previous_decimals = coalesce(previous_decimals, ${before}), updated_at = now()
        WHERE token_id = ${id}`,
  );
  await unlinkMixed(db, id);
  const { rowCount } = await db.execute(sql`
    UPDATE transactions SET updated_at = now(), updated_by = NULL,
      raw_amount = CASE recorded_as WHEN 'amount' THEN amount * ${factor(decimals)} ELSE raw_amount END,
      amount = CASE recorded_as WHEN 'amount' THEN amount ELSE trim_scale(raw_amount * ${unit(decimals)}) END
    WHERE token_id = ${id} AND NOT is_deleted`);
  await rescaleSelections(db, { id, decimals: before }, decimals);
  await linkCorrected(db, id);
  return rowCount ?? 0;
};
