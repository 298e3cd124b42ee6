/** Specific identification: a disposal names the lots that it consumes. */
import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  balanceStates,
  Decimal,
  DecimalInput,
  Instant,
  InstantInput,
  Nothing,
  oneProcessor,
  RawAmount,
  RawAmountInput,
  TransactionParams,
  Uuid,
} from './fields.ts';

const LotSelection = z
  .strictObject({
    transaction_uuid: Uuid.meta({
      description: 'The acquisition that opened the lot, in the same wallet and token.',
    }),
    acquired_at: InstantInput.optional().meta({
      description:
        'Which of several lots that one own transfer brought, by its date of acquisition; the oldest first where it is absent.',
    }),
    amount: DecimalInput.optional(),
    raw_amount: RawAmountInput.optional(),
  })
  .refine((named) => (named.amount === undefined) !== (named.raw_amount === undefined), {
    error: 'expected either amount or raw_amount',
    path: ['amount'],
  });

/** The lots that a disposal names, and how much of each. */
export const LotSelections = z.array(LotSelection).min(1).max(200).meta({
  description: 'Of a SELL, FEE or TRANSFER_OUT: the lots to consume first; the rest goes by the method.',
});

const NamedLots = z
  .strictObject({
    transaction_uuid: Uuid,
    balance_state: z.enum(balanceStates),
    lot_selections: z.array(
      z.strictObject({
        transaction_uuid: Uuid,
        acquired_at: Instant.nullable(),
        amount: Decimal,
        raw_amount: RawAmount,
        taken_amount: Decimal.meta({
          description:
            'How much of it the transaction has consumed in its name: less where other transactions have left less of it.',
        }),
      }),
    ),
  })
  .meta({ id: 'NamedLots' });

const path = '/transaction/{transaction_uuid}/lots';

export const nameLots = endpoint({
  id: 'transactions/name-lots',
  method: 'PUT',
  path,
  summary:
    'Name the lots that a disposal consumes, instead of those that the method would choose; in years of average cost they decide the dates only, and the cost is the average',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  rate: 'heavy',
  memoryMegabytes: oneProcessor,
  errors: ['TransactionError'],
  shapes: {
    params: TransactionParams,
    body: z.strictObject({
      lot_selections: LotSelections.meta({
        example: [{ transaction_uuid: '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11', amount: '0.5' }],
      }),
    }),
    response: NamedLots,
  },
});

export const showNamedLots = endpoint({
  id: 'transactions/named-lots',
  method: 'GET',
  path,
  summary: 'Show the lots that a disposal names, and how much of each it has consumed',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: NamedLots },
});

export const unnameLots = endpoint({
  id: 'transactions/unname-lots',
  method: 'DELETE',
  path,
  summary: 'Let the method choose the lots of a disposal again',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: Nothing },
});
