-- The earliest of a balance's deleted transactions, from which on its history may be another.
CREATE INDEX transactions_deleted ON transactions (balance_id, "timestamp") WHERE is_deleted;
