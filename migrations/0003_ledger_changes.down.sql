DROP TABLE declined_links;
DROP INDEX transactions_open_transfers;
DROP INDEX transactions_hash;
CREATE INDEX transactions_hash ON transactions (user_id, chain_id, transaction_hash) WHERE NOT is_deleted;
ALTER TABLE transactions
  DROP COLUMN linked_by_hand,
  DROP COLUMN cancelled_from,
  DROP COLUMN edited_at,
  DROP COLUMN removed_at;
