import { bigint, customType, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant, reference } from './columns.ts';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const place = () => bigint({ mode: 'number' });

/** Written by triggers alone: see the migration, which also says what a hash is of. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    userId: reference().notNull(),
    sequence: place().notNull(),
    uuid: uuid().notNull().defaultRandom().unique(),
    at: instant().notNull(),
    actorKind: text({ enum: ['user', 'operator', 'system'] }).notNull(),
    actorId: reference(),
    action: text({ enum: ['found', 'created', 'changed', 'deleted', 'restored', 'erased'] }).notNull(),
    subject: text().notNull(),
    subjectUuid: uuid().notNull(),
    walletId: reference(),
    balanceId: reference(),
    otherWalletId: reference(),
    otherBalanceId: reference(),
    before: jsonb(),
    after: jsonb(),
    previousHash: bytes().notNull(),
    hash: bytes().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.sequence] })],
);

export const auditHeads = pgTable('audit_heads', {
  userId: reference().primaryKey(),
  sequence: place().notNull().default(0),
  hash: bytes().notNull().default(Buffer.alloc(32)),
});
