import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Instant, page, pageQuery, Uuid } from './fields.ts';

const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .meta({ example: 'a'.repeat(64) });

const State = z
  .record(z.string(), z.union([z.string(), z.int(), z.boolean(), z.record(z.string(), z.string()), z.null()]))
  .nullable()
  .meta({
    description:
      'What was recorded, field by field, under the names that the resource has; decimals are strings.',
    example: { transaction_type: 'BUY', amount: '1.5', price_usd: '2500.5' },
  });

const AuditEntry = z
  .strictObject({
    uuid: Uuid,
    at: Instant,
    actor: z.strictObject({
      kind: z
        .enum(['user', 'operator', 'system'])
        .meta({ description: 'The system is what links transfers by itself, for example.' }),
      username: z.string().nullable(),
    }),
    action: z.enum(['found', 'created', 'changed', 'deleted', 'restored', 'erased']).meta({
      description:
        'Found is what was there before the trail began; deleted is hidden and kept, erased is gone for good.',
    }),
    subject: z.string().meta({
      description:
        'Such as transaction, link, declined_link, lot_selection, price_override, portfolio or portfolio_wallet.',
      example: 'transaction',
    }),
    subject_uuid: Uuid,
    before: State,
    after: State,
    wallet_uuids: z.array(Uuid),
    balance_uuids: z.array(Uuid).meta({ description: 'The balances it touched.' }),
    hash: Digest.meta({ description: 'SHA-256 of the previous hash and of this entry.' }),
    previous_hash: Digest,
  })
  .meta({ id: 'AuditEntry' });

export const listAudit = endpoint({
  id: 'audit/list',
  method: 'GET',
  path: '/audit',
  summary: 'List every change to your transactions, links and settings, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: {
    query: z.strictObject({
      ...pageQuery,
      wallet: Uuid.optional().meta({ description: 'Only what touched this wallet.' }),
    }),
    response: page(AuditEntry),
  },
});
