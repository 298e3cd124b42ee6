import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  balanceStates,
  ChainId,
  ChainIdInput,
  CountInput,
  Decimal,
  DecimalInput,
  Instant,
  InstantInput,
  Nothing,
  oneProcessor,
  PriceInput,
  page,
  pageQuery,
  RawAmount,
  RawAmountInput,
  TokenSummary,
  TransactionHash,
  TransactionParams,
  Uuid,
  WalletParams,
} from './fields.ts';
import { LotSelections } from './lot-selections.ts';

const transactionTypes = ['BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE'] as const;

const statuses = ['confirmed', 'failed', 'cancelled', 'pending'] as const;
const sources = ['manual', 'import', 'chain', 'exchange'] as const;

export const Transaction = z
  .strictObject({
    uuid: Uuid,
    wallet_uuid: Uuid,
    balance_uuid: Uuid,
    balance_state: z.enum(balanceStates),
    chain_id: ChainId,
    token: TokenSummary,
    transaction_type: z.enum(transactionTypes),
    status: z.enum(statuses),
    amount: Decimal,
    raw_amount: RawAmount,
    price_usd: Decimal.nullable(),
    price_source: z.string().nullable().meta({
      description:
        'Where the price was found, `swap` for the value of the other side; null where whoever recorded it gave it.',
      example: 'coingecko',
    }),
    price_at: Instant.nullable().meta({
      description:
        'When a price that was found held, as its source tells: within an hour, else that day in UTC.',
    }),
    value_usd: Decimal.nullable(),
    fee_usd: Decimal.nullable(),
    transaction_hash: z.string().nullable(),
    timestamp: Instant,
    block_number: z.int().nullable(),
    gas_used: RawAmount.nullable(),
    gas_price: RawAmount.nullable(),
    source: z.enum(sources),
    needs_review: z.boolean(),
    linked_transaction_uuid: Uuid.nullable().meta({
      description: 'The other side of an own transfer.',
    }),
    batch_uuid: Uuid.nullable(),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Transaction' });

/** What a transaction is entered with. */
const Entry = z
  .strictObject({
    wallet_uuid: Uuid,
    chain_id: ChainIdInput,
    token_uuid: Uuid.optional(),
    contract_address: z.string().min(1).max(160).optional(),
    transaction_type: z.enum(transactionTypes).meta({ example: 'BUY' }),
    amount: DecimalInput.optional(),
    raw_amount: RawAmountInput.optional(),
    price_usd: PriceInput.nullish(),
    fee_usd: PriceInput.meta({ example: '4.20' }).nullish(),
    transaction_hash: TransactionHash.nullish(),
    timestamp: InstantInput,
    block_number: z.int().nonnegative().nullish(),
    gas_used: CountInput.nullish(),
    gas_price: CountInput.meta({ example: '20000000000' }).nullish(),
  })
  .refine((body) => (body.amount === undefined) !== (body.raw_amount === undefined), {
    error: 'expected either amount or raw_amount',
    path: ['amount'],
  })
  .refine((body) => body.token_uuid === undefined || body.contract_address === undefined, {
    error: 'expected token_uuid or contract_address, or neither for the native token of the chain',
    path: ['token_uuid'],
  });

/** What says where a transaction belongs is part of what it is. */
const Fixed = z.never('cannot change: delete this transaction and record it anew').optional();

export const createTransaction = endpoint({
  id: 'transactions/create',
  method: 'POST',
  path: '/transaction',
  summary: 'Record a transaction by hand',
  auth: 'user',
  role: 'api',
  status: 201,
  etag: true,
  errors: ['WalletError', 'TokenError', 'ConflictError'],
  shapes: {
    body: Entry.safeExtend({ lot_selections: LotSelections.optional() }),
    response: Transaction,
  },
});

export const getTransaction = endpoint({
  id: 'transactions/get',
  method: 'GET',
  path: '/transaction/{transaction_uuid}',
  summary: 'Show a transaction',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: Transaction },
});

const mebibyte = 1024 * 1024;

export const createTransactions = endpoint({
  id: 'transactions/bulk',
  method: 'POST',
  path: '/transaction/bulk',
  summary: 'Record many transactions by hand, all or none, in any order',
  auth: 'user',
  role: 'api',
  status: 201,
  rate: 'heavy',
  maxBodyBytes: mebibyte,
  memoryMegabytes: oneProcessor,
  errors: ['WalletError', 'ConflictError'],
  shapes: {
    body: z.strictObject({
      transactions: z
        .array(Entry)
        .min(1)
        .max(1000)
        .meta({
          example: [
            {
              wallet_uuid: '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11',
              chain_id: 1,
              transaction_type: 'BUY',
              amount: '1.5',
              price_usd: '2500.50',
              timestamp: '2024-03-01T12:00:00Z',
            },
          ],
        }),
    }),
    response: z.strictObject({ items: z.array(Transaction) }),
  },
});

export const changeTransaction = endpoint({
  id: 'transactions/change',
  method: 'PATCH',
  path: '/transaction/{transaction_uuid}',
  summary:
    'Change a transaction: of one that was imported, its price, its fee and its type in the same direction',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TransactionError', 'ConflictError'],
  shapes: {
    params: TransactionParams,
    body: z
      .strictObject({
        transaction_type: z.enum(transactionTypes).optional(),
        amount: DecimalInput.optional(),
        raw_amount: RawAmountInput.optional(),
        price_usd: PriceInput.nullish(),
        fee_usd: PriceInput.nullish(),
        transaction_hash: TransactionHash.nullish(),
        timestamp: InstantInput.optional(),
        block_number: z.int().nonnegative().nullish(),
        gas_used: CountInput.nullish(),
        gas_price: CountInput.nullish(),
        wallet_uuid: Fixed,
        chain_id: Fixed,
        token_uuid: Fixed,
        contract_address: Fixed,
      })
      .refine((body) => Object.keys(body).length > 0, 'expected at least one field to change')
      .refine((body) => body.amount === undefined || body.raw_amount === undefined, {
        error: 'expected either amount or raw_amount',
        path: ['amount'],
      }),
    response: Transaction,
  },
});

export const deleteTransaction = endpoint({
  id: 'transactions/delete',
  method: 'DELETE',
  path: '/transaction/{transaction_uuid}',
  summary: 'Delete a transaction; one that was imported does not come back with a later import',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: Nothing },
});

