import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  ChainIdInput,
  changesOf,
  Instant,
  Label,
  Nothing,
  page,
  pageQuery,
  Uuid,
} from './fields.ts';

/** The families of chains: those of one kind write addresses alike. */
export const chainKinds = ['evm', 'tron', 'solana', 'stacks'] as const;

const Chain = z
  .strictObject({
    uuid: Uuid,
    chain_id: ChainId,
    short_name: z.string(),
    name: z.string(),
    kind: z.enum(chainKinds),
    explorer_url: z.string(),
    explorer_tx_path: z.string(),
    explorer_address_path: z.string(),
    finality_tag: z.string().nullable(),
    finality_confirmations: z.int(),
    finality_unit: z.string(),
    block_time_ms: z.int(),
    coingecko_platform: z.string().nullable(),
    defillama_id: z.string().nullable(),
    is_active: z.boolean(),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Chain' });

const shortName = /^[a-z][0-9a-z-]{0,31}$/;
const evmChainId = /^[1-9]\d{0,14}$/;

const Path = z
  .string()
  .regex(/^\/[!-~]{0,99}$/, 'expected a path that begins with a slash, such as /tx/')
  .meta({ example: '/tx/' });

/** The id under which a market-data provider knows something. */
const ProviderId = z
  .string()
  .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,99}$/, 'expected an id such as "ethereum"')
  .nullable()
  .meta({ example: 'ethereum' });

/** What may be changed of a chain. Its id and its kind may not: addresses and history are written by them. */
const settable = {
  short_name: z
    .string()
    .regex(shortName, 'expected a name such as "base": lower-case letters, digits and hyphens')
    .meta({ example: 'base' }),
  name: Label(100).meta({ example: 'Base' }),
  explorer_url: z
    .url({ protocol: /^https$/, error: 'expected an https URL, such as https://basescan.org' })
    .max(200)
    .meta({ example: 'https://basescan.org' }),
  explorer_tx_path: Path,
  explorer_address_path: Path.meta({ example: '/address/' }),
  finality_tag: z.enum(['finalized']).nullable(),
  finality_confirmations: z.int().min(0).max(1_000_000).meta({ example: 64 }),
  finality_unit: z.enum(['block', 'slot', 'bitcoin_block']),
  block_time_ms: z.int().min(1).max(86_400_000).meta({ example: 2000 }),
  coingecko_platform: ProviderId,
  defillama_id: ProviderId,
  is_active: z.boolean(),
};

const replaceable = {
  ...settable,
  finality_tag: settable.finality_tag.default(null),
  coingecko_platform: settable.coingecko_platform.default(null),
  defillama_id: settable.defillama_id.default(null),
  is_active: settable.is_active.default(true),
};

const ChainParams = z.strictObject({
  chain_id: z.string().min(1).max(32).meta({ description: 'The chain id or the short name.', example: '1' }),
});

export const listChains = endpoint({
  id: 'chains/list',
  method: 'GET',
  path: '/chains',
  summary: 'List the chains',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: [],
  shapes: { query: z.strictObject(pageQuery), response: page(Chain) },
});

export const getChain = endpoint({
  id: 'chains/get',
  method: 'GET',
  path: '/chains/{chain_id}',
  summary: 'Show a chain',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['ChainError'],
  shapes: { params: ChainParams, response: Chain },
});

export const createChain = endpoint({
  id: 'chains/create',
  method: 'POST',
  path: '/chains',
  summary: 'Add a chain; its native token is added apart, as a token without a contract',
  auth: 'admin',
  role: 'operator',
  status: 201,
  etag: true,
  errors: ['ConflictError'],
  shapes: {
    body: z
      .strictObject({
        chain_id: ChainIdInput.meta({ example: 8453 }),
        kind: z.enum(chainKinds),
        ...replaceable,
      })
      .refine(({ chain_id, kind }) => (kind === 'evm' ? evmChainId : shortName).test(chain_id), {
        error: 'expected the number of an EVM chain, or for other kinds a name such as "solana"',
        path: ['chain_id'],
      }),
    response: Chain,
  },
});

export const replaceChain = endpoint({
  id: 'chains/replace',
  method: 'PUT',
  path: '/chains/{chain_id}',
  summary: 'Replace what is known of a chain; its id and its kind stay',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['ChainError', 'ConflictError'],
  shapes: { params: ChainParams, body: z.strictObject(replaceable), response: Chain },
});

export const changeChain = endpoint({
  id: 'chains/change',
  method: 'PATCH',
  path: '/chains/{chain_id}',
  summary: 'Change what is known of a chain',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['ChainError', 'ConflictError'],
  shapes: { params: ChainParams, body: changesOf(settable), response: Chain },
});

export const deleteChain = endpoint({
  id: 'chains/delete',
  method: 'DELETE',
  path: '/chains/{chain_id}',
  summary: 'Delete a chain that nothing uses',
  auth: 'admin',
  role: 'operator',
  status: 204,
  errors: ['ChainError', 'ConflictError'],
  shapes: { params: ChainParams, response: Nothing },
});
