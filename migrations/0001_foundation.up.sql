-- The whole schema. Amounts and USD values are plain NUMERIC, which never rounds; raw amounts are whole numbers of a
-- token's smallest unit and fit a uint256. Deletion is soft, so uniqueness holds among what is not deleted.
CREATE EXTENSION IF NOT EXISTS timescaledb;

-- People and what they own.
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  username text NOT NULL CHECK (username ~ '^[0-9a-z]{3,50}$'),
  email text NOT NULL,
  password_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX users_username_key ON users (username) WHERE NOT is_deleted;
CREATE UNIQUE INDEX users_email_key ON users (email) WHERE NOT is_deleted;

-- Reference data.
CREATE TABLE chains (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  public_id text NOT NULL,
  short_name text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('evm', 'tron', 'solana', 'stacks')),
  explorer_url text NOT NULL,
  explorer_tx_path text NOT NULL,
  explorer_address_path text NOT NULL,
  finality_tag text,
  finality_confirmations integer NOT NULL CHECK (finality_confirmations >= 0),
  finality_unit text NOT NULL,
  block_time_ms integer NOT NULL CHECK (block_time_ms > 0),
  coingecko_platform text,
  defillama_id text,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX chains_public_id_key ON chains (public_id) WHERE NOT is_deleted;

CREATE TABLE rpcs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  chain_id bigint NOT NULL REFERENCES chains (id),
  url text NOT NULL,
  priority integer NOT NULL DEFAULT 0,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX rpcs_url_key ON rpcs (chain_id, url) WHERE NOT is_deleted;

CREATE TABLE tokens (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  chain_id bigint NOT NULL REFERENCES chains (id),
  contract_address text,
  symbol text NOT NULL,
  name text NOT NULL,
  decimals smallint NOT NULL CHECK (decimals BETWEEN 0 AND 255),
  kind text NOT NULL DEFAULT 'other' CHECK (kind IN ('native', 'wrapped_native', 'stablecoin', 'other')),
  is_verified boolean NOT NULL DEFAULT false,
  is_spam boolean NOT NULL DEFAULT false,
  coingecko_id text,
  current_price_usd numeric CHECK (current_price_usd >= 0),
  price_at timestamptz,
  price_source text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  CHECK ((contract_address IS NULL) = (kind = 'native'))
);
CREATE UNIQUE INDEX tokens_contract_key ON tokens (chain_id, contract_address) NULLS NOT DISTINCT WHERE NOT is_deleted;

