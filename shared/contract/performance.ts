import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Decimal, Instant, InstantInput, oneProcessor, Uuid } from './fields.ts';

const Return = Decimal.nullable().meta({ description: 'As a fraction: 0.1 is ten percent.', example: '0.1' });

const Prices = z
  .strictObject({
    unpriced: z.int().meta({ description: 'Tokens held that had no price: without it there is no value.' }),
    stale: z.int().meta({ description: 'Those whose price was older than an hour: they count.' }),
    disputed: z.int().meta({ description: 'Those whose price sources disagreed about, which is none.' }),
    manual: z.int().meta({ description: 'Those with a price of your own.' }),
  })
  .meta({
    id: 'PricesThen',
    description:
      'What the prices were that a value rests on. What a transaction of that very moment says goes before them.',
  });

const Performance = z
  .strictObject({
    portfolio_uuid: Uuid,
    from: Instant,
    to: Instant,
    begin_value_usd: Decimal.nullable().meta({ description: 'Null where a price is missing.' }),
    begin_prices: Prices,
    end_value_usd: Decimal.nullable(),
    end_prices: Prices,
    deposits_usd: Decimal.nullable().meta({
      description:
        'What was transferred in from elsewhere, other wallets of yours included, at its value then.',
    }),
    withdrawals_usd: Decimal.nullable(),
    purchases_usd: Decimal.nullable().meta({
      description: 'What was bought and not paid for in the same trade.',
    }),
    sales_usd: Decimal.nullable(),
    gain_usd: Decimal.nullable().meta({
      description: 'What the value has grown by, beyond what came in and went out.',
    }),
    time_weighted_return: Return,
    time_weighted_return_yearly: Return.meta({ description: 'Null for less than a year.' }),
    money_weighted_return: Return.meta({
      description: 'Of the whole time: as the yearly one, over as long.',
    }),
    money_weighted_return_yearly: Return.meta({
      description: 'XIRR, by actual days of years that have 365.',
    }),
    money_weighted_return_reason: z
      .enum(['missing_price', 'nothing_invested', 'no_root', 'several_roots'])
      .nullable()
      .meta({ description: 'Why there is none.' }),
    simple_return: Return.meta({
      description: 'The gain by the value at the beginning and what came in since.',
    }),
    complete: z.boolean().meta({ description: 'Whether no price is missing; old ones count.' }),
    missing: z
      .array(z.strictObject({ token_uuid: Uuid, at: Instant }))
      .meta({ description: 'Prices that nobody knows, or sources disagree about; the first hundred.' }),
    steps: z.array(
      z.strictObject({
        from: Instant,
        to: Instant,
        begin_value_usd: Decimal.nullable(),
        end_value_usd: Decimal.nullable().meta({
          description: 'Before what came in or went out at its end.',
        }),
        end_prices: Prices,
        flow_usd: Decimal.nullable().meta({
          description:
            'What came in at its end, less what went out; by `modified_dietz`, in the course of it.',
        }),
        return: Return,
        method: z.enum(['exact', 'modified_dietz']),
      }),
    ),
    flows: z
      .array(
        z.strictObject({
          at: Instant,
          kind: z.enum(['deposit', 'withdrawal', 'purchase', 'sale']),
          transaction_uuid: Uuid,
          value_usd: Decimal.nullable(),
          price_state: z.enum(['transaction', 'manual', 'current', 'stale', 'disputed', 'none']).meta({
            description: 'Of the price that it is valued at: its own, else that of the token then.',
          }),
          fee_usd: Decimal,
        }),
      )
      .meta({ description: 'The first thousand.' }),
  })
  .meta({ id: 'Performance' });

export const getPerformance = endpoint({
  id: 'portfolios/performance',
  method: 'GET',
  path: '/portfolio/{portfolio_uuid}/performance',
  summary: 'Measure what a portfolio has returned: time-weighted, money-weighted and simple, step by step',
  auth: 'user',
  role: 'api',
  status: 200,
  memoryMegabytes: oneProcessor,
  errors: ['PortfolioError'],
  shapes: {
    params: z.strictObject({ portfolio_uuid: Uuid }),
    query: z.strictObject({
      from: InstantInput.optional().meta({ description: 'A year before `to` unless given.' }),
      to: InstantInput.optional().meta({ description: 'Now unless given.' }),
    }),
    response: Performance,
  },
});
