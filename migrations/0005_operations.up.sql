-- When a message was done with: handled, or given up and set aside. What is not yet done with tells how far behind a
-- queue is, which the queue itself cannot.
ALTER TABLE outbox ADD COLUMN handled_at timestamptz;
UPDATE outbox SET handled_at = sent_at WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_unhandled ON outbox (message, created_at) WHERE handled_at IS NULL;

-- The decimals with which a balance's raw amounts, lots and matches were written, while its token's have been corrected
-- and the replay is still to come; null, as nearly always, where they are the token's.
ALTER TABLE balances ADD COLUMN previous_decimals smallint CHECK (previous_decimals BETWEEN 0 AND 255);
CREATE INDEX balances_token ON balances (token_id);

-- Symbols are searched by how they begin.
CREATE INDEX tokens_symbol ON tokens (lower(symbol) text_pattern_ops) WHERE NOT is_deleted;

-- Purging an account deletes its transactions, and each deletion looks for what refers to it.
CREATE INDEX lots_transaction ON lots (transaction_id);
CREATE INDEX lot_matches_transaction ON lot_matches (transaction_id);
CREATE INDEX transactions_linked ON transactions (linked_transaction_id) WHERE linked_transaction_id IS NOT NULL;
