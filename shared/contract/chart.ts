import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { InstantInput, oneProcessor, Uuid } from './fields.ts';

export const drawPortfolio = endpoint({
  id: 'portfolios/chart',
  method: 'GET',
  path: '/portfolio/{portfolio_uuid}/chart.svg',
  summary: 'Draw what a portfolio was worth against what it cost, and what it is made of today',
  auth: 'user',
  role: 'api',
  status: 200,
  answers: 'image',
  memoryMegabytes: oneProcessor,
  errors: ['PortfolioError'],
  shapes: {
    params: z.strictObject({ portfolio_uuid: Uuid }),
    query: z.strictObject({
      from: InstantInput.optional().meta({ description: '90 days before `to` unless given.' }),
      to: InstantInput.optional().meta({ description: 'Now unless given.' }),
      interval: z.enum(['hour', 'day', 'week', 'month']).default('day'),
      theme: z.enum(['light', 'dark', 'auto']).default('auto').meta({
        description: 'By `auto` the picture follows what its reader prefers.',
      }),
      width: z.coerce.number().int().min(320).max(2000).default(600).meta({ description: 'In pixels.' }),
    }),
    response: z.string(),
  },
});
