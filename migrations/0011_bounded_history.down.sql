DROP INDEX price_overrides_ended;
DROP INDEX transactions_deleted;
