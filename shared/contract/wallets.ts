import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  ChainIdInput,
  changesOf,
  Instant,
  Nothing,
  page,
  pageQuery,
  Username,
  Uuid,
  WalletParams,
} from './fields.ts';

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

const Address = z.string().max(160).meta({ example: exampleAddress });
const AddressInput = z.strictObject({ chain_id: ChainIdInput, address: Address });

const name = z.string().trim().min(1).max(100).meta({ example: 'Cold storage' });
const description = z.string().max(1000).nullable();

export const createWallet = endpoint({
  id: 'wallets/create',
  method: 'POST',
  path: '/wallet',
  summary: 'Create a wallet and the addresses it watches',
  auth: 'user',
  role: 'api',
  status: 201,
  etag: true,
  errors: ['ConflictError'],
  shapes: {
    body: z.strictObject({
      name,
      description: description.optional(),
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
  etag: true,
  errors: ['WalletError'],
  shapes: { params: WalletParams, response: Wallet },
});

export const replaceWallet = endpoint({
  id: 'wallets/replace',
  method: 'PUT',
  path: '/wallet/{wallet_uuid}',
  summary: 'Replace the name and description of a wallet; its addresses have endpoints of their own',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['WalletError'],
  shapes: {
    params: WalletParams,
    body: z.strictObject({ name, description: description.default(null) }),
    response: Wallet,
  },
});

export const changeWallet = endpoint({
  id: 'wallets/change',
  method: 'PATCH',
  path: '/wallet/{wallet_uuid}',
  summary: 'Change the name or description of a wallet',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['WalletError'],
  shapes: { params: WalletParams, body: changesOf({ name, description }), response: Wallet },
});

export const deleteWallet = endpoint({
  id: 'wallets/delete',
  method: 'DELETE',
  path: '/wallet/{wallet_uuid}',
  summary: 'Delete a wallet with its addresses, balances, transactions and imports',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['WalletError'],
  shapes: { params: WalletParams, response: Nothing },
});

export const addChain = endpoint({
  id: 'wallets/add-chain',
  method: 'POST',
  path: '/wallet/{wallet_uuid}/chain',
  summary: 'Have a wallet watch an address on a chain',
  auth: 'user',
  role: 'api',
  status: 201,
  etag: true,
  errors: ['WalletError', 'ConflictError'],
  shapes: { params: WalletParams, body: AddressInput, response: Wallet },
});

export const removeChain = endpoint({
  id: 'wallets/remove-chain',
  method: 'DELETE',
  path: '/wallet/{wallet_uuid}/chain/{chain_id}',
  summary: 'Have a wallet watch nothing on a chain any more; what it holds there stays',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['WalletError', 'ChainError'],
  shapes: { params: WalletParams.extend({ chain_id: ChainIdInput }), response: Nothing },
});

export const listWalletsByAddress = endpoint({
  id: 'wallets/by-address',
  method: 'GET',
  path: '/wallet/address/{address}',
  summary: 'List your wallets that watch an address, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: [],
  shapes: {
    params: z.strictObject({ address: Address }),
    query: z.strictObject({
      ...pageQuery,
      chain_id: ChainIdInput.optional().meta({ description: 'On this chain only.', example: 1 }),
    }),
    response: page(Wallet),
  },
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
