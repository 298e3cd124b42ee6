-- Naming lots changes what a disposal costs: it is journaled like the transactions themselves.
SELECT audit_attach('lot_selections', 'lot_selection', 'transaction_id', 'acquisition_id');
