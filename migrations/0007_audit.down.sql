-- CASCADE: the triggers of all that is journaled go with the functions.
DROP FUNCTION audit_attach, audit_insert, audit_update, audit_delete, audit_open CASCADE;
DROP AGGREGATE audit_chain (bytea, text);
DROP TABLE audit_entries, audit_heads;
DROP FUNCTION audit_refuse, audit_state, audit_link;
