DROP INDEX transactions_deleted;
