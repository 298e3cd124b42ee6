import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  BalanceParams,
  Decimal,
  Instant,
  InstantInput,
  pageQuery,
  priceFields,
  Username,
  Uuid,
  WalletParams,
} from './fields.ts';

const intervals = ['hour', 'day', 'week', 'month'] as const;

const range = {
  from: InstantInput.optional().meta({ description: 'Inclusive; 30 days before `to` unless given.' }),
  to: InstantInput.optional().meta({ description: 'Inclusive; now unless given.' }),
};

const query = {
  ...range,
  as_of: InstantInput.optional().meta({
    description: 'Instead of `from` and `to`: the one last point that is not after this moment.',
  }),
  fill: z.enum(['none', 'previous']).default('none').meta({
    description: 'Whether gaps show the last known point before them, at most a thousand intervals old.',
  }),
  limit: pageQuery.limit,
  cursor: InstantInput.optional().meta({ description: 'The `next_cursor` of the page before.' }),
};

interface Moments {
  from?: string | undefined;
  to?: string | undefined;
  as_of?: string | undefined;
}

const isOneOrTheOther = ({ as_of, from, to }: Moments) =>
  as_of === undefined || (from === undefined && to === undefined);
const oneOrTheOther = { error: 'expected as_of, or from and to, not both', path: ['as_of'] };

const Query = z
  .strictObject({ ...query, interval: z.enum(intervals).default('hour') })
  .refine(isOneOrTheOther, oneOrTheOther);

const figures = {
  at: Instant,
  value_usd: Decimal.nullable().meta({
    description: 'Of verified tokens whose price is known and undisputed; null in a gap.',
  }),
  cost_basis_usd: Decimal.nullable().meta({ description: 'Of the same coins, as far as it is known.' }),
  realized_pnl_usd: Decimal.nullable().meta({ description: 'Of all tokens but spam, up to then.' }),
  unrealized_pnl_usd: Decimal.nullable().meta({
    description: 'Of the same coins as the value; null where a cost is unknown.',
  }),
  complete: z.boolean().meta({
    description:
      'False in a gap, where a price is missing or disputed, and while the past is being recomputed after a change.',
  }),
  realized_complete: z.boolean().meta({
    description:
      'False in a gap, and from when on something was disposed of at a cost or price that is unknown: `realized_pnl_usd` is what is known.',
  }),
  carried: z.boolean().meta({ description: 'Whether it is an earlier point that stands in a gap.' }),
  filled: z.boolean().meta({ description: 'Whether a missed snapshot was made up for later.' }),
  recomputed_at: Instant.nullable().meta({
    description: 'When a back-dated change last altered what this point says.',
  }),
};

const Point = z
  .strictObject({
    ...figures,
    unpriced: z.int().meta({ description: 'Balances of verified tokens that had no price: in no value.' }),
    stale: z.int().meta({ description: 'Those whose price was older than an hour: they count.' }),
    disputed: z.int().meta({ description: 'Those whose price sources disagreed about: in no value.' }),
  })
  .meta({ id: 'HistoryPoint' });

const BalancePoint = z
  .strictObject({
    ...figures,
    value_usd: Decimal.nullable(),
    cost_basis_usd: Decimal.nullable(),
    realized_pnl_usd: Decimal.nullable(),
    unrealized_pnl_usd: Decimal.nullable().meta({ description: 'Null where a cost is unknown.' }),
    amount: Decimal.nullable().meta({ description: 'Null in a gap.' }),
    ...priceFields,
  })
  .meta({ id: 'BalanceHistoryPoint' });

const pageOf = <T extends z.ZodType>(point: T) =>
  z.strictObject({ items: z.array(point), next_cursor: Instant.nullable() });

export const listBalanceHistory = endpoint({
  id: 'balances/history',
  method: 'GET',
  path: '/balance/history/{balance_uuid}',
  summary: 'List what a balance was and was worth, hour by hour to month by month, or at its transactions',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['BalanceError'],
  shapes: {
    params: BalanceParams,
    query: z
      .strictObject({
        ...query,
        interval: z
          .enum([...intervals, 'transaction'])
          .default('hour')
          .meta({
            description: 'By `transaction` the points are the times of its transactions.',
          }),
      })
      .refine(isOneOrTheOther, oneOrTheOther),
    response: pageOf(BalancePoint),
  },
});

export const listWalletHistory = endpoint({
  id: 'wallets/history',
  method: 'GET',
  path: '/wallet/history/{wallet_uuid}',
  summary: 'List what a wallet was worth and had gained, hour by hour to month by month',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: { params: WalletParams, query: Query, response: pageOf(Point) },
});

export const listPortfolioHistory = endpoint({
  id: 'portfolios/history',
  method: 'GET',
  path: '/portfolio/history/{portfolio_uuid}',
  summary: 'List what a portfolio was worth and had gained, hour by hour to month by month',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['PortfolioError'],
  shapes: { params: z.strictObject({ portfolio_uuid: Uuid }), query: Query, response: pageOf(Point) },
});

export const listUserHistory = endpoint({
  id: 'users/history',
  method: 'GET',
  path: '/user/history/{username}',
  summary: 'List what all that you have was worth and had gained, hour by hour to month by month',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['UserError'],
  shapes: { params: z.strictObject({ username: Username }), query: Query, response: pageOf(Point) },
});
