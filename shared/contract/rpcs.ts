import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { ChainId, ChainIdInput, changesOf, Instant, Nothing, page, pageQuery, Uuid } from './fields.ts';

const Rpc = z
  .strictObject({
    uuid: Uuid,
    chain_id: ChainId,
    url: z.string().meta({ description: 'In full: it may hold the key of an account with its provider.' }),
    priority: z.int(),
    is_active: z.boolean(),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Rpc' });

const settable = {
  url: z.string().min(1).max(2048).meta({
    description: 'https on port 443, without credentials, to a public host.',
    example: 'https://ethereum-rpc.publicnode.com/',
  }),
  priority: z.int().min(0).max(1000).meta({ description: 'The lowest is asked first.' }),
  is_active: z.boolean(),
};

const replaceable = {
  ...settable,
  priority: settable.priority.default(0),
  is_active: settable.is_active.default(true),
};

const RpcParams = z.strictObject({ rpc_uuid: Uuid });

export const listRpcs = endpoint({
  id: 'rpcs/list',
  method: 'GET',
  path: '/rpcs',
  summary: 'List the RPC endpoints of all chains or one',
  auth: 'admin',
  role: 'operator',
  status: 200,
  errors: [],
  shapes: {
    query: z.strictObject({ ...pageQuery, chain_id: ChainIdInput.optional() }),
    response: page(Rpc),
  },
});

export const createRpc = endpoint({
  id: 'rpcs/create',
  method: 'POST',
  path: '/rpcs',
  summary: 'Add an RPC endpoint of a chain',
  auth: 'admin',
  role: 'operator',
  status: 201,
  etag: true,
  errors: ['ConflictError'],
  shapes: { body: z.strictObject({ chain_id: ChainIdInput, ...replaceable }), response: Rpc },
});

export const getRpc = endpoint({
  id: 'rpcs/get',
  method: 'GET',
  path: '/rpcs/{rpc_uuid}',
  summary: 'Show an RPC endpoint',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['RpcError'],
  shapes: { params: RpcParams, response: Rpc },
});

export const replaceRpc = endpoint({
  id: 'rpcs/replace',
  method: 'PUT',
  path: '/rpcs/{rpc_uuid}',
  summary: 'Replace an RPC endpoint; its chain stays',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['RpcError', 'ConflictError'],
  shapes: { params: RpcParams, body: z.strictObject(replaceable), response: Rpc },
});

export const changeRpc = endpoint({
  id: 'rpcs/change',
  method: 'PATCH',
  path: '/rpcs/{rpc_uuid}',
  summary: 'Change an RPC endpoint',
  auth: 'admin',
  role: 'operator',
  status: 200,
  etag: true,
  errors: ['RpcError', 'ConflictError'],
  shapes: { params: RpcParams, body: changesOf(settable), response: Rpc },
});

export const deleteRpc = endpoint({
  id: 'rpcs/delete',
  method: 'DELETE',
  path: '/rpcs/{rpc_uuid}',
  summary: 'Delete an RPC endpoint',
  auth: 'admin',
  role: 'operator',
  status: 204,
  errors: ['RpcError'],
  shapes: { params: RpcParams, response: Nothing },
});
