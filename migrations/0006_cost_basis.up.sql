-- Lots and matches are derived: only a replay writes them, by the million. They are named by their balance and number,
-- refer to nothing by a foreign key (each would cost more than the row), and keep nothing that others of their columns
-- tell. `fee_usd` is the fee that the transaction is counted with, in its first lot or match, so that undoing these takes
-- it back.
ALTER TABLE lots
  DROP COLUMN id, DROP COLUMN uuid, DROP COLUMN created_at, DROP COLUMN updated_at, DROP COLUMN created_by,
  DROP COLUMN updated_by, DROP COLUMN is_deleted, DROP COLUMN cost_usd, DROP COLUMN remaining_cost_usd,
  DROP CONSTRAINT lots_user_id_fkey, DROP CONSTRAINT lots_balance_id_fkey, DROP CONSTRAINT lots_transaction_id_fkey,
  DROP CONSTRAINT lots_balance_id_sequence_key, DROP CONSTRAINT lots_kind_check,
  ADD PRIMARY KEY (balance_id, sequence),
  ADD CHECK (kind IN ('BUY', 'TRANSFER_IN', 'REBASE')),
  ADD COLUMN fee_usd numeric NOT NULL DEFAULT 0;
DROP INDEX lots_opened_at, lots_transaction;

-- `method` is what chose the lot. Under AVERAGE the cost is a share of the pool, and the lump is all of it.
ALTER TABLE lot_matches
  DROP COLUMN id, DROP COLUMN uuid, DROP COLUMN created_at, DROP COLUMN updated_at, DROP COLUMN created_by,
  DROP COLUMN updated_by, DROP COLUMN is_deleted, DROP COLUMN unit_price_usd, DROP COLUMN gain_usd,
  DROP CONSTRAINT lot_matches_user_id_fkey, DROP CONSTRAINT lot_matches_balance_id_fkey,
  DROP CONSTRAINT lot_matches_transaction_id_fkey, DROP CONSTRAINT lot_matches_balance_id_sequence_key,
  DROP CONSTRAINT lot_matches_kind_check,
  ADD PRIMARY KEY (balance_id, sequence),
  ADD CHECK (kind IN ('SELL', 'TRANSFER_OUT', 'FEE', 'REBASE')),
  ADD COLUMN method text CHECK (method IN ('FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE', 'SPECIFIC')),
  ADD COLUMN fee_usd numeric NOT NULL DEFAULT 0;
-- Numbers run with time: what was disposed of since a moment is found from the end of the primary key.
DROP INDEX lot_matches_transaction, lot_matches_disposed_at;
UPDATE lot_matches SET method = 'FIFO' WHERE lot_sequence IS NOT NULL;
UPDATE lot_matches SET lump_usd = 0 WHERE lump_usd IS NULL;
ALTER TABLE lot_matches ALTER COLUMN lump_usd SET NOT NULL;

WITH first AS (SELECT balance_id, transaction_id, min(sequence) AS sequence FROM lots GROUP BY 1, 2)
UPDATE lots SET fee_usd = transactions.fee_usd FROM first JOIN transactions ON transactions.id = first.transaction_id
WHERE lots.balance_id = first.balance_id AND lots.sequence = first.sequence AND transactions.fee_usd IS NOT NULL;
WITH first AS (SELECT balance_id, transaction_id, min(sequence) AS sequence FROM lot_matches GROUP BY 1, 2)
UPDATE lot_matches SET fee_usd = transactions.fee_usd
FROM first JOIN transactions ON transactions.id = first.transaction_id
WHERE lot_matches.balance_id = first.balance_id AND lot_matches.sequence = first.sequence
  AND transactions.fee_usd IS NOT NULL;

-- A replay asks which of a balance's transactions own transfers link.
DROP INDEX transactions_link;
CREATE INDEX transactions_linked_balance ON transactions (balance_id, "timestamp")
  WHERE linked_transaction_id IS NOT NULL AND NOT is_deleted;

-- Methods of single tax years, by the year: {"2024": "HIFO"}.
ALTER TABLE portfolios ADD COLUMN cost_basis_years jsonb NOT NULL DEFAULT '{}';

-- Specific identification: the lots that a disposal names, by the transaction that opened them and, where that opened
-- several, the date of acquisition.
CREATE TABLE lot_selections (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  transaction_id bigint NOT NULL REFERENCES transactions (id),
  acquisition_id bigint NOT NULL REFERENCES transactions (id),
  acquired_at timestamptz,
  raw_amount numeric(78,0) NOT NULL CHECK (raw_amount > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX lot_selections_key ON lot_selections (transaction_id, acquisition_id, acquired_at)
  NULLS NOT DISTINCT WHERE NOT is_deleted;
CREATE INDEX lot_selections_acquisition ON lot_selections (acquisition_id);
CREATE INDEX lot_selections_user ON lot_selections (user_id);
