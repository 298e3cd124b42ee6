-- The time of the last of a token's prices, of whatever source and whenever it was written. A snapshot asks which tokens may
-- have had a price in the day before it: nearly all have one that is read at once, and most of the others never had any.
ALTER TABLE tokens ADD COLUMN last_price_at timestamptz;
UPDATE tokens SET last_price_at = greatest(price_at,
  (SELECT last.price_at FROM token_prices AS last WHERE token_id = tokens.id ORDER BY last.price_at DESC LIMIT 1));
