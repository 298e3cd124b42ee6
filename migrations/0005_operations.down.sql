DROP INDEX transactions_linked, lot_matches_transaction, lots_transaction, tokens_symbol, balances_token;
ALTER TABLE balances DROP COLUMN previous_decimals;
ALTER TABLE outbox DROP COLUMN handled_at;
