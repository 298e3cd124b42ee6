-- What a job does for one user, or one balance, must not take longer because there are others.

-- The users' prices that held at a moment, without all that they have replaced since they began.
CREATE INDEX price_overrides_ended ON price_overrides (valid_to) WHERE NOT is_deleted;

-- Deleting a row for good looks for what refers to it, deleted or not: without an index of all rows, that is every row of
-- everybody, once for each that goes.
DROP INDEX transactions_balance, transactions_wallet, transactions_hash;
CREATE INDEX transactions_balance ON transactions (balance_id, "timestamp", id);
CREATE INDEX transactions_wallet ON transactions (wallet_id, "timestamp" DESC, id DESC);
CREATE INDEX transactions_hash ON transactions (user_id, transaction_hash, chain_id);
DROP INDEX portfolios_user, wallets_user, sessions_user;
CREATE INDEX portfolios_user ON portfolios (user_id, id);
CREATE INDEX wallets_user ON wallets (user_id, id);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX balances_wallet ON balances (wallet_id);
CREATE INDEX nft_balances_user ON nft_balances (user_id);
CREATE INDEX nft_balances_wallet ON nft_balances (wallet_id);
CREATE INDEX cex_accounts_user ON cex_accounts (user_id);
CREATE INDEX cex_subaccounts_user ON cex_subaccounts (user_id);
CREATE INDEX cex_subaccounts_account ON cex_subaccounts (cex_account_id);
CREATE INDEX cex_balances_user ON cex_balances (user_id);
CREATE INDEX cex_balances_subaccount ON cex_balances (cex_subaccount_id);
CREATE INDEX wallet_addresses_user ON wallet_addresses (user_id);
CREATE INDEX import_batches_user ON import_batches (user_id);
CREATE INDEX import_rows_user ON import_rows (user_id);
CREATE INDEX lot_selections_transaction ON lot_selections (transaction_id);
CREATE INDEX declined_links_sent ON declined_links (sent_id);
CREATE INDEX portfolio_wallets_portfolio ON portfolio_wallets (portfolio_id);
CREATE INDEX gain_reports_portfolio ON gain_reports (portfolio_id);
CREATE INDEX gain_reports_wallet ON gain_reports (wallet_id);
CREATE INDEX price_overrides_user ON price_overrides (user_id);
CREATE INDEX outbox_user ON outbox (user_id);
