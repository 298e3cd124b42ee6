import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  ChainIdInput,
  changesOf,
  Decimal,
  Flag,
  Instant,
  Label,
  Nothing,
  page,
  pageQuery,
  Uuid,
} from './fields.ts';

const tokenKinds = ['native', 'wrapped_native', 'stablecoin', 'other'] as const;

const priceStates = ['current', 'stale', 'disputed', 'none'] as const;

const lastTold = 'As it was last told: few sources tell it, so it may be older than the price.';

const Token = z
  .strictObject({
    uuid: Uuid,
    chain_id: ChainId,
    contract_address: z.string().nullable().meta({ description: "Null for a chain's native coin." }),
    symbol: z.string(),
    name: z.string(),
    decimals: z.int(),
    kind: z.enum(tokenKinds),
    is_verified: z.boolean(),
    is_spam: z.boolean(),
    coingecko_id: z.string().nullable(),
    current_price_usd: Decimal.nullable(),
    price_at: Instant.nullable(),
    price_source: z.string().nullable(),
    price_state: z.enum(priceStates).meta({
      description:
        '`stale` when it is older than an hour, `disputed` when sources are more than 20 % apart, `none` without a price.',
    }),
    market_cap_usd: Decimal.nullable().meta({ description: lastTold }),
    volume_24h_usd: Decimal.nullable().meta({ description: lastTold }),
    price_change_24h_percent: Decimal.nullable().meta({ description: lastTold }),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'TokenDetails' });

const Decimals = z.int().min(0).max(255).meta({ example: 6 });

/** What may be changed of a token. Its chain and contract are what it is; its decimals are corrected apart. */
const settable = {
  symbol: Label(100).meta({ example: 'USDC' }),
  name: Label(200).meta({ example: 'USD Coin' }),
  kind: z.enum(tokenKinds),
  is_verified: z.boolean(),
  is_spam: z.boolean(),
  coingecko_id: z
    .string()
    .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,127}$/, 'expected an id such as "usd-coin"')
    .nullable()
    .meta({ example: 'usd-coin' }),
};

const replaceable = {
  ...settable,
  kind: settable.kind.default('other'),
  is_verified: settable.is_verified.default(false),
  is_spam: settable.is_spam.default(false),
  coingecko_id: settable.coingecko_id.default(null),
};

const TokenParams = z.strictObject({ token_uuid: Uuid });

const ContractAddress = z
  .string()
  .min(1)
  .max(160)
  .meta({ example: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' });

export const listTokens = endpoint({
  id: 'tokens/list',
  method: 'GET',
  path: '/tokens',
  summary: 'Find tokens, verified ones first, then by symbol',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: [],
  shapes: {
    query: z.strictObject({
      ...pageQuery,
      symbol: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'What the symbol begins with, in any case.' }),
      name: z.string().min(1).max(200).optional().meta({ description: 'A part of the name, in any case.' }),
      address: ContractAddress.optional().meta({
        description: 'Of the contract, as the chain or any chain writes it.',
      }),
      chain_id: ChainIdInput.optional(),
      verified: z
        .enum(['true', 'false'])
        .transform((text) => text === 'true')
        .optional(),
      spam: Flag.meta({ description: 'Whether tokens that are marked as spam are found too.' }),
    }),
    response: page(Token),
  },
});

export const getToken = endpoint({
  id: 'tokens/get',
  method: 'GET',
  path: '/tokens/{token_uuid}',
  summary: 'Show a token',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TokenError'],
  shapes: { params: TokenParams, response: Token },
});

export const createToken = endpoint({
  id: 'tokens/create',
  method: 'POST',
  path: '/tokens',
  summary: 'Add a token, or without a contract the native coin of a chain',
  auth: 'admin',
  role: 'operator',
  status: 201,
  etag: true,
  errors: ['ConflictError'],
  shapes: {
    body: z
      .strictObject({
        chain_id: ChainIdInput,
        contract_address: ContractAddress.nullish(),
        decimals: Decimals,
        ...replaceable,
      })
      .refine(({ contract_address, kind }) => (contract_address == null) === (kind === 'native'), {
        error: 'expected "native" for a token without a contract, and for no other',
        path: ['kind'],
      }),
    response: Token,
  },
});

export const replaceToken = endpoint({
  id: 'tokens/replace',
  method: 'PUT',
  path: '/tokens/{token_uuid}',
  summary: 'Replace what is known of a token; its chain, contract and decimals stay',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['TokenError'],
  shapes: { params: TokenParams, body: z.strictObject(replaceable), response: Token },
});

export const changeToken = endpoint({
  id: 'tokens/change',
  method: 'PATCH',
  path: '/tokens/{token_uuid}',
  summary: 'Change what is known of a token, or mark it as spam with `is_spam`',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['TokenError'],
  shapes: { params: TokenParams, body: changesOf(settable), response: Token },
});

export const deleteToken = endpoint({
  id: 'tokens/delete',
  method: 'DELETE',
  path: '/tokens/{token_uuid}',
  summary: 'Delete a token that nothing uses',
  auth: 'admin',
  role: 'operator',
  status: 204,
  errors: ['TokenError', 'ConflictError'],
  shapes: { params: TokenParams, response: Nothing },
});

export const correctDecimals = endpoint({
  id: 'tokens/decimals',
  method: 'POST',
  path: '/tokens/{token_uuid}/decimals',
  summary: 'Correct the decimals of a token: what was recorded stands, and every balance in it is replayed',
  auth: 'admin',
  role: 'operator',
  status: 202,
  rate: 'heavy',
  errors: ['TokenError', 'ConflictError'],
  shapes: {
    params: TokenParams,
    body: z.strictObject({ decimals: Decimals }),
    response: z.strictObject({
      token_uuid: Uuid,
      decimals: z.int(),
      transactions: z.int(),
      balances: z.int(),
      state: z.literal('recalculating'),
    }),
  },
});
