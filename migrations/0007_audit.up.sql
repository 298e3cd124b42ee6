-- The audit trail: an append-only journal of every change to what users record and set, one chain of hashes a user.
--
-- An entry's hash is sha256(previous_hash || text), the text in UTF-8 being these fields, one a line, joined by line
-- feeds, with an empty line for what is null: user_id, sequence, uuid, at (UTC, as 2024-03-01T12:00:00.000000Z),
-- actor_kind, actor_id, action, subject, subject_uuid, wallet_id, balance_id, other_wallet_id, other_balance_id, before,
-- after (as PostgreSQL writes jsonb). No field can hold a line feed. The first entry's previous hash is 32 zero bytes.
CREATE TABLE audit_entries (
  user_id bigint NOT NULL,
  sequence bigint NOT NULL CHECK (sequence > 0),
  uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'operator', 'system')),
  actor_id bigint,
  action text NOT NULL CHECK (action IN ('found', 'created', 'changed', 'deleted', 'restored', 'erased')),
  subject text NOT NULL CHECK (subject ~ '^[a-z_]+$'),
  subject_uuid uuid NOT NULL,
  -- Whose row it is, and what is at the other end of its link.
  wallet_id bigint,
  balance_id bigint,
  other_wallet_id bigint,
  other_balance_id bigint,
  before jsonb,
  after jsonb,
  previous_hash bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (user_id, sequence)
);
CREATE INDEX audit_entries_wallet ON audit_entries (wallet_id, sequence) WHERE wallet_id IS NOT NULL;
CREATE INDEX audit_entries_other_wallet ON audit_entries (other_wallet_id, sequence) WHERE other_wallet_id IS NOT NULL;

-- The end of each user's chain: it is locked to append, and tells when entries were cut off.
CREATE TABLE audit_heads (
  user_id bigint PRIMARY KEY REFERENCES users (id),
  sequence bigint NOT NULL DEFAULT 0,
  hash bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
);
INSERT INTO audit_heads (user_id) SELECT id FROM users;
CREATE FUNCTION audit_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_heads (user_id) SELECT id FROM new_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_open AFTER INSERT ON users REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION audit_open();

-- What of a row is journaled: all but what identifies it and what every write touches. A column that is added later is
-- included by itself.
CREATE FUNCTION audit_state(given jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT given - '{id,uuid,user_id,created_at,updated_at,created_by,updated_by,version}'::text[]
$$;

-- The hashes of a chain, one after the other: start is the hash of the entry before the first.
CREATE FUNCTION audit_link(previous bytea, start bytea, entry text) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN sha256(coalesce(previous, start) || convert_to(entry, 'UTF8'));
END
$$;
CREATE AGGREGATE audit_chain (start bytea, entry text) (SFUNC = audit_link, STYPE = bytea);

-- Three trigger functions that journal the rows of one statement, the same but for where these come from. Their arguments:
-- the subject; the column that names the transaction a row is about, where the row has no wallet of its own; and the
-- one that names the transaction at the other end of its link ('' for none). A row says who wrote it if it says so of
-- this very transaction: what is left of an earlier one names nobody. Times in the states are in UTC, whatever the
-- session's time zone. Heads are locked in the order of users, and an entry's time is taken after that.
DO $do$
DECLARE
  body text := $body$
BEGIN
  WITH change AS MATERIALIZED (
    SELECT *, coalesce((this->>'user_id')::bigint,
      (SELECT portfolios.user_id FROM portfolios WHERE portfolios.id = (this->>'portfolio_id')::bigint)) AS user_id
    FROM (
      SELECT *, audit_state(old_row) AS before, audit_state(new_row) AS after, coalesce(new_row, old_row) AS this
      FROM (%s OFFSET 0) AS source OFFSET 0
    ) AS stated
    WHERE before IS DISTINCT FROM after
  ), head AS MATERIALIZED (
    SELECT audit_heads.* FROM audit_heads JOIN (SELECT DISTINCT user_id FROM change) AS owners USING (user_id)
    WHERE user_id::text IS DISTINCT FROM current_setting('bagtracker.purged_user', true)
    ORDER BY user_id FOR UPDATE OF audit_heads
  ), timed AS MATERIALIZED (
    SELECT *, clock_timestamp() AS at FROM head
  ), entry AS (
    SELECT change.user_id, timed.sequence + row_number() OVER (PARTITION BY change.user_id ORDER BY change.id) AS sequence,
      gen_random_uuid() AS uuid, at,
      CASE WHEN is_operator THEN 'operator' WHEN said IS NULL THEN 'system' ELSE 'user' END AS actor_kind,
      CASE WHEN NOT is_operator THEN said END AS actor_id,
      CASE WHEN NOT is_link THEN action WHEN old_row->>'linked_transaction_id' IS NULL THEN 'created'
        WHEN new_row->>'linked_transaction_id' IS NULL THEN 'deleted' ELSE action END AS action,
      CASE WHEN is_link THEN 'link' ELSE TG_ARGV[0] END AS subject,
      change.uuid AS subject_uuid,
      coalesce((this->>'wallet_id')::bigint, (SELECT wallet_id FROM transactions WHERE id = about)) AS wallet_id,
      coalesce((this->>'balance_id')::bigint, (SELECT balance_id FROM transactions WHERE id = about)) AS balance_id,
      (SELECT wallet_id FROM transactions WHERE id = other) AS other_wallet_id,
      (SELECT balance_id FROM transactions WHERE id = other) AS other_balance_id,
      before, after, timed.hash AS start
    FROM change JOIN timed USING (user_id)
    CROSS JOIN LATERAL (SELECT
      current_setting('bagtracker.actor', true) IS NOT DISTINCT FROM 'operator' AS is_operator,
      coalesce(before - link_columns = after - link_columns, false) AS is_link,
      (this->>TG_ARGV[1])::bigint AS about,
      coalesce(new_row->>TG_ARGV[2], old_row->>TG_ARGV[2])::bigint AS other
    ) AS facts
  ), chained AS (
    SELECT *, audit_chain(start, concat(
        user_id, E'\n', sequence, E'\n', uuid, E'\n', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), E'\n', actor_kind, E'\n',
        actor_id, E'\n', action, E'\n', subject, E'\n', subject_uuid, E'\n', wallet_id, E'\n', balance_id, E'\n',
        other_wallet_id, E'\n', other_balance_id, E'\n', before, E'\n', after
      )) OVER (PARTITION BY user_id ORDER BY sequence) AS hash
    FROM entry
  ), added AS (
    INSERT INTO audit_entries
    SELECT user_id, sequence, uuid, at, actor_kind, actor_id, action, subject, subject_uuid, wallet_id, balance_id,
      other_wallet_id, other_balance_id, before, after,
      coalesce(lag(hash) OVER (PARTITION BY user_id ORDER BY sequence), start), hash
    FROM chained
    RETURNING user_id, sequence, hash
  )
  UPDATE audit_heads SET sequence = newest.sequence, hash = newest.hash
  FROM (SELECT DISTINCT ON (user_id) * FROM added ORDER BY user_id, sequence DESC) AS newest
  WHERE audit_heads.user_id = newest.user_id;
  RETURN NULL;
