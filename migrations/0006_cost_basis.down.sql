-- What the older tables need is not kept, so they are filled by replays, as the messages below have it.
DROP TABLE lot_selections;
ALTER TABLE portfolios DROP COLUMN cost_basis_years;
UPDATE portfolios SET cost_basis_method = 'FIFO';
DROP TABLE lot_matches;
DROP TABLE lots;

CREATE TABLE lots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  balance_id bigint NOT NULL REFERENCES balances (id),
  sequence bigint NOT NULL,
  transaction_id bigint NOT NULL REFERENCES transactions (id),
  kind text NOT NULL CHECK (kind IN ('BUY', 'TRANSFER_IN')),
  acquired_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  raw_amount numeric(78,0) NOT NULL CHECK (raw_amount > 0),
  remaining_raw_amount numeric(78,0) NOT NULL CHECK (remaining_raw_amount >= 0),
  basis_known boolean NOT NULL,
  unit_price_usd numeric NOT NULL,
  lump_usd numeric NOT NULL,
  remaining_lump_usd numeric NOT NULL,
  cost_usd numeric NOT NULL,
  remaining_cost_usd numeric NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  UNIQUE (balance_id, sequence),
  CHECK (remaining_raw_amount <= raw_amount)
);
CREATE INDEX lots_open ON lots (balance_id, acquired_at, sequence) WHERE remaining_raw_amount > 0;
CREATE INDEX lots_opened_at ON lots (balance_id, opened_at);
CREATE INDEX lots_transaction ON lots (transaction_id);

CREATE TABLE lot_matches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  balance_id bigint NOT NULL REFERENCES balances (id),
  sequence bigint NOT NULL,
  transaction_id bigint NOT NULL REFERENCES transactions (id),
  lot_sequence bigint,
  kind text NOT NULL CHECK (kind IN ('SELL', 'TRANSFER_OUT', 'FEE')),
  raw_amount numeric(78,0) NOT NULL CHECK (raw_amount > 0),
  unit_price_usd numeric,
  lump_usd numeric,
  cost_usd numeric,
  proceeds_usd numeric,
  gain_usd numeric,
  acquired_at timestamptz,
  disposed_at timestamptz NOT NULL,
  term text CHECK (term IN ('short', 'long')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  UNIQUE (balance_id, sequence)
);
CREATE INDEX lot_matches_disposed_at ON lot_matches (balance_id, disposed_at);
CREATE INDEX lot_matches_transaction ON lot_matches (transaction_id);

DROP INDEX transactions_linked_balance;
CREATE INDEX transactions_link ON transactions (user_id, linked_transaction_id) WHERE linked_transaction_id IS NOT NULL;

UPDATE balances SET dirty_since = '-infinity', version = version + 1;
INSERT INTO outbox (user_id, message, group_id, body)
SELECT users.id, 'recalculate-balance', users.uuid, jsonb_build_object('balance_uuid', balances.uuid)
FROM balances JOIN users ON users.id = balances.user_id WHERE NOT balances.is_deleted AND NOT users.is_deleted;
