/** What a report rests on: a digest of every transaction that the replay has read for it. */
import { sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { reachedFrom } from './gain-scope.ts';
import { milliseconds } from './ledger-units.ts';

export interface Fingerprint {
  /** SHA-256 in hexadecimal. */
  ledgerHash: string;
  /** Balances that have any of the transactions. */
  balances: bigint[];
  /** For each transaction its uuid and the first 8 bytes of its digest, by uuid. */
  rowHashes: Buffer;
}

interface Row extends Record<string, unknown> {
  ledger_hash: string;
  balances: string[] | null;
  row_hashes: Buffer;
}

/**
 * Fingerprints all counted transactions of some balances, and of those that own transfers connect them to, that take
 * effect before a moment. A transaction's text has all that the replay reads of it, in numbers without trailing zeros:
 * kind, time, keys of the order, quantity, price, value, fee, the other side of an own transfer, the lots it names.
 */
export const fingerprintOf = async (
  db: Db,
  userId: bigint,
  ids: readonly bigint[],
  until: Date,
): Promise<Fingerprint> => {
  const end = sql`${until.toISOString()}::timestamptz`;
  const [row] = await rowsOf<Row>(
    db,
    sql`
    WITH RECURSIVE ${reachedFrom(userId, ids, until)},
    digests AS (
      SELECT own.uuid, own.balance_id, sha256(convert_to(jsonb_build_array(
          own.uuid, balances.uuid, tokens.decimals, own.transaction_type, ${milliseconds(sql`own."timestamp"`)}::bigint,
          own.block_number, own.transaction_index, own.source_key, own.transfer_index, own.id, own.raw_amount,
          trim_scale(own.price_usd), trim_scale(own.value_usd), trim_scale(own.fee_usd),
          other.uuid, other.raw_amount, ${milliseconds(sql`other."timestamp"`)}::bigint,
          (SELECT jsonb_agg(jsonb_build_array(acquisition.uuid,
               ${milliseconds(sql`named.acquired_at`)}::bigint, named.raw_amount) ORDER BY named.id)
           FROM lot_selections AS named JOIN transactions AS acquisition ON acquisition.id = named.acquisition_id
           WHERE named.transaction_id = own.id AND NOT named.is_deleted)
        )::text, 'UTF8')) AS digest
      FROM reached JOIN balances ON balances.id = reached.balance_id JOIN tokens ON tokens.id = balances.token_id
      JOIN transactions AS own ON own.balance_id = reached.balance_id AND own.user_id = ${userId}
        AND own."timestamp" < ${end} AND ${counts(sql`own`)}
      LEFT JOIN transactions AS other ON other.id = own.linked_transaction_id AND ${counts(sql`other`)}
      WHERE own.transaction_type <> 'TRANSFER_IN' OR other.id IS NULL OR other."timestamp" < ${end})
    SELECT encode(sha256(coalesce(string_agg(digest, ''::bytea ORDER BY uuid), ''::bytea)), 'hex') AS ledger_hash,
      array_agg(DISTINCT balance_id) AS balances,
      coalesce(string_agg(uuid_send(uuid) || substring(digest FROM 1 FOR 8), ''::bytea ORDER BY uuid), ''::bytea)
        AS row_hashes
    FROM digests`,
  );
  if (!row) throw new Error('an aggregate gave no row');
  return {
    ledgerHash: row.ledger_hash,
    balances: (row.balances ?? []).map(BigInt),
    rowHashes: row.row_hashes,
  };
};

const [uuidBytes, rowBytes] = [16, 24];

/** The digests of `rowHashes` by the uuid of their transaction. */
export const readRowHashes = (rowHashes: Buffer): Map<string, string> => {
  const found = new Map<string, string>();
  for (let start = 0; start < rowHashes.length; start += rowBytes) {
    const uuid = rowHashes
      .toString('hex', start, start + uuidBytes)
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    found.set(uuid, rowHashes.toString('hex', start + uuidBytes, start + rowBytes));
  }
  return found;
};
