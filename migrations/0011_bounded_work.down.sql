DROP INDEX price_overrides_ended, balances_wallet, nft_balances_user, nft_balances_wallet, cex_accounts_user,
  cex_subaccounts_user, cex_subaccounts_account, cex_balances_user, cex_balances_subaccount, wallet_addresses_user,
  import_batches_user, import_rows_user, lot_selections_transaction, declined_links_sent, portfolio_wallets_portfolio,
  gain_reports_portfolio, gain_reports_wallet, price_overrides_user, outbox_user;
DROP INDEX transactions_balance, transactions_wallet, transactions_hash, portfolios_user, wallets_user, sessions_user;
CREATE INDEX transactions_balance ON transactions (balance_id, "timestamp", id) WHERE NOT is_deleted;
CREATE INDEX transactions_wallet ON transactions (wallet_id, "timestamp" DESC, id DESC) WHERE NOT is_deleted;
CREATE INDEX transactions_hash ON transactions (user_id, transaction_hash, chain_id) WHERE NOT is_deleted;
CREATE INDEX portfolios_user ON portfolios (user_id, id) WHERE NOT is_deleted;
CREATE INDEX wallets_user ON wallets (user_id, id) WHERE NOT is_deleted;
CREATE INDEX sessions_user ON sessions (user_id) WHERE revoked_at IS NULL;
