ALTER TABLE balances_history RENAME TO balances_history_lean;
ALTER TABLE nft_balances_history RENAME TO nft_balances_history_lean;
ALTER TABLE cex_balances_history RENAME TO cex_balances_history_lean;
CREATE TABLE balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  balance_id bigint NOT NULL,
  user_id bigint NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('transaction', 'hourly', 'daily', 'weekly', 'monthly')),
  amount numeric NOT NULL CHECK (amount >= 0),
  price_usd numeric,
  cost_basis_usd numeric,
  realized_pnl_usd numeric NOT NULL,
  unrealized_pnl_usd numeric
);
CREATE TABLE nft_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  nft_balance_id bigint NOT NULL,
  user_id bigint NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('transaction', 'hourly', 'daily', 'weekly', 'monthly')),
  amount numeric(78,0) NOT NULL CHECK (amount >= 0),
  floor_price_usd numeric,
  cost_basis_usd numeric
);
CREATE TABLE cex_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  cex_balance_id bigint NOT NULL,
  user_id bigint NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('transaction', 'hourly', 'daily', 'weekly', 'monthly')),
  amount numeric NOT NULL CHECK (amount >= 0),
  price_usd numeric
);
SELECT create_hypertable('balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('nft_balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('cex_balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
INSERT INTO balances_history
  SELECT snapshot_date, lean.id, balances.id, user_id,
    (ARRAY['transaction', 'hourly', 'daily', 'weekly', 'monthly'])[lean.id % 8 + 1], lean.amount, price_usd,
    lean.cost_basis_usd, lean.realized_pnl_usd,
    CASE WHEN flags & 1 = 0 THEN lean.amount * price_usd - lean.cost_basis_usd END
  FROM balances_history_lean AS lean JOIN balances ON balances.id = lean.id / 8;
INSERT INTO nft_balances_history
  SELECT snapshot_date, lean.id, nft_balances.id, user_id,
    (ARRAY['transaction', 'hourly', 'daily', 'weekly', 'monthly'])[lean.id % 8 + 1], lean.amount, lean.floor_price_usd,
    lean.cost_basis_usd
  FROM nft_balances_history_lean AS lean JOIN nft_balances ON nft_balances.id = lean.id / 8;
INSERT INTO cex_balances_history
  SELECT snapshot_date, lean.id, cex_balances.id, user_id,
    (ARRAY['transaction', 'hourly', 'daily', 'weekly', 'monthly'])[lean.id % 8 + 1], lean.amount, lean.price_usd
  FROM cex_balances_history_lean AS lean JOIN cex_balances ON cex_balances.id = lean.id / 8;
DROP TABLE balances_history_lean;
DROP TABLE nft_balances_history_lean;
DROP TABLE cex_balances_history_lean;
ALTER TABLE balances_history ADD PRIMARY KEY (snapshot_date, id);
ALTER TABLE nft_balances_history ADD PRIMARY KEY (snapshot_date, id);
ALTER TABLE cex_balances_history ADD PRIMARY KEY (snapshot_date, id);
CREATE INDEX balances_history_balance ON balances_history (balance_id, snapshot_date);
CREATE INDEX nft_balances_history_balance ON nft_balances_history (nft_balance_id, snapshot_date);
CREATE INDEX cex_balances_history_balance ON cex_balances_history (cex_balance_id, snapshot_date);

DROP TABLE balance_highs;
DROP TABLE snapshot_runs;
DROP INDEX balances_history_dirty;
ALTER TABLE balances DROP COLUMN history_dirty_since, DROP COLUMN booked_at;
DROP TABLE price_gaps;
DROP TABLE price_overrides;
DROP INDEX transactions_unpriced;
ALTER TABLE transactions DROP COLUMN price_source;
ALTER TABLE token_prices DROP COLUMN is_disputed;
ALTER TABLE tokens
  DROP COLUMN market_cap_usd,
  DROP COLUMN volume_24h_usd,
  DROP COLUMN price_change_24h_percent,
  DROP COLUMN is_price_disputed;
