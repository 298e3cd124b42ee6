ALTER TABLE transactions DROP COLUMN price_at;
