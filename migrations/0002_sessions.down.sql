ALTER TABLE users DROP COLUMN deleted_at;
DROP TABLE refresh_tokens, sessions;
