import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { ChainId, ChainIdInput, Instant, page, pageQuery, Username, Uuid, WalletParams } from './fields.ts';

const exampleAddress = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';

const Wallet = z
  .strictObject({
    uuid: Uuid,
    name: z.string().meta({ example: 'Cold storage' }),
    description: z.string().nullable(),
    addresses: z.array(
      z.strictObject({
        uuid: Uuid,
        chain_id: ChainId,
        address: z.string().meta({ example: exampleAddress }),
      }),
    ),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Wallet' });

const AddressInput = z.strictObject({
  chain_id: ChainIdInput,
  address: z.string().max(160).meta({ example: exampleAddress }),
});

export const createWallet = endpoint({
  id: 'wallets/create',
  method: 'POST',
  path: '/wallet',
  summary: 'Create a wallet and the addresses it watches',
  auth: 'user',
  role: 'api',
  status: 201,
  errors: ['ConflictError'],
  shapes: {
    body: z.strictObject({
      name: z.string().trim().min(1).max(100).meta({ example: 'Cold storage' }),
      description: z.string().max(1000).nullish(),
      addresses: z.array(AddressInput).max(50).default([]),
    }),
    response: Wallet,
  },
});

export const getWallet = endpoint({
  id: 'wallets/get',
  method: 'GET',
  path: '/wallet/{wallet_uuid}',
  summary: 'Show a wallet',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: { params: WalletParams, response: Wallet },
});

export const listWallets = endpoint({
  id: 'wallets/list',
  method: 'GET',
  path: '/user/wallets/{username}',
  summary: 'List the wallets of a user, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['UserError'],
  shapes: {
    params: z.strictObject({ username: Username }),
    query: z.strictObject(pageQuery),
    response: page(Wallet),
  },
});
