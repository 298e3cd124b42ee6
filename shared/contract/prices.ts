import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  ChainId,
  Decimal,
  Instant,
  InstantInput,
  Nothing,
  PriceInput,
  page,
  pageQuery,
  priceFields,
  TokenSummary,
  Uuid,
} from './fields.ts';

const TokenParams = z.strictObject({ token_uuid: Uuid });

/** What a user says a token is worth, whatever sources say: for that user only, and from then on. */
const PriceOverride = z
  .strictObject({
    uuid: Uuid,
    token: TokenSummary,
    chain_id: ChainId,
    price_usd: Decimal,
    valid_from: Instant.meta({ description: 'Before that it was worth what it was.' }),
  })
  .meta({ id: 'PriceOverride' });

const PricePoint = z
  .strictObject({
    at: Instant.meta({ description: 'When the price held, as its source tells.' }),
    price_usd: Decimal,
    price_source: z.string().meta({ example: 'coingecko' }),
    is_disputed: z.boolean().meta({ description: 'Whether sources disagreed about it.' }),
  })
  .meta({ id: 'PricePoint' });

export const listPrices = endpoint({
  id: 'prices/list',
  method: 'GET',
  path: '/prices/{token_uuid}',
  summary: 'List what a token was worth, the last price of each interval, the oldest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['TokenError'],
  shapes: {
    params: TokenParams,
    query: z.strictObject({
      from: InstantInput.optional().meta({ description: 'Inclusive; a day before `to` unless given.' }),
      to: InstantInput.optional().meta({ description: 'Inclusive; now unless given.' }),
      interval: z.enum(['raw', 'hour', 'day']).default('hour').meta({
        description:
          'Raw is every moment of which a price is known: 31 days at most, 366 by hour, 3,660 by day.',
      }),
      limit: pageQuery.limit,
      cursor: InstantInput.optional().meta({ description: 'The `next_cursor` of the page before.' }),
    }),
    response: z.strictObject({
      token: TokenSummary,
      chain_id: ChainId,
      current: z.strictObject(priceFields).meta({ description: 'What the token is worth to you now.' }),
      override: PriceOverride.nullable().meta({
        description: 'Your own price, if you have set one; the list is of what sources say.',
      }),
      items: z.array(PricePoint),
      next_cursor: Instant.nullable(),
    }),
  },
});

export const setOverride = endpoint({
  id: 'prices/set-override',
  method: 'PUT',
  path: '/prices/{token_uuid}/override',
  summary: 'Say what a token is worth to you from now on, whatever sources say',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['TokenError', 'ConflictError'],
  shapes: {
    params: TokenParams,
    body: z.strictObject({ price_usd: PriceInput }),
    response: PriceOverride,
  },
});

export const getOverride = endpoint({
  id: 'prices/get-override',
  method: 'GET',
  path: '/prices/{token_uuid}/override',
  summary: 'Show what you have said a token is worth',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['PriceError'],
  shapes: { params: TokenParams, response: PriceOverride },
});

export const removeOverride = endpoint({
  id: 'prices/remove-override',
  method: 'DELETE',
  path: '/prices/{token_uuid}/override',
  summary: 'Take back what you have said a token is worth: from now on sources tell',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['PriceError'],
  shapes: { params: TokenParams, response: Nothing },
});

export const listOverrides = endpoint({
  id: 'prices/overrides',
  method: 'GET',
  path: '/prices/overrides',
  summary: 'List what you have said tokens are worth, the oldest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: [],
  shapes: { query: z.strictObject(pageQuery), response: page(PriceOverride) },
});
