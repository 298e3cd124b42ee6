-- When the price of a transaction that was found held, as its source told; null of those that were found before.
ALTER TABLE transactions ADD COLUMN price_at timestamptz;
