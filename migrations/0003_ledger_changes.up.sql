-- What owners do to their transactions. `edited_at` and `removed_at` are the owner's word, which later evidence of an import
-- does not overrule; `cancelled_from` is the status that a restoration brings back.
ALTER TABLE transactions
  ADD COLUMN linked_by_hand boolean NOT NULL DEFAULT false,
  ADD COLUMN cancelled_from text CHECK (cancelled_from IN ('confirmed', 'failed', 'pending')),
  ADD COLUMN edited_at timestamptz,
  ADD COLUMN removed_at timestamptz;
CREATE INDEX transactions_removed ON transactions (wallet_id, chain_id, transaction_hash) WHERE removed_at IS NOT NULL;

-- The two sides of own transfers are looked for by their hash, on whatever chain, or among all that are not linked.
DROP INDEX transactions_hash;
CREATE INDEX transactions_hash ON transactions (user_id, transaction_hash, chain_id) WHERE NOT is_deleted;
CREATE INDEX transactions_open_transfers ON transactions (user_id, id)
  WHERE transaction_type IN ('TRANSFER_IN', 'TRANSFER_OUT') AND linked_transaction_id IS NULL
    AND status = 'confirmed' AND NOT is_deleted;

-- Transfers that their owner has said are not one: nothing links or suggests them again.
CREATE TABLE declined_links (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  sent_id bigint NOT NULL REFERENCES transactions (id),
  received_id bigint NOT NULL REFERENCES transactions (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX declined_links_key ON declined_links (sent_id, received_id) WHERE NOT is_deleted;
CREATE INDEX declined_links_received ON declined_links (received_id);
CREATE INDEX declined_links_user ON declined_links (user_id);
