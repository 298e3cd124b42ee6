DROP INDEX wallets_to_empty;
ALTER TABLE wallets DROP COLUMN emptied_at;
