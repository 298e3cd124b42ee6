-- The earliest of a balance's deleted transactions, from which on its history may be another.
CREATE INDEX transactions_deleted ON transactions (balance_id, "timestamp") WHERE is_deleted;

-- The users' prices that held at a moment, without all that they have replaced since they began.
CREATE INDEX price_overrides_ended ON price_overrides (valid_to) WHERE NOT is_deleted;