END
$body$;
  made text := 'CREATE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SET timezone TO ''UTC'' AS %L';
BEGIN
  body := replace(body, 'link_columns', $$'{linked_transaction_id,linked_by_hand}'::text[]$$);
  EXECUTE format(made, 'audit_insert', format(body, $$
    SELECT id, uuid, NULL::jsonb AS old_row, to_jsonb(n) AS new_row, CASE WHEN created_at = now() THEN created_by END AS said,
      CASE WHEN created_at = now() THEN 'created' ELSE 'found' END AS action FROM new_rows AS n$$));
  EXECUTE format(made, 'audit_update', format(body, $$
    SELECT id, n.uuid, to_jsonb(o) AS old_row, to_jsonb(n) AS new_row, CASE WHEN n.updated_at = now() THEN n.updated_by END AS said,
      CASE WHEN o.is_deleted = n.is_deleted THEN 'changed' WHEN n.is_deleted THEN 'deleted' ELSE 'restored' END AS action
    FROM old_rows AS o JOIN new_rows AS n USING (id)$$));
  EXECUTE format(made, 'audit_delete', format(body, $$
    SELECT id, uuid, to_jsonb(o) AS old_row, NULL::jsonb AS new_row, NULL::bigint AS said, 'erased' AS action
    FROM old_rows AS o$$));
END
$do$;

-- Has every change to a table journaled from now on, and its rows as they are now.
CREATE FUNCTION audit_attach(journaled regclass, subject text, about text DEFAULT '', linked text DEFAULT '')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  given text := format('(%L, %L, %L)', subject, about, linked);
BEGIN
  EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_insert%s', journaled, given);
  EXECUTE format('CREATE TRIGGER audit_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_update%s', journaled, given);
  EXECUTE format('CREATE TRIGGER audit_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_delete%s', journaled, given);
  EXECUTE format('CREATE TEMP TABLE audit_found AS TABLE %s WITH NO DATA', journaled);
  EXECUTE format('CREATE TRIGGER audit_insert AFTER INSERT ON audit_found REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_insert%s', given);
  EXECUTE format('INSERT INTO audit_found TABLE %s', journaled);
  DROP TABLE audit_found;
END
$$;

SELECT audit_attach('portfolios', 'portfolio');
SELECT audit_attach('portfolio_wallets', 'portfolio_wallet');
SELECT audit_attach('transactions', 'transaction', '', 'linked_transaction_id');
SELECT audit_attach('declined_links', 'declined_link', 'sent_id', 'received_id');

-- Nothing but the purge of a whole account, which names it for its transaction, takes entries away.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.user_id::text = current_setting('bagtracker.purged_user', true) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% on % is refused: the audit trail is append-only', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entries
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_truncated BEFORE TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_kept BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_only_forward BEFORE UPDATE ON audit_heads
  FOR EACH ROW WHEN (NEW.user_id <> OLD.user_id OR NEW.sequence <= OLD.sequence) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_never_truncated BEFORE TRUNCATE ON audit_heads
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
