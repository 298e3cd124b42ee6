ALTER TABLE tokens DROP COLUMN last_price_at;
