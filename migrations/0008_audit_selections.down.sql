DROP TRIGGER audit_insert ON lot_selections;
DROP TRIGGER audit_update ON lot_selections;
DROP TRIGGER audit_delete ON lot_selections;
