ALTER TABLE lots DROP COLUMN unit_cost_usd;
