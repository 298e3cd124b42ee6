-- What a whole token of a lot cost, rounded down to 18 places, where the default method chooses lots by it: so an append reads the
-- first that it consumes, and not all that are open. Where the cost is unknown it is infinite, on the side that comes last.
ALTER TABLE lots ADD COLUMN unit_cost_usd numeric;
UPDATE lots SET unit_cost_usd = CASE WHEN basis_known
    THEN (div(cost.scaled, raw_amount) - (cost.scaled < 0 AND mod(cost.scaled, raw_amount) <> 0)::int) * 1e-18
    WHEN cost.method = 'HIFO' THEN '-Infinity' ELSE 'Infinity' END
FROM (
  SELECT lots.balance_id, lots.sequence, chosen.method,
    (unit_price_usd * lots.raw_amount + lump_usd * ('1e' || coalesce(previous_decimals, decimals))::numeric) * 1e18 AS scaled
  FROM lots JOIN balances ON balances.id = lots.balance_id JOIN tokens ON tokens.id = balances.token_id
  JOIN (
    SELECT wallet_id, min(cost_basis_method) AS method
    FROM portfolio_wallets JOIN portfolios ON portfolios.id = portfolio_id
    WHERE NOT portfolio_wallets.is_deleted AND NOT portfolios.is_deleted AND cost_basis_method IN ('HIFO', 'LOFO')
    GROUP BY wallet_id
  ) AS chosen ON chosen.wallet_id = balances.wallet_id
) AS cost
WHERE lots.balance_id = cost.balance_id AND lots.sequence = cost.sequence;
CREATE INDEX lots_open_by_cost ON lots (balance_id, unit_cost_usd) WHERE remaining_raw_amount > 0 AND unit_cost_usd IS NOT NULL;
