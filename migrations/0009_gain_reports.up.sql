-- Reports of a year's gains that somebody wants to hold on to. `row_hashes` has 24 bytes for each transaction that the
-- report rests on: its uuid, and the beginning of a digest of all that the replay reads of it. So a later look can say
-- which of them have changed.
CREATE TABLE gain_reports (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  year smallint NOT NULL,
  wallet_id bigint REFERENCES wallets (id),
  portfolio_id bigint REFERENCES portfolios (id),
  engine_version text NOT NULL,
  settings jsonb NOT NULL,
  ledger_hash text NOT NULL,
  row_hashes bytea NOT NULL,
  totals jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  CHECK (wallet_id IS NULL OR portfolio_id IS NULL)
);
CREATE INDEX gain_reports_user ON gain_reports (user_id);
