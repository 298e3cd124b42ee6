import * as z from 'zod';
import { Totals } from './balances.ts';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  changesOf,
  Decimal,
  Instant,
  Nothing,
  page,
  pageQuery,
  priceFields,
  TokenSummary,
  Username,
  Uuid,
  WalletParams,
} from './fields.ts';

/** Ways to choose the lot that a disposal consumes. */
export const costBasisMethods = ['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'] as const;

const Method = z.enum(costBasisMethods);

/** The fields of a plan by years: 1970 to 2100, and what holds in all others. */
const planFields = /^(default|19[7-9]\d|20\d\d|2100)$/;

const MethodPlan = z
  .union(
    [
      Method,
      z
        .object({ default: Method })
        .catchall(Method)
        .refine((plan) => Object.keys(plan).every((field) => planFields.test(field)))
        .meta({ propertyNames: { pattern: planFields.source } }),
    ],
    'expected FIFO, LIFO, HIFO, LOFO or AVERAGE, or one for each of some tax years (1970 to 2100) and a default, such as {"default": "FIFO", "2024": "HIFO"}',
  )
  .meta({
    description:
      'What chooses the lots that a disposal consumes: the oldest (FIFO), the youngest (LIFO), the dearest (HIFO), the cheapest (LOFO), or the average of all (AVERAGE); for all years, or by tax year.',
    example: 'FIFO',
  });

const Portfolio = z
  .strictObject({
    uuid: Uuid,
    name: z.string(),
    description: z.string().nullable(),
    cost_basis_method: MethodPlan,
    wallets: z.array(z.strictObject({ uuid: Uuid, name: z.string() })),
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Portfolio' });

const PortfolioParams = z.strictObject({ portfolio_uuid: Uuid });
const PortfolioWalletParams = PortfolioParams.extend(WalletParams.shape);

const name = z.string().trim().min(1).max(100).meta({ example: 'Retirement' });
const description = z.string().max(1000).nullable();

export const createPortfolio = endpoint({
  id: 'portfolios/create',
  method: 'POST',
  path: '/portfolio',
  summary: 'Create a portfolio: some of your wallets, seen as one',
  auth: 'user',
  role: 'api',
  status: 201,
  etag: true,
  errors: ['WalletError', 'ConflictError'],
  shapes: {
    body: z.strictObject({
      name,
      description: description.default(null),
      cost_basis_method: MethodPlan.default('FIFO'),
      wallet_uuids: z.array(Uuid).max(200).default([]).meta({ example: [] }),
    }),
    response: Portfolio,
  },
});

export const getPortfolio = endpoint({
  id: 'portfolios/get',
  method: 'GET',
  path: '/portfolio/{portfolio_uuid}',
  summary: 'Show a portfolio',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['PortfolioError'],
  shapes: { params: PortfolioParams, response: Portfolio },
});

export const replacePortfolio = endpoint({
  id: 'portfolios/replace',
  method: 'PUT',
  path: '/portfolio/{portfolio_uuid}',
  summary: 'Replace the name, description and method of a portfolio; its wallets have endpoints of their own',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['PortfolioError', 'ConflictError'],
  shapes: {
    params: PortfolioParams,
    body: z.strictObject({
      name,
      description: description.default(null),
      cost_basis_method: MethodPlan.default('FIFO'),
    }),
    response: Portfolio,
  },
});

export const changePortfolio = endpoint({
  id: 'portfolios/change',
  method: 'PATCH',
  path: '/portfolio/{portfolio_uuid}',
  summary: 'Change the name, description or method of a portfolio',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['PortfolioError', 'ConflictError'],
  shapes: {
    params: PortfolioParams,
    body: changesOf({ name, description, cost_basis_method: MethodPlan }),
    response: Portfolio,
  },
});

export const deletePortfolio = endpoint({
  id: 'portfolios/delete',
  method: 'DELETE',
  path: '/portfolio/{portfolio_uuid}',
  summary: 'Delete a portfolio; its wallets stay',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['PortfolioError'],
  shapes: { params: PortfolioParams, response: Nothing },
});

export const listPortfolios = endpoint({
  id: 'portfolios/list',
  method: 'GET',
  path: '/user/portfolios/{username}',
  summary: 'List the portfolios of a user, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['UserError'],
  shapes: {
    params: z.strictObject({ username: Username }),
    query: z.strictObject(pageQuery),
    response: page(Portfolio),
  },
});

export const addWallet = endpoint({
  id: 'portfolios/add-wallet',
  method: 'PUT',
  path: '/portfolio/{portfolio_uuid}/wallet/{wallet_uuid}',
  summary: 'Put a wallet into a portfolio',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['PortfolioError', 'WalletError', 'ConflictError'],
  shapes: { params: PortfolioWalletParams, response: Portfolio },
});

export const removeWallet = endpoint({
  id: 'portfolios/remove-wallet',
  method: 'DELETE',
  path: '/portfolio/{portfolio_uuid}/wallet/{wallet_uuid}',
  summary: 'Take a wallet out of a portfolio',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['PortfolioError', 'WalletError'],
  shapes: { params: PortfolioWalletParams, response: Nothing },
});

const Share = Decimal.meta({
  description: 'Of the value, in millionths; all shares add up to 1 (largest remainder).',
  example: '0.333333',
});

const TokenAmount = z.strictObject({ token: TokenSummary, chain_id: ChainId, amount: Decimal });

const Summary = z
  .strictObject({
    portfolio_uuid: Uuid,
    ...Totals.shape,
    change_24h_usd: Decimal.nullable().meta({
      description: 'How much the value has changed; null where nothing is known of the day before.',
    }),
    change_24h_percent: Decimal.nullable().meta({
      description: 'Null also where nothing was worth anything then.',
    }),
    change_24h_complete: z
      .boolean()
      .meta({ description: 'Whether the change covers all that makes the value.' }),
    allocation: z.strictObject({
      by_token: z.array(TokenAmount.extend({ ...priceFields, value_usd: Decimal, share: Share })),
      by_chain: z.array(z.strictObject({ chain_id: ChainId, value_usd: Decimal, share: Share })),
    }),
    unpriced: z.array(TokenAmount.extend({ cost_basis_usd: Decimal.nullable() })),
    unverified: z.array(TokenAmount.extend({ ...priceFields, value_usd: Decimal.nullable() })),
    disputed: z.array(TokenAmount.extend({ ...priceFields, value_usd: Decimal })),
    as_of: Instant,
  })
  .meta({ id: 'PortfolioSummary' });

export const getPortfolioSummary = endpoint({
  id: 'portfolios/summary',
  method: 'GET',
  path: '/portfolio/{portfolio_uuid}/summary',
  summary: 'Show what a portfolio is worth, what it has gained, and what it is made of',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['PortfolioError'],
  shapes: { params: PortfolioParams, response: Summary },
});
