import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  ChainIdInput,
  CountInput,
  Decimal,
  DecimalInput,
  Instant,
  InstantInput,
  PriceInput,
  page,
  pageQuery,
  RawAmount,
  RawAmountInput,
  TokenSummary,
  TransactionHash,
  Uuid,
  WalletParams,
} from './fields.ts';

const transactionTypes = ['BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE'] as const;
export const balanceStates = ['current', 'recalculating'] as const;

const Transaction = z
  .strictObject({
    uuid: Uuid,
    wallet_uuid: Uuid,
    balance_uuid: Uuid,
    balance_state: z.enum(balanceStates),
    chain_id: ChainId,
    token: TokenSummary,
    transaction_type: z.enum(transactionTypes),
    status: z.enum(['confirmed', 'failed', 'cancelled', 'pending']),
    amount: Decimal,
    raw_amount: RawAmount,
    price_usd: Decimal.nullable(),
    value_usd: Decimal.nullable(),
    fee_usd: Decimal.nullable(),
    transaction_hash: z.string().nullable(),
    timestamp: Instant,
    block_number: z.int().nullable(),
    gas_used: RawAmount.nullable(),
    gas_price: RawAmount.nullable(),
    source: z.enum(['manual', 'import', 'chain', 'exchange']),
    needs_review: z.boolean(),
    linked_transaction_uuid: Uuid.nullable().meta({
      description: 'The other side of an own transfer.',
    }),
    batch_uuid: Uuid.nullable(),
    created_at: Instant,
  })
  .meta({ id: 'Transaction' });

export const createTransaction = endpoint({
  id: 'transactions/create',
  method: 'POST',
  path: '/transaction',
  summary: 'Record a transaction by hand',
  auth: 'user',
  role: 'api',
  status: 201,
  errors: ['WalletError', 'TokenError', 'ConflictError'],
  shapes: {
    body: z
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
      }),
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
  errors: ['TransactionError'],
  shapes: {
    params: z.strictObject({ transaction_uuid: Uuid }),
    response: Transaction,
  },
});

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
    query: z.strictObject(pageQuery),
    response: page(Transaction),
  },
});
