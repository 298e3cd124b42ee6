DROP INDEX portfolios_name_key;
