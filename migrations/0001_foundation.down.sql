-- The extension stays: it may have been there before. TimescaleDB drops hypertables one at a time.
DROP TABLE token_prices;
DROP TABLE cex_balances_history;
DROP TABLE nft_balances_history;
DROP TABLE balances_history;
DROP TABLE
  nft_balances,
  cex_balances,
  cex_subaccounts,
  cex_accounts,
  exchanges,
  idempotency_keys,
  outbox,
  lot_matches,
  lots,
  transactions,
  import_rows,
  import_batches,
  balances,
  wallet_addresses,
  portfolio_wallets,
  wallets,
  portfolios,
  tokens,
  rpcs,
  chains,
  users;
