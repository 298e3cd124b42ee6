/** What the answers about gains are made of. */
import * as z from 'zod';
import { balanceStates, ChainId, Decimal, Instant, Uuid } from './fields.ts';

export const methods = ['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'] as const;
const terms = ['short', 'long'] as const;

const sums = {
  rows: z.int().nonnegative(),
  unknown_cost: z.int().nonnegative().meta({ description: 'Rows of which the cost is unknown.' }),
  unknown_proceeds: z
    .int()
    .nonnegative()
    .meta({ description: 'Rows of which the proceeds are unknown: they are in no sum but the fees.' }),
  proceeds_usd: Decimal,
  cost_usd: Decimal.meta({ description: 'Of the rows of which both sides are known.' }),
  gain_usd: Decimal.meta({ description: 'Of the same rows.' }),
  gain_usd_min: Decimal.meta({ description: 'With every unknown cost as high as its proceeds.' }),
  gain_usd_max: Decimal.meta({ description: 'With every unknown cost at zero.' }),
  fees_usd: Decimal.meta({
    description:
      'What the disposals cost in fees, by which their proceeds are less, and gas at market value.',
  }),
};

const Sums = z.strictObject(sums).meta({ id: 'GainSums' });

export const Totals = z
  .strictObject({
    ...sums,
    short_term: Sums,
    long_term: Sums,
    unknown_term: Sums.meta({ description: 'Shortfalls: what no lot covers has no date of acquisition.' }),
    is_complete: z.boolean().meta({ description: 'Whether no cost and no proceeds are unknown.' }),
  })
  .meta({ id: 'GainTotals' });

const Settings = z
  .strictObject({
    holding_years: z.int().nonnegative().meta({ description: 'Held for longer is long-term.' }),
    wallets: z
      .array(
        z.strictObject({
          wallet_uuid: Uuid,
          method: z.enum(methods),
          years: z.array(z.strictObject({ year: z.int(), method: z.enum(methods) })).max(1000),
        }),
      )
      .max(10_000)
      .meta({ description: 'Of every wallet whose transactions the report rests on, up to its year.' }),
  })
  .meta({ id: 'GainSettings' });

export const Year = z
  .int()
  .min(1970)
  .max(9998)
  .meta({ example: 2024, description: 'A calendar year, in UTC.' });

/** What a report says of itself, beside its rows. */
export const foundation = {
  year: Year,
  wallet_uuid: Uuid.nullable(),
  portfolio_uuid: Uuid.nullable(),
  engine_version: z.string().max(100).meta({ example: 'replay/2' }),
  settings: Settings,
  ledger_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .meta({
      description: 'SHA-256 over all transactions that the figures rest on, and all that decides of each.',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
  state: z.enum(balanceStates),
  totals: Totals,
};

/** One slice of one lot that was sold or spent. */
export const Row = z
  .strictObject({
    uuid: Uuid.meta({ description: 'Of the lot match.' }),
    kind: z.enum(['SELL', 'FEE']),
    amount: Decimal,
    symbol: z.string(),
    chain_id: ChainId,
    token_uuid: Uuid,
    wallet_uuid: Uuid,
    acquired_at: Instant.nullable().meta({ description: 'Null where it is unknown.' }),
    disposed_at: Instant,
    term: z.enum(terms).nullable(),
    method: z.enum([...methods, 'SPECIFIC']).nullable(),
    proceeds_usd: Decimal.nullable(),
    cost_usd: Decimal.nullable(),
    gain_usd: Decimal.nullable(),
    gain_usd_min: Decimal.nullable(),
    gain_usd_max: Decimal.nullable(),
    fee_usd: Decimal,
    balance_uuid: Uuid,
    lot_uuid: Uuid.nullable(),
    transaction_uuid: Uuid.meta({ description: 'What disposed of it.' }),
    acquisition_uuid: Uuid.nullable().meta({
      description:
        'The transaction that opened the lot in this wallet; an own transfer keeps the date and the cost.',
    }),
  })
  .meta({ id: 'Gain' });
