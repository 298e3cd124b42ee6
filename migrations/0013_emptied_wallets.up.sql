-- A wallet may have held more transactions than can be deleted while its owner waits. When the last of them was; until then
-- a job goes on with them.
ALTER TABLE wallets ADD COLUMN emptied_at timestamptz;
UPDATE wallets SET emptied_at = updated_at WHERE is_deleted;
CREATE INDEX wallets_to_empty ON wallets (updated_at) WHERE is_deleted AND emptied_at IS NULL;
