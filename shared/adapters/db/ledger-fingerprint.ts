/** What a report rests on: a digest of every transaction that the replay has read for it. */
import { type SQL, sql } from 'drizzle-orm';
import { type Db, rowsOf } from './client.ts';
import { counts } from './counts.ts';
import { reachedFrom } from './gain-scope.ts';
import { milliseconds } from './ledger-units.ts';

export interface Fingerprint {
  /** SHA-256 in hexadecimal. */
  ledgerHash: string;
  /** Balances that have any of the transactions. */
  balances: bigint[];
  /** For each transaction its uuid and the first 8 bytes of its digest, where they are asked for. */
  rowHashes: Buffer;
}

interface Row extends Record<string, unknown> {
  ledger_hash: string;
  balances: string[] | null;
  row_hashes: Buffer;
}

/** The lots that a disposal names. Of a user who names none nothing is looked for. */
const selections = (userId: bigint): SQL => sql`
  CASE WHEN (SELECT EXISTS (SELECT FROM lot_selections WHERE user_id = ${userId} AND NOT is_deleted)) THEN
    (SELECT jsonb_agg(jsonb_build_array(acquisition.uuid,
         ${milliseconds(sql`named.acquired_at`)}::bigint, named.raw_amount) ORDER BY named.id)
     FROM lot_selections AS named JOIN transactions AS acquisition ON acquisition.id = named.acquisition_id
     WHERE named.transaction_id = own.id AND NOT named.is_deleted)::text
  END`;

/**
 * Fingerprints all counted transactions of some balances, and of those that own transfers connect them to, that take
 * effect before a moment. A transaction's digest is of all that the replay reads of it, in numbers without trailing zeros, as
 * PostgreSQL sends a record, in which no value can pass for another: kind, time, keys of the order, quantity, price, value,
 * fee, the other side of an own transfer, the lots it names. A balance's is of those in the order of its index, so that they
 * need no sorting; the whole is of the balances' names and digests.
 *
 * @param withRows whether each transaction's own digest is wanted too: 24 bytes each
 */
export const fingerprintOf = async (
  db: Db,
  userId: bigint,
  ids: readonly bigint[],
  { until, withRows }: { until: Date; withRows: boolean },
): Promise<Fingerprint> => {
  const end = sql`${until.toISOString()}::timestamptz`;
  const rowHashes = withRows
    ? sql`string_agg(uuid_send(uuid) || substring(digest FROM 1 FOR 8), ''::bytea)`
    : sql`NULL::bytea`;
  const [row] = await rowsOf<Row>(
    db,
    sql`
    WITH RECURSIVE ${reachedFrom(userId, ids, until)}
    SELECT encode(sha256(coalesce(string_agg(uuid_send(uuid) || sha256(digests), ''::bytea ORDER BY uuid), ''::bytea)), 'hex')
        AS ledger_hash,
      array_agg(balance_id) AS balances, coalesce(string_agg(row_hashes, ''::bytea), ''::bytea) AS row_hashes
    FROM (
      SELECT balances.uuid, balances.id AS balance_id, ledger.*
      FROM reached JOIN balances ON balances.id = reached.balance_id JOIN tokens ON tokens.id = balances.token_id
      CROSS JOIN LATERAL (
        SELECT string_agg(digest, ''::bytea ORDER BY "timestamp", id) AS digests, ${rowHashes} AS row_hashes
        FROM (
          SELECT own.uuid, own.id, own."timestamp", sha256(record_send(ROW(
            own.uuid, balances.uuid, tokens.decimals, own.transaction_type, own."timestamp",
            own.block_number, own.transaction_index, own.source_key, own.transfer_index, own.id, own.raw_amount,
            trim_scale(own.price_usd), trim_scale(own.value_usd), trim_scale(own.fee_usd),
            other.uuid, other.raw_amount, other."timestamp", ${selections(userId)}))) AS digest
          FROM transactions AS own
          LEFT JOIN LATERAL (
            SELECT id, uuid, raw_amount, "timestamp" FROM transactions
            WHERE id = own.linked_transaction_id AND ${counts(sql`transactions`)} OFFSET 0
          ) AS other ON true
          WHERE own.balance_id = balances.id AND own."timestamp" < ${end} AND ${counts(sql`own`)}
            AND (own.transaction_type <> 'TRANSFER_IN' OR other.id IS NULL OR other."timestamp" < ${end})
          OFFSET 0
        ) AS each_transaction
      ) AS ledger
      WHERE digests IS NOT NULL
    ) AS each_balance`,
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