CREATE TABLE portfolios (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  description text,
  cost_basis_method text NOT NULL DEFAULT 'FIFO' CHECK (cost_basis_method IN ('FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE')),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX portfolios_user ON portfolios (user_id, id) WHERE NOT is_deleted;

CREATE TABLE wallets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  name text NOT NULL,
  description text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX wallets_user ON wallets (user_id, id) WHERE NOT is_deleted;

CREATE TABLE portfolio_wallets (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  portfolio_id bigint NOT NULL REFERENCES portfolios (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX portfolio_wallets_key ON portfolio_wallets (portfolio_id, wallet_id) WHERE NOT is_deleted;
CREATE INDEX portfolio_wallets_wallet ON portfolio_wallets (wallet_id);

-- An address is in canonical form (EIP-55 on EVM chains, verbatim elsewhere). Uniqueness is per user: a public address
-- may be watched by many.
CREATE TABLE wallet_addresses (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  chain_id bigint NOT NULL REFERENCES chains (id),
  address text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX wallet_addresses_key ON wallet_addresses (user_id, chain_id, address) WHERE NOT is_deleted;
CREATE INDEX wallet_addresses_wallet ON wallet_addresses (wallet_id);

-- The position of one wallet in one token. `dirty_since` is the earliest moment that lots and matches do not reflect yet.
CREATE TABLE balances (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  token_id bigint NOT NULL REFERENCES tokens (id),
  raw_amount numeric(78,0) NOT NULL DEFAULT 0 CHECK (raw_amount >= 0),
  amount numeric NOT NULL DEFAULT 0 CHECK (amount >= 0),
  cost_basis_usd numeric NOT NULL DEFAULT 0,
  unknown_basis_raw_amount numeric(78,0) NOT NULL DEFAULT 0 CHECK (unknown_basis_raw_amount >= 0),
  total_buy_value_usd numeric NOT NULL DEFAULT 0,
  total_sell_value_usd numeric NOT NULL DEFAULT 0,
  sold_raw_amount numeric(78,0) NOT NULL DEFAULT 0 CHECK (sold_raw_amount >= 0),
  realized_pnl_usd numeric NOT NULL DEFAULT 0,
  unknown_cost_proceeds_usd numeric NOT NULL DEFAULT 0,
  unknown_slices bigint NOT NULL DEFAULT 0 CHECK (unknown_slices >= 0),
  shortfall_raw_amount numeric(78,0) NOT NULL DEFAULT 0 CHECK (shortfall_raw_amount >= 0),
  fees_usd numeric NOT NULL DEFAULT 0,
  dirty_since timestamptz,
  version bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX balances_key ON balances (wallet_id, token_id) WHERE NOT is_deleted;
CREATE INDEX balances_user ON balances (user_id);
CREATE INDEX balances_dirty ON balances (id) WHERE dirty_since IS NOT NULL;

-- Evidence: the rows of imported files as they were. Transactions of an import are derived from them, hash by hash.
CREATE TABLE import_batches (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  chain_id bigint NOT NULL REFERENCES chains (id),
  format text NOT NULL,
  address text NOT NULL,
  report jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX import_batches_wallet ON import_batches (wallet_id);

CREATE TABLE import_rows (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  chain_id bigint NOT NULL REFERENCES chains (id),
  batch_id bigint NOT NULL REFERENCES import_batches (id),
  row_key text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('transactions', 'internal', 'erc20')),
  transaction_hash text NOT NULL,
  block_number bigint,
  "timestamp" timestamptz NOT NULL,
  from_address text NOT NULL,
  to_address text NOT NULL,
  token_id bigint NOT NULL REFERENCES tokens (id),
  amount_in numeric NOT NULL CHECK (amount_in >= 0),
  amount_out numeric NOT NULL CHECK (amount_out >= 0),
  gas_fee numeric NOT NULL DEFAULT 0 CHECK (gas_fee >= 0),
  price_usd numeric CHECK (price_usd >= 0),
  value_usd numeric CHECK (value_usd >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX import_rows_key ON import_rows (wallet_id, chain_id, row_key) WHERE NOT is_deleted;
CREATE INDEX import_rows_hash ON import_rows (wallet_id, chain_id, transaction_hash);
CREATE INDEX import_rows_batch ON import_rows (batch_id);

-- One movement of one token in one wallet. `value_usd` is set where the value as a whole is what is known (a swap valued by
-- its other leg, an explorer's value of the day); otherwise the value is price x amount. `recorded_as` says which of the two
-- quantities was given, so that correcting a token's decimals can recompute the other and lose nothing.
CREATE TABLE transactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  balance_id bigint NOT NULL REFERENCES balances (id),
  chain_id bigint NOT NULL REFERENCES chains (id),
  token_id bigint NOT NULL REFERENCES tokens (id),
  transaction_type text NOT NULL CHECK (transaction_type IN ('BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE')),
  status text NOT NULL DEFAULT 'confirmed' CHECK (status IN ('confirmed', 'failed', 'cancelled', 'pending')),
  source text NOT NULL CHECK (source IN ('manual', 'import', 'chain', 'exchange')),
  source_key text NOT NULL DEFAULT '',
  transaction_hash text,
  block_number bigint CHECK (block_number >= 0),
  transaction_index integer CHECK (transaction_index >= 0),
  transfer_index integer CHECK (transfer_index >= 0),
  "timestamp" timestamptz NOT NULL,
  raw_amount numeric(78,0) NOT NULL CHECK (raw_amount >= 0),
  amount numeric NOT NULL CHECK (amount >= 0),
  recorded_as text NOT NULL CHECK (recorded_as IN ('amount', 'raw_amount')),
  price_usd numeric CHECK (price_usd >= 0),
  value_usd numeric CHECK (value_usd >= 0),
  fee_usd numeric CHECK (fee_usd >= 0),
  gas_used numeric(78,0) CHECK (gas_used >= 0),
  gas_price numeric(78,0) CHECK (gas_price >= 0),
  linked_transaction_id bigint REFERENCES transactions (id),
  import_batch_id bigint REFERENCES import_batches (id),
  needs_review boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX transactions_transfer_key ON transactions (wallet_id, chain_id, transaction_hash, transfer_index)
  WHERE NOT is_deleted AND transaction_hash IS NOT NULL AND transfer_index IS NOT NULL;
CREATE UNIQUE INDEX transactions_source_key ON transactions (wallet_id, chain_id, source_key)
  WHERE NOT is_deleted AND source_key <> '';
CREATE INDEX transactions_balance ON transactions (balance_id, "timestamp", id) WHERE NOT is_deleted;
CREATE INDEX transactions_wallet ON transactions (wallet_id, "timestamp" DESC, id DESC) WHERE NOT is_deleted;
CREATE INDEX transactions_hash ON transactions (user_id, chain_id, transaction_hash) WHERE NOT is_deleted;
CREATE INDEX transactions_link ON transactions (user_id, linked_transaction_id) WHERE linked_transaction_id IS NOT NULL;
CREATE UNIQUE INDEX transactions_link_key ON transactions (linked_transaction_id)
  WHERE NOT is_deleted AND linked_transaction_id IS NOT NULL;
CREATE INDEX transactions_batch ON transactions (import_batch_id) WHERE import_batch_id IS NOT NULL;

-- What an acquisition opened, numbered within its balance in the order of the replay. A lot costs unit price x quantity,
-- exactly, plus its lump; `opened_at` is when it entered this balance, `acquired_at` when the coins were first acquired.
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

-- The slice of a lot that a disposal consumed, or, without a lot, the part of a disposal that no lot covers.
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

-- Messages are written with the change they announce and sent after it is committed.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint REFERENCES users (id),
  message text NOT NULL,
  group_id text NOT NULL,
  body jsonb NOT NULL,
  claimed_at timestamptz,
  sent_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;

-- The first answer to a request that carried an Idempotency-Key, stored in the transaction of its effect. `scope` is
-- the user's uuid, or names the anonymous endpoint.
CREATE TABLE idempotency_keys (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status smallint,
  body jsonb,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false,
  UNIQUE (scope, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- Exchange accounts. Credentials are Fernet tokens; `key_id` names the key that made them.
CREATE TABLE exchanges (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  short_name text NOT NULL,
  name text NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX exchanges_short_name_key ON exchanges (short_name) WHERE NOT is_deleted;

CREATE TABLE cex_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  exchange_id bigint NOT NULL REFERENCES exchanges (id),
  name text NOT NULL,
  api_key_encrypted text,
  api_secret_encrypted text,
  passphrase_encrypted text,
  key_id text,
  api_key_last4 text,
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'error', 'disabled')),
  synced_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX cex_accounts_name_key ON cex_accounts (user_id, exchange_id, name) WHERE NOT is_deleted;

CREATE TABLE cex_subaccounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  cex_account_id bigint NOT NULL REFERENCES cex_accounts (id),
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'spot',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX cex_subaccounts_name_key ON cex_subaccounts (cex_account_id, kind, name) WHERE NOT is_deleted;

CREATE TABLE cex_balances (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  cex_subaccount_id bigint NOT NULL REFERENCES cex_subaccounts (id),
  symbol text NOT NULL,
  token_id bigint REFERENCES tokens (id),
  amount numeric NOT NULL CHECK (amount >= 0),
  locked_amount numeric NOT NULL DEFAULT 0 CHECK (locked_amount >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX cex_balances_key ON cex_balances (cex_subaccount_id, symbol) WHERE NOT is_deleted;

CREATE TABLE nft_balances (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  user_id bigint NOT NULL REFERENCES users (id),
  wallet_id bigint NOT NULL REFERENCES wallets (id),
  chain_id bigint NOT NULL REFERENCES chains (id),
  contract_address text NOT NULL,
  nft_id text NOT NULL,
  name text,
  amount numeric(78,0) NOT NULL CHECK (amount >= 0),
  floor_price_usd numeric CHECK (floor_price_usd >= 0),
  cost_basis_usd numeric,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by bigint,
  updated_by bigint,
  is_deleted boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX nft_balances_key ON nft_balances (wallet_id, chain_id, contract_address, nft_id) WHERE NOT is_deleted;

-- History. The id of a row is its subject's id x 8 + the code of its snapshot type, so the primary key alone makes a second
-- delivery of a schedule write nothing, with no further unique index to maintain. Rows are facts: written once.
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
  unrealized_pnl_usd numeric,
  PRIMARY KEY (snapshot_date, id)
);
CREATE INDEX balances_history_balance ON balances_history (balance_id, snapshot_date);
CREATE TABLE nft_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  nft_balance_id bigint NOT NULL,
  user_id bigint NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('transaction', 'hourly', 'daily', 'weekly', 'monthly')),
  amount numeric(78,0) NOT NULL CHECK (amount >= 0),
  floor_price_usd numeric,
  cost_basis_usd numeric,
  PRIMARY KEY (snapshot_date, id)
);
CREATE INDEX nft_balances_history_balance ON nft_balances_history (nft_balance_id, snapshot_date);
CREATE TABLE cex_balances_history (
  snapshot_date timestamptz NOT NULL,
  id bigint NOT NULL,
  cex_balance_id bigint NOT NULL,
  user_id bigint NOT NULL,
  snapshot_type text NOT NULL CHECK (snapshot_type IN ('transaction', 'hourly', 'daily', 'weekly', 'monthly')),
  amount numeric NOT NULL CHECK (amount >= 0),
  price_usd numeric,
  PRIMARY KEY (snapshot_date, id)
);
CREATE INDEX cex_balances_history_balance ON cex_balances_history (cex_balance_id, snapshot_date);
CREATE TABLE token_prices (
  price_at timestamptz NOT NULL,
  token_id bigint NOT NULL,
  source text NOT NULL,
  price_usd numeric NOT NULL CHECK (price_usd >= 0),
  PRIMARY KEY (price_at, token_id, source)
);
CREATE INDEX token_prices_token ON token_prices (token_id, price_at DESC);
SELECT create_hypertable('balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('nft_balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('cex_balances_history', by_range('snapshot_date', INTERVAL '7 days'), create_default_indexes => false);
SELECT create_hypertable('token_prices', by_range('price_at', INTERVAL '7 days'), create_default_indexes => false);
