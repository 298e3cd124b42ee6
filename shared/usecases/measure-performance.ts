import type { Db } from '#shared/adapters/db/client.ts';
import { type Movement, movementsOf, tradedBetween } from '#shared/adapters/db/performance-rows.ts';
import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { sum } from '#shared/domain/decimal.ts';
import { flowsOf, type LegFlow } from '#shared/domain/flows.ts';
import { type Course, flowDays, performanceOf } from '#shared/domain/performance.ts';
import { badRequest } from '#shared/errors.ts';
import { type PricedLeg, valuer, withPrices } from './value-at-moments.ts';

const dayMs = 86_400_000;

/** What is read and valued at most; beyond it a shorter time has to do. */
const mostTransactions = 50_000;

/** Beyond so many moments with flows, or prices to look up for them, days are taken as a whole. */
const mostMoments = 1_000;
const mostPrices = 10_000;

/** So much of what is missing is told. */
const mostMissing = 100;

const iso = (at: number) => new Date(at).toISOString();

const totalOf = (flows: readonly LegFlow[], kind: LegFlow['kind']): string | null => {
  const values = flows.filter((flow) => flow.kind === kind).map(({ valueUsd }) => valueUsd);
  return values.includes(null) ? null : sum(values.flatMap((value) => value ?? []));
};

const presentFlow = (flow: LegFlow, priceState: PricedLeg['priceState']) => ({
  at: iso(flow.at),
  kind: flow.kind,
  transaction_uuid: flow.uuid,
  value_usd: flow.valueUsd,
  price_state: priceState,
  fee_usd: flow.feeUsd,
});

/** @throws BadRequestException when the range ends before it begins */
const rangeOf = (query: { from?: string | undefined; to?: string | undefined }, now: Date) => {
  const asked = query.to ? new Date(query.to) : now;
  const to = asked < now ? asked : now;
  const from = query.from ? new Date(query.from) : new Date(Math.max(to.getTime() - 365 * dayMs, 0));
  if (from >= to) throw badRequest('from: expected a time before `to`, in the past');
  return { from, to };
};

/** The course of a portfolio: values at every flow, or, where those are too many, at both ends of each day with flows. */
const courseOf = async (
  db: Db,
  userId: bigint,
  {
    movements,
    traded,
    flows,
    from,
    to,
  }: {
    movements: readonly Movement[];
    traded: readonly PricedLeg[];
    flows: readonly LegFlow[];
    from: number;
    to: number;
  },
) => {
  const byMoment = Map.groupBy(flows, ({ at }) => at);
  const bare = [...byMoment].map(([at, some]) => ({ at, flows: some, valueAfterUsd: null }));
  const outline: Course = { from, to, beginUsd: null, endUsd: null, moments: bare };
  const every = [...new Set([from, ...byMoment.keys(), to])];
  const exact = valuer(db, userId, { movements, traded, instants: every });
  const isDaily = byMoment.size > mostMoments || exact.lookups > mostPrices;
  const ends = flowDays(outline).flatMap(({ beginAt, endAt }) => [beginAt, endAt]);
  const daily = [...new Set([from, ...ends, to])].sort((left, right) => left - right);
  const chosen = isDaily ? valuer(db, userId, { movements, traded, instants: daily }) : exact;
  const { valuedAt, missing } = await chosen.value();
  const valueAt = (at: number) => valuedAt(at).usd;
  const course: Course = {
    ...{ from, to, beginUsd: valueAt(from), endUsd: valueAt(to) },
    moments: bare.map((moment) => ({ ...moment, valueAfterUsd: isDaily ? null : valueAt(moment.at) })),
  };
  const result = performanceOf(course, isDaily ? { valueAt } : undefined);
  return { result, course, missing, pricesAt: (at: number) => valuedAt(at).prices };
};

/**
 * What a portfolio has returned over some time: the last year unless said otherwise. A coin counts while its token is
 * verified; what nobody knows the price of makes null what rests on it, and is told.
 *
 * @throws PortfolioError when there is no such portfolio, or it is another's
 * @throws BadRequestException when the range makes no sense, or has too many transactions
 */
export const measurePerformance = async (
  db: Db,
  userId: bigint,
  portfolioUuid: string,
  query: { from?: string | undefined; to?: string | undefined },
  now: Date,
) => {
  const portfolio = await requirePortfolio(db, userId, portfolioUuid);
  const range = rangeOf(query, now);
  const read = await tradedBetween(db, userId, portfolio.id, { ...range, most: mostTransactions });
  if (read === null) {
    throw badRequest(`from: expected a time with at most ${mostTransactions} transactions up to \`to\``);
  }
  const movements = await movementsOf(db, userId, portfolio.id, range);
  const traded = await withPrices(db, userId, read);
  const [from, to] = [range.from.getTime(), range.to.getTime()];
  // Those of the beginning itself are in its value, and say what it was.
  const flows = flowsOf(traded.filter(({ at }) => at > from));
  const taken = await courseOf(db, userId, { movements, traded, flows, from, to });
  const { result, course, missing, pricesAt } = taken;
  const states = new Map(traded.map(({ uuid, priceState }) => [uuid, priceState]));
  const unvalued = flows.filter(({ valueUsd }) => valueUsd === null);
  return {
    portfolio_uuid: portfolio.uuid,
    from: iso(from),
    to: iso(to),
    begin_value_usd: course.beginUsd,
    begin_prices: pricesAt(from),
    end_value_usd: course.endUsd,
    end_prices: pricesAt(to),
    deposits_usd: totalOf(flows, 'deposit'),
    withdrawals_usd: totalOf(flows, 'withdrawal'),
    purchases_usd: totalOf(flows, 'purchase'),
    sales_usd: totalOf(flows, 'sale'),
    gain_usd: result.gainUsd,
    time_weighted_return: result.timeWeighted,
    time_weighted_return_yearly: result.timeWeightedYearly,
    money_weighted_return: result.moneyWeighted,
    money_weighted_return_yearly: result.moneyWeightedYearly,
    money_weighted_return_reason: result.moneyWeightedReason,
    simple_return: result.simple,
    complete: missing.length === 0 && unvalued.length === 0,
    missing: missing
      .slice(0, mostMissing)
      .map(({ tokenUuid, at }) => ({ token_uuid: tokenUuid, at: iso(at) })),
    steps: result.steps.map((step) => ({
      from: iso(step.beginAt),
      to: iso(step.endAt),
      begin_value_usd: step.beginUsd,
      end_value_usd: step.endUsd,
      end_prices: pricesAt(step.endAt),
      flow_usd: step.flowUsd,
      return: step.return,
      method: step.method,
    })),
    flows: flows.slice(0, mostMoments).map((flow) => presentFlow(flow, states.get(flow.uuid) ?? 'none')),
  };
};