export const cancelTransaction = endpoint({
  id: 'transactions/cancel',
  method: 'POST',
  path: '/transaction/cancel/{transaction_uuid}',
  summary: 'Cancel a transaction: it stays in the lists and counts no more',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: Transaction },
});

export const restoreTransaction = endpoint({
  id: 'transactions/restore',
  method: 'POST',
  path: '/transaction/restore/{transaction_uuid}',
  summary: 'Restore a cancelled transaction to the status it had',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TransactionError'],
  shapes: { params: TransactionParams, response: Transaction },
});

/** One of some words, or several, separated by commas. */
const severalOf = <const Word extends string>(words: readonly Word[]) => {
  const one = `(${words.join('|')})`;
  return z
    .string()
    .regex(
      new RegExp(`^${one}(,${one})*$`),
      `expected one or several of ${words.join(', ')}, with commas between`,
    )
    .transform((text) => text.split(',') as Word[]);
};

export const listTransactions = endpoint({
  id: 'transactions/list',
  method: 'GET',
  path: '/wallet/transactions/{wallet_uuid}',
  summary: 'List the transactions of a wallet, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: {
    params: WalletParams,
    query: z.strictObject({
      ...pageQuery,
      token: Uuid.optional().meta({ description: 'The uuid of a token.' }),
      chain: z
        .string()
        .min(1)
        .max(32)
        .optional()
        .meta({ description: 'A chain id, or the name of a chain.' }),
      type: severalOf(transactionTypes)
        .optional()
        .meta({ description: 'One type, or several with commas between: `BUY,TRANSFER_IN`.' }),
      status: z.enum(statuses).optional(),
      source: z.enum(sources).optional(),
      batch: Uuid.optional().meta({ description: 'The uuid of an import.' }),
      from: InstantInput.optional().meta({ description: 'Inclusive.' }),
      to: InstantInput.optional().meta({ description: 'Inclusive.' }),
    }),
    response: page(Transaction),
  },
});
