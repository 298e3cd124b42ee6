-- A user's portfolios are told apart by their names.
CREATE UNIQUE INDEX portfolios_name_key ON portfolios (user_id, name) WHERE NOT is_deleted;
