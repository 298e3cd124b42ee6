import { requireBalance } from '#shared/adapters/db/balances.ts';
import type { Db } from '#shared/adapters/db/client.ts';
import { allOpenLots, firstOpenLots, isIndexed } from '#shared/adapters/db/ledger-lots.ts';
import { type LedgerState, ledgerStates } from '#shared/adapters/db/ledger-states.ts';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { uuidOf } from '#shared/adapters/db/numbered.ts';
import { decimalPlaces, formatUnits, parseUnits, pricePlaces } from '#shared/domain/decimal.ts';
import { addGains, countMatch, gainOf, noGains } from '#shared/domain/gains.ts';
import { longTermFrom } from '#shared/domain/holding-period.ts';
import { type Ledger, type LedgerEvent, ledgerFrom, type Match } from '#shared/domain/ledger.ts';
import type { Lot } from '#shared/domain/lot.ts';
import { isByCost, type Method, periodAt } from '#shared/domain/method.ts';
import { replay } from '#shared/domain/replay.ts';
import { AppError, fault, notFound } from '#shared/errors.ts';
import { presentGains } from './gain-report.ts';

interface Sale {
  balance_uuid: string;
  amount: string;
  price_usd: string;
  fee_usd: string | null;
  method?: Method | undefined;
}

const dayMs = 86_400_000;

/** Numbers of the lots that a sale alone would open: beyond all that there are. */
const nextLot = 2 ** 47;

/** A state in which a sale can be tried out, and the method it would have. */
const requireState = async (db: Db, userId: bigint, sale: Sale, now: Date) => {
  const balance = await requireBalance(db, userId, sale.balance_uuid);
  const [state] = await ledgerStates(db, userId, [balance.id]);
  if (!state) throw notFound('Balance');
  const { decimals } = state.scale;
  if (decimals !== balance.decimals) {
    throw new AppError(
      'ConflictError',
      "The token's decimals were corrected, and this balance waits for its replay: try again in a moment",
    );
  }
  if (decimalPlaces(sale.amount) > decimals) {
    throw fault('amount', `expected at most ${decimals} decimal places for ${state.symbol}`);
  }
  const quantity = parseUnits(sale.amount, decimals);
  if (quantity === 0n || quantity > state.totals.quantity) {
    const most = formatUnits(state.totals.quantity, decimals);
    throw fault('amount', `expected more than 0, and at most the ${most} ${state.symbol} that are held`);
  }
  const isPooled = state.pooledAt !== null;
  const usual = periodAt(state.plan, now.getTime()).method;
  const method = sale.method ?? usual;
  if (isPooled && usual === 'AVERAGE' && method !== 'AVERAGE') {
    throw fault('method', 'expected AVERAGE: costs of this year are pooled already; compare methods instead');
  }
  return { state, quantity, method, isPooled };
};

type Ready = Awaited<ReturnType<typeof requireState>>;

/** The first lots will do where an index has the method's order; that by cost, once a replay has written it. */
const lotsFor = async (db: Db, { state, quantity, method, isPooled }: Ready): Promise<readonly Lot[]> => {
  const isWritten = !isByCost(method) || state.dirtySince === null;
  if (isWritten && isIndexed(method, state.plan, isPooled))
    return firstOpenLots(db, state, { quantity, method });
  const all = await allOpenLots(db, new Map([[state.balanceId, state.scale]]));
  return all.get(state.balanceId) ?? [];
};

const sell = (lots: readonly Lot[], { state, quantity, method }: Ready, sale: Sale, now: Date) => {
  const { balanceId, scale } = state;
  const { pooledAt } = state;
  const opening = { lots, pooledAt, totals: { ...state.totals }, nextLot, nextMatch: 1 };
  // Of earlier years the plan holds: it tells which lots a pool is made of.
  const years = new Map([...state.plan.years, [now.getUTCFullYear(), method] as const]);
  const ledger = ledgerFrom(balanceId, scale, opening, { default: state.plan.default, years });
  const event: LedgerEvent = {
    ...{ id: 0, balanceId, type: 'SELL', quantity, arrives: null, value: null, selections: null },
    ...{ timestamp: now.getTime(), blockNumber: null, transactionIndex: null, transferIndex: null },
    ...{ sourceKey: '', receivesFrom: null },
    price: parseUnits(sale.price_usd, pricePlaces),
    fee: parseUnits(sale.fee_usd ?? '0', scale.moneyPlaces),
  };
  replay([event], new Map([[balanceId, ledger]]));
  return ledger;
};

/** Leaving average cost closes each lot, and another goes on: it is called by the name of the one there is. */
const lotNumbers = ({ newLots, matches }: Ledger): Map<number, number> => {
  const closed = matches.filter(({ kind }) => kind === 'REBASE');
  return new Map(newLots.map(({ sequence }, place) => [sequence, closed[place]?.lot?.sequence ?? 0]));
};

const presentSlice = (
  match: Match,
  { uuid, scale }: LedgerState,
  numbers: Map<number, number>,
  now: Date,
) => {
  const { lot, term } = match;
  if (lot === null || term === null) throw new Error('a sale of what is held found no lot for it');
  const usd = (units: bigint | null) => (units === null ? null : formatUnits(units, scale.moneyPlaces));
  const [proceeds, cost] = [usd(match.proceeds), usd(match.cost)];
  const { gain, min, max } = gainOf(proceeds, cost);
  const longFrom = longTermFrom(lot.acquiredAt);
  return {
    lot_uuid: uuidOf(uuid, 'lot', BigInt(numbers.get(lot.sequence) ?? lot.sequence)),
    acquired_at: new Date(lot.acquiredAt).toISOString(),
    amount: formatUnits(match.quantity, scale.decimals),
    proceeds_usd: proceeds,
    cost_usd: cost,
    gain_usd: gain,
    gain_usd_min: min,
    gain_usd_max: max,
    term,
    long_term_from: new Date(longFrom).toISOString(),
    days_until_long_term: Math.max(0, Math.ceil((longFrom - now.getTime()) / dayMs)),
  };
};

/**
 * What a sale at this moment would realize, lot by lot, from the last complete state of the balance. Nothing is written.
 *
 * @throws BalanceError; BadRequestException for more than is held, and for a method that the year's pooled costs rule out
 */
export const simulateSale = async (db: Db, userId: bigint, sale: Sale, now: Date) => {
  await lockLedgers(db, userId);
  const ready = await requireState(db, userId, sale, now);
  const { state, method } = ready;
  const { scale } = state;
  const ledger = sell(await lotsFor(db, ready), ready, sale, now);
  const gains = noGains();
  for (const match of ledger.matches) countMatch(gains, match);
  const numbers = lotNumbers(ledger);
  const slices = ledger.matches.filter(({ kind }) => kind === 'SELL');
  const { quantity, unknownQuantity, cost } = ledger.totals;
  return {
    balance_uuid: state.uuid,
    method,
    sold_at: now.toISOString(),
    state: state.dirtySince === null ? ('current' as const) : ('recalculating' as const),
    slices: slices.map((match) => presentSlice(match, state, numbers, now)),
    totals: presentGains(addGains([{ gains, moneyPlaces: scale.moneyPlaces }])),
    left: {
      amount: formatUnits(quantity, scale.decimals),
      unknown_basis_amount: formatUnits(unknownQuantity, scale.decimals),
      cost_basis_usd: formatUnits(cost, scale.moneyPlaces),
    },
  };
};
