-- Prices: what else a source tells of a token, and whether two of them disagree too much.
ALTER TABLE tokens
  ADD COLUMN market_cap_usd numeric CHECK (market_cap_usd >= 0),
  ADD COLUMN volume_24h_usd numeric CHECK (volume_24h_usd >= 0),
  ADD COLUMN price_change_24h_percent numeric,
  ADD COLUMN is_price_disputed boolean NOT NULL DEFAULT false;
ALTER TABLE token_prices ADD COLUMN is_disputed boolean NOT NULL DEFAULT false;

-- Where a transaction's price came from; null where whoever recorded it gave one, or there is none.
ALTER TABLE transactions ADD COLUMN price_source text;
CREATE INDEX transactions_unpriced ON transactions (user_id, id)
  WHERE price_usd IS NULL AND value_usd IS NULL AND status = 'confirmed' AND NOT is_deleted;

-- What a user says a token is worth. Prices that were replaced stay, with the time they held: history is computed from them.
CREATE TABLE price_overrides (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  token_id bigint NOT NULL REFERENCES tokens (id),
  price_usd numeric NOT NULL CHECK (price_usd >= 0),
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  CHECK (valid_to >= valid_from)
);
CREATE UNIQUE INDEX price_overrides_key ON price_overrides (user_id, token_id) WHERE valid_to IS NULL AND NOT is_deleted;
CREATE INDEX price_overrides_token ON price_overrides (token_id, user_id, valid_from);
SELECT audit_attach('price_overrides', 'price_override');

-- Days of which no source knew a token's price, and when they were asked: not to ask them for every transaction again.
CREATE TABLE price_gaps (
  token_id bigint NOT NULL REFERENCES tokens (id),
  day date NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (token_id, day)
);

-- From when on a balance's history is not that of its ledger any more; and the moment of its last lot or match, or a later
-- one: from then on its own figures are those of any moment, and snapshots need not look at lots and matches.
ALTER TABLE balances ADD COLUMN history_dirty_since timestamptz, ADD COLUMN booked_at timestamptz;
UPDATE balances SET booked_at = greatest(
  (SELECT opened_at FROM lots WHERE balance_id = balances.id ORDER BY sequence DESC LIMIT 1),
  (SELECT disposed_at FROM lot_matches WHERE balance_id = balances.id ORDER BY sequence DESC LIMIT 1));
CREATE INDEX balances_history_dirty ON balances (history_dirty_since) WHERE history_dirty_since IS NOT NULL;

-- Which part of the snapshot of an instant has been taken, and how complete its prices were. What has no row in a snapshot
-- that was taken was nothing then; what is in none is unknown.
CREATE TABLE snapshot_runs (
  snapshot_date timestamptz NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('hourly', 'daily', 'weekly', 'monthly')),
  shard integer NOT NULL CHECK (shard >= 0),
  triggered_by text NOT NULL CHECK (triggered_by IN ('schedule', 'refill')),
  balances integer NOT NULL,
  priced integer NOT NULL,
  stale integer NOT NULL,
  disputed integer NOT NULL,
  value_usd numeric NOT NULL,
  unpriced_cost_usd numeric NOT NULL,
  taken_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (snapshot_date, snapshot_type, shard)
);
-- When the history of a shard begins, and its last snapshot before some moment.
CREATE INDEX snapshot_runs_shard ON snapshot_runs (shard, snapshot_date);

-- The highest value that snapshots have seen of a balance.
CREATE TABLE balance_highs (
  balance_id bigint PRIMARY KEY REFERENCES balances (id),
  high_usd numeric NOT NULL,
  high_at timestamptz NOT NULL
);

-- History in rows as small as they can be: a row's id is its subject's id x 8 + the code of its snapshot type (transaction 0,
-- hourly 1, daily 2, weekly 3, monthly 4), so the primary key serves every way of reading, and nothing else is indexed but the
-- rows of transactions, whose moments are on no grid.
-- flags: 1 a part's cost is unknown, 2 the price was old, 4 sources disagreed about it, 8 the user's own price.
ALTER TABLE balances_history RENAME TO balances_history_wide;
ALTER TABLE nft_balances_history RENAME TO nft_balances_history_wide;
ALTER TABLE cex_balances_history RENAME TO cex_balances_history_wide;
CREATE TABLE balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  recomputed_at timestamptz,
  flags smallint NOT NULL DEFAULT 0,
  amount numeric NOT NULL,
  price_usd numeric,
  cost_basis_usd numeric,
  realized_pnl_usd numeric NOT NULL
);
CREATE TABLE nft_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  flags smallint NOT NULL DEFAULT 0,
  amount numeric(78,0) NOT NULL CHECK (amount >= 0),
  floor_price_usd numeric,
  cost_basis_usd numeric
);
CREATE TABLE cex_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  flags smallint NOT NULL DEFAULT 0,
  amount numeric NOT NULL CHECK (amount >= 0),
  price_usd numeric
);
SELECT create_hypertable('balances_history', by_range('snapshot_date', INTERVAL '28 days'), create_default_indexes => false);
SELECT create_hypertable('nft_balances_history', by_range('snapshot_date', INTERVAL '28 days'), create_default_indexes => false);
SELECT create_hypertable('cex_balances_history', by_range('snapshot_date', INTERVAL '28 days'), create_default_indexes => false);
-- What was written without a run is no complete snapshot: each instant counts as taken, for that is when rows were written.
INSERT INTO balances_history (snapshot_date, id, flags, amount, price_usd, cost_basis_usd, realized_pnl_usd)
  SELECT snapshot_date, id, CASE WHEN unrealized_pnl_usd IS NULL AND price_usd IS NOT NULL THEN 1 ELSE 0 END,
    amount, price_usd, cost_basis_usd, realized_pnl_usd FROM balances_history_wide;
INSERT INTO nft_balances_history (snapshot_date, id, amount, floor_price_usd, cost_basis_usd)
  SELECT snapshot_date, id, amount, floor_price_usd, cost_basis_usd FROM nft_balances_history_wide;
INSERT INTO cex_balances_history (snapshot_date, id, amount, price_usd)
  SELECT snapshot_date, id, amount, price_usd FROM cex_balances_history_wide;
INSERT INTO snapshot_runs (snapshot_date, snapshot_type, shard, triggered_by, balances, priced, stale, disputed, value_usd,
                           unpriced_cost_usd)
  SELECT snapshot_date, snapshot_type, 0, 'schedule', count(*), count(price_usd), 0, 0,
    coalesce(sum(amount * price_usd), 0), coalesce(sum(cost_basis_usd) FILTER (WHERE price_usd IS NULL), 0)
  FROM balances_history_wide WHERE snapshot_type <> 'transaction' GROUP BY snapshot_date, snapshot_type;
DROP TABLE balances_history_wide;
DROP TABLE nft_balances_history_wide;
DROP TABLE cex_balances_history_wide;
ALTER TABLE balances_history ADD PRIMARY KEY (snapshot_date, id);
CREATE INDEX balances_history_transactions ON balances_history (id, snapshot_date) WHERE id % 8 = 0;
ALTER TABLE nft_balances_history ADD PRIMARY KEY (snapshot_date, id);
ALTER TABLE cex_balances_history ADD PRIMARY KEY (snapshot_date, id);
