import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  balanceStates,
  Decimal,
  DecimalInput,
  Instant,
  Nothing,
  oneProcessor,
  PriceInput,
  page,
  pageQuery,
  Uuid,
} from './fields.ts';
import { foundation, methods, Row, Totals, Year } from './gain-shapes.ts';

interface Names {
  wallet_uuid?: string | undefined;
  portfolio_uuid?: string | undefined;
}

const notBoth = {
  error: 'expected a wallet or a portfolio, not both',
  path: ['wallet_uuid'],
};
const isNotBoth = ({ wallet_uuid, portfolio_uuid }: Names) =>
  wallet_uuid === undefined || portfolio_uuid === undefined;

export const listGains = endpoint({
  id: 'gains/list',
  method: 'GET',
  path: '/gains',
  summary: "Report a year's realized gains, each row one slice of one lot, as JSON or in Form 8949's columns",
  auth: 'user',
  role: 'api',
  status: 200,
  csv: true,
  memoryMegabytes: oneProcessor,
  errors: ['WalletError', 'PortfolioError', 'PayloadTooLarge'],
  shapes: {
    query: z
      .strictObject({
        year: z.coerce.number('expected a year').int().min(1970).max(9998).meta({ example: 2024 }),
        wallet: Uuid.optional().meta({ description: 'Only this wallet. All that you have unless given.' }),
        portfolio: Uuid.optional().meta({ description: 'Only the wallets of this portfolio.' }),
        format: z.enum(['json', 'csv']).default('json').meta({
          description: 'A CSV file has the whole year, short-term rows first, and is no page.',
        }),
        ...pageQuery,
      })
      .refine(({ wallet, portfolio }) => isNotBoth({ wallet_uuid: wallet, portfolio_uuid: portfolio }), {
        ...notBoth,
        path: ['wallet'],
      }),
    response: page(Row).extend(foundation),
  },
});

/** Neither is all that the caller has. */
const Chosen = z.strictObject({ wallet_uuid: Uuid.optional(), portfolio_uuid: Uuid.optional() });

const Report = z.strictObject({ uuid: Uuid, ...foundation, created_at: Instant });

export const storeReport = endpoint({
  id: 'gains/report',
  method: 'POST',
  path: '/gains/report',
  summary: 'Store a report, so that it can be verified later, transaction by transaction',
  auth: 'user',
  role: 'api',
  status: 201,
  rate: 'heavy',
  memoryMegabytes: oneProcessor,
  errors: ['WalletError', 'PortfolioError', 'ConflictError'],
  shapes: {
    body: Chosen.extend({ year: Year }).refine(isNotBoth, notBoth),
    response: Report.meta({ id: 'GainReport' }),
  },
});

/** Without what may be long, and what is of the moment at which it was stored. */
const StoredReport = Report.omit({ settings: true, state: true }).meta({ id: 'StoredReport' });

export const listReports = endpoint({
  id: 'gains/reports',
  method: 'GET',
  path: '/gains/report',
  summary: 'List the reports that you have stored, the newest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: [],
  shapes: { query: z.strictObject(pageQuery), response: page(StoredReport) },
});

export const deleteReport = endpoint({
  id: 'gains/delete-report',
  method: 'DELETE',
  path: '/gains/report/{report_uuid}',
  summary: 'Delete a stored report: it cannot be verified by its name any more',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['ReportError'],
  shapes: { params: z.strictObject({ report_uuid: Uuid }), response: Nothing },
});

const Difference = z.strictObject({
  name: z.string(),
  reported: z.string().nullable(),
  recomputed: z.string().nullable(),
});

const Changed = z.strictObject({ transaction_uuid: Uuid, change: z.enum(['changed', 'added', 'removed']) });

const versions = z.strictObject({ reported: z.string(), recomputed: z.string() });

