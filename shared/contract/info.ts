import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { ChainId } from './fields.ts';

export const getInfo = endpoint({
  id: 'info/get',
  method: 'GET',
  path: '/info',
  summary: 'Tell which version this is, and which chains it knows',
  auth: 'public',
  role: 'api',
  status: 200,
  errors: [],
  shapes: {
    response: z
      .strictObject({
        name: z.literal('BagTracker'),
        version: z.string(),
        commit: z.string().nullable(),
        chains: z.array(z.strictObject({ chain_id: ChainId, name: z.string() })),
      })
      .meta({ id: 'Info' }),
  },
});
