DO $$
BEGIN
  EXECUTE replace(pg_get_functiondef('audit_update'::regproc), 'old_rows AS o FULL JOIN', 'old_rows AS o JOIN');
END
$$;
