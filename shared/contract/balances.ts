import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import {
  BalanceParams,
  balanceStates,
  ChainId,
  Decimal,
  Flag,
  Instant,
  page,
  pageQuery,
  priceFields,
  RawAmount,
  TokenSummary,
  Username,
  Uuid,
  WalletParams,
} from './fields.ts';
import { pastShape } from './past.ts';

/** The position of one wallet in one token. Sums are exact; averages are rounded half-even to 18 places. */
export const Balance = z
  .strictObject({
    uuid: Uuid,
    wallet_uuid: Uuid,
    chain_id: ChainId,
    token: TokenSummary,
    amount: Decimal,
    raw_amount: RawAmount,
    avg_buy_price_usd: Decimal.nullable(),
    avg_sell_price_usd: Decimal.nullable(),
    total_buy_value_usd: Decimal,
    total_sell_value_usd: Decimal,
    cost_basis_usd: Decimal.nullable(),
    realized_pnl_usd: Decimal,
    realized_pnl_usd_min: Decimal.meta({
      description: 'With every unknown cost as high as its proceeds.',
    }),
    realized_pnl_usd_max: Decimal.meta({
      description: 'With every unknown cost at zero.',
    }),
    ...priceFields,
    value_usd: Decimal.nullable(),
    unrealized_pnl_usd: Decimal.nullable(),
    fees_usd: Decimal,
    basis_complete: z.boolean(),
    shortfall: Decimal.meta({ description: 'Quantity disposed of that no lot covers.' }),
    state: z.enum(balanceStates),
    ...pastShape,
  })
  .meta({ id: 'Balance' });

/** The balances of one token in all of a user's wallets, added up. */
const Holding = z
  .strictObject({
    token: TokenSummary,
    chain_id: ChainId,
    is_verified: z.boolean(),
    is_spam: z.boolean(),
    wallets: z.int().meta({ description: 'How many wallets have a balance of it, closed ones included.' }),
    ...Balance.pick({
      amount: true,
      cost_basis_usd: true,
      realized_pnl_usd: true,
      realized_pnl_usd_min: true,
      realized_pnl_usd_max: true,
      price_usd: true,
      price_source: true,
      price_at: true,
      price_state: true,
      value_usd: true,
      unrealized_pnl_usd: true,
      fees_usd: true,
      basis_complete: true,
      shortfall: true,
      state: true,
    }).shape,
  })
  .meta({ id: 'Holding' });

/** What holdings add up to. */
export const Totals = z
  .strictObject({
    value_usd: Decimal.meta({ description: 'Of verified tokens that have a price which nobody disputes.' }),
    cost_basis_usd: Decimal.meta({ description: 'Of the same tokens, as far as it is known.' }),
    unrealized_pnl_usd: Decimal.nullable().meta({
      description: 'Of the same tokens; null where a cost is unknown.',
    }),
    unrealized_pnl_usd_min: Decimal.meta({
      description: 'With every unknown cost as high as the value.',
    }),
    unrealized_pnl_usd_max: Decimal.meta({ description: 'With every unknown cost at zero.' }),
    realized_pnl_usd: Decimal.meta({ description: 'Of all tokens but spam, as far as it is known.' }),
    realized_pnl_usd_min: Balance.shape.realized_pnl_usd_min,
    realized_pnl_usd_max: Balance.shape.realized_pnl_usd_max,
    fees_usd: Decimal.meta({ description: 'Of all tokens but spam.' }),
    unpriced_tokens: z.int().meta({ description: 'Tokens held that have no price: in no value.' }),
    unpriced_cost_basis_usd: Decimal.meta({ description: 'What those cost, as far as it is known.' }),
    unverified_tokens: z.int().meta({ description: 'Tokens held that may not be what they say.' }),
    unverified_value_usd: Decimal.meta({
      description: 'What those of them that have a price would be worth: not in `value_usd`.',
    }),
    stale_tokens: z.int().meta({ description: 'Tokens held whose price is more than an hour old: counted.' }),
    disputed_tokens: z.int().meta({ description: 'Tokens held about whose price sources disagree.' }),
    disputed_value_usd: Decimal.meta({ description: 'What those would be worth: not in `value_usd`.' }),
    spam_tokens: z.int().meta({ description: 'Tokens held that are spam: in no figure.' }),
    basis_complete: z.boolean(),
    state: z.enum(balanceStates),
  })
  .meta({ id: 'Totals' });