export const verifyReport = endpoint({
  id: 'gains/verify',
  method: 'POST',
  path: '/gains/verify',
  summary: 'Recompute a report from its transactions and say whether it is equal, or what has changed',
  auth: 'user',
  role: 'api',
  status: 200,
  rate: 'heavy',
  memoryMegabytes: oneProcessor,
  errors: ['ReportError', 'WalletError', 'PortfolioError'],
  shapes: {
    body: z
      .strictObject({
        report_uuid: Uuid.optional().meta({ description: 'A report that was stored.' }),
        report: z
          .strictObject({ ...foundation, state: foundation.state.optional() })
          .optional()
          .meta({ description: 'What a report has said of itself, but for its rows.' }),
      })
      .refine(({ report_uuid, report }) => (report_uuid === undefined) !== (report === undefined), {
        error: 'expected report_uuid or report, and not both',
        path: ['report_uuid'],
      }),
    response: z
      .strictObject({
        equal: z.boolean(),
        state: z.enum(balanceStates),
        engine_version: versions,
        ledger_hash: versions,
        differences: z.strictObject({
          settings: z.array(Difference),
          totals: z.array(Difference),
          stored_totals: z
            .array(
              z.strictObject({
                name: z.string(),
                stored: z.string().nullable(),
                recomputed: z.string().nullable(),
              }),
            )
            .meta({ description: 'Where the matches that are stored add up to something else.' }),
          transactions_changed: z
            .int()
            .nullable()
            .meta({ description: 'How many; null unless the report was stored.' }),
          transactions: z.array(Changed).nullable().meta({ description: 'The first thousand of them.' }),
        }),
      })
      .meta({ id: 'Verification' }),
  },
});

export const compareMethods = endpoint({
  id: 'gains/compare',
  method: 'POST',
  path: '/gains/compare',
  summary:
    'Replay a wallet, a portfolio or all that you have by every method, side by side; nothing is written',
  auth: 'user',
  role: 'api',
  status: 200,
  rate: 'heavy',
  memoryMegabytes: oneProcessor,
  errors: ['WalletError', 'PortfolioError'],
  shapes: {
    body: Chosen.extend({ year: Year.optional() }).refine(isNotBoth, notBoth),
    response: z
      .strictObject({
        year: Year.nullable().meta({ description: 'The year whose gains these are; null for all years.' }),
        wallet_uuid: Uuid.nullable(),
        portfolio_uuid: Uuid.nullable(),
        transactions: z.int().meta({ description: 'How many were replayed, connected wallets included.' }),
        results: z.array(
          z.strictObject({
            method: z.enum(methods).nullable().meta({
              description: 'Of all years, whatever lots disposals name; null for your own settings.',
            }),
            totals: Totals,
            cost_basis_usd: Decimal.meta({
              description: 'What all that is held now cost, where it is known.',
            }),
            unrealized_gain_usd: Decimal.meta({
              description: 'Of what is held now, where the price and the cost are known.',
            }),
            unvalued_balances: z
              .int()
              .meta({ description: 'Balances of which the price or a cost is unknown: not in that gain.' }),
          }),
        ),
      })
      .meta({ id: 'MethodComparison' }),
  },
});

const Slice = Row.pick({
  ...{ amount: true, term: true, proceeds_usd: true, cost_usd: true },
  ...{ gain_usd: true, gain_usd_min: true, gain_usd_max: true },
}).extend({
  lot_uuid: Uuid,
  acquired_at: Instant,
  long_term_from: Instant.meta({ description: 'From here on a sale of it is long-term.' }),
  days_until_long_term: z
    .int()
    .nonnegative()
    .meta({ description: 'Begun days count; 0 when it is so already.' }),
});

export const simulateSale = endpoint({
  id: 'gains/what-if',
  method: 'POST',
  path: '/gains/what-if',
  summary: 'Show what a sale at this moment would realize, lot by lot; nothing is written',
  auth: 'user',
  role: 'api',
  status: 200,
  memoryMegabytes: oneProcessor,
  errors: ['BalanceError', 'ConflictError'],
  shapes: {
    body: z.strictObject({
      balance_uuid: Uuid,
      amount: DecimalInput,
      price_usd: PriceInput,
      fee_usd: PriceInput.nullable().default(null),
      method: z.enum(methods).optional().meta({ description: "The year's own unless given." }),
    }),
    response: z
      .strictObject({
        balance_uuid: Uuid,
        method: z.enum(methods),
        sold_at: Instant,
        state: z.enum(balanceStates),
        slices: z.array(Slice),
        totals: Totals,
        left: z.strictObject({
          amount: Decimal,
          unknown_basis_amount: Decimal.meta({ description: 'How much of it nobody knows the cost of.' }),
          cost_basis_usd: Decimal.meta({ description: 'As far as it is known.' }),
        }),
      })
      .meta({ id: 'SimulatedSale' }),
  },
});