const Lot = z
  .strictObject({
    uuid: Uuid,
    acquired_at: Instant,
    transaction_uuid: Uuid,
    amount: Decimal,
    remaining_amount: Decimal,
    unit_cost_usd: Decimal.nullable(),
    cost_usd: Decimal.nullable(),
    remaining_cost_usd: Decimal.nullable(),
    basis_known: z.boolean(),
  })
  .meta({ id: 'Lot' });

const Match = z
  .strictObject({
    uuid: Uuid,
    transaction_uuid: Uuid,
    lot_uuid: Uuid.nullable().meta({ description: 'Null for a shortfall: the part that no lot covers.' }),
    kind: z
      .enum(['SELL', 'TRANSFER_OUT', 'FEE', 'REBASE'])
      .meta({ description: 'A REBASE ends average cost: a lot of the averaged cost goes on.' }),
    method: z.enum(['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE', 'SPECIFIC']).nullable(),
    amount: Decimal,
    cost_usd: Decimal.nullable(),
    proceeds_usd: Decimal.nullable(),
    gain_usd: Decimal.nullable(),
    acquired_at: Instant.nullable(),
    disposed_at: Instant,
    term: z.enum(['short', 'long']).nullable(),
  })
  .meta({ id: 'Match' });

export const listBalances = endpoint({
  id: 'balances/list',
  method: 'GET',
  path: '/balance/wallet/{wallet_uuid}',
  summary: 'List the balances of a wallet; remainders too small to matter are left out unless asked for',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: {
    params: WalletParams,
    query: z.strictObject({ ...pageQuery, dust: Flag }),
    response: page(Balance),
  },
});

export const listHoldings = endpoint({
  id: 'balances/by-token',
  method: 'GET',
  path: '/balance/user/{username}',
  summary: 'List what you have of each token in all your wallets, and what it adds up to',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['UserError'],
  shapes: {
    params: z.strictObject({ username: Username }),
    query: z.strictObject({ ...pageQuery, dust: Flag, spam: Flag }),
    response: page(Holding).extend({ total: Totals }),
  },
});

export const getBalance = endpoint({
  id: 'balances/get',
  method: 'GET',
  path: '/balance/{balance_uuid}',
  summary: 'Show a balance',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['BalanceError'],
  shapes: { params: BalanceParams, response: Balance },
});

export const listLots = endpoint({
  id: 'balances/lots',
  method: 'GET',
  path: '/balance/{balance_uuid}/lots',
  summary: 'List the lots of a balance, the oldest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['BalanceError'],
  shapes: {
    params: BalanceParams,
    query: z.strictObject({ ...pageQuery, open: Flag }),
    response: page(Lot),
  },
});

export const listMatches = endpoint({
  id: 'balances/matches',
  method: 'GET',
  path: '/balance/{balance_uuid}/matches',
  summary: 'List the lot matches of a balance, the oldest disposal first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['BalanceError'],
  shapes: {
    params: BalanceParams,
    query: z.strictObject(pageQuery),
    response: page(Match),
  },
});

export const recalculateWallet = endpoint({
  id: 'balances/recalculate',
  method: 'POST',
  path: '/balance/recalculate/wallet/{wallet_uuid}',
  summary: 'Replay every balance of a wallet from its first transaction',
  auth: 'admin',
  role: 'operator',
  status: 202,
  rate: 'heavy',
  errors: ['WalletError'],
  shapes: {
    params: WalletParams,
    response: z.strictObject({
      wallet_uuid: Uuid,
      balances: z.int(),
      state: z.literal('recalculating'),
    }),
  },
});

export const recalculateAll = endpoint({
  id: 'balances/recalculate-all',
  method: 'POST',
  path: '/balance/recalculate/all',
  summary: 'Replay every balance of every user from its first transaction',
  auth: 'admin',
  role: 'operator',
  status: 202,
  rate: 'heavy',
  errors: [],
  shapes: {
    response: z.strictObject({
      balances: z.int(),
      announced: z
        .int()
        .meta({ description: 'A balance that waits for a replay already is not announced again.' }),
      state: z.literal('recalculating'),
    }),
  },
});
