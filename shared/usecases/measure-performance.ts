import type { Db } from '#shared/adapters/db/client.ts';
import { type Movement, movementsOf, tradedBetween } from '#shared/adapters/db/performance-rows.ts';
import { requirePortfolio } from '#shared/adapters/db/portfolios.ts';
import { pricesAt, type TokenMoment } from '#shared/adapters/db/prices-at.ts';
import { formatUnits, product, sum } from '#shared/domain/decimal.ts';
import { flowsOf, type Leg, type LegFlow } from '#shared/domain/flows.ts';
import { type Course, flowDays, performanceOf } from '#shared/domain/performance.ts';
import { badRequest } from '#shared/errors.ts';

const dayMs = 86_400_000;

/** What is read and valued at most; beyond it a shorter time has to do. */
const mostTransactions = 50_000;

/** Beyond so many moments with flows, or prices to look up for them, days are taken as a whole. */
const mostMoments = 1_000;
const mostPrices = 10_000;

/** So much of what is missing is told. */
const mostMissing = 100;

interface Missing {
  tokenUuid: string;
  at: number;
}

/** What there was of each token, and what it was worth, at one moment after another. */
const valuer = async (
  db: Db,
  userId: bigint,
  {
    movements,
    traded,
    instants,
  }: { movements: readonly Movement[]; traded: readonly Leg[]; instants: readonly number[] },
) => {
  const own = new Map(
    traded.flatMap(({ tokenId, at, priceUsd }) => (priceUsd ? [[`${tokenId}@${at}`, priceUsd]] : [])),
  );
  const amounts = new Map<number, { raw: bigint; decimals: number; uuid: string }>();
  const held: (TokenMoment & { amount: string; uuid: string; price: string | null })[] = [];
  let next = 0;
  for (const at of instants) {
    for (let movement = movements[next]; movement && movement.at <= at; movement = movements[next]) {
      const { tokenId, decimals, tokenUuid: uuid, rawAmount } = movement;
      amounts.set(tokenId, { raw: (amounts.get(tokenId)?.raw ?? 0n) + rawAmount, decimals, uuid });
      next += 1;
    }
    for (const [tokenId, { raw, decimals, uuid }] of amounts) {
      if (raw <= 0n) continue;
      const price = own.get(`${tokenId}@${at}`) ?? null;
      held.push({ tokenId, at, uuid, amount: formatUnits(raw, decimals), price });
    }
  }
  const unknown = held.filter(({ price }) => price === null);
  return {
    lookups: unknown.length,
    value: async () => {
      const found = await pricesAt(db, userId, unknown);
      for (const [place, one] of unknown.entries()) one.price = found[place] ?? null;
      const missing: Missing[] = held.flatMap(({ price, uuid, at }) =>
        price === null ? [{ tokenUuid: uuid, at }] : [],
      );
      const byInstant = Map.groupBy(held, ({ at }) => at);
      const values = new Map(
        instants.map((at) => {
          const all = byInstant.get(at) ?? [];
          const worths = all.flatMap(({ amount, price }) => (price === null ? [] : [product(amount, price)]));
          return [at, worths.length === all.length ? sum(worths) : null];
        }),
      );
      return { values, missing };
    },
  };
};

/** Transfers mostly come without a price: they are worth what the token was then. */
const withPrices = async (db: Db, userId: bigint, traded: readonly Leg[]): Promise<Leg[]> => {
  const unpriced = traded.filter(
    ({ priceUsd, type, isInside }) => priceUsd === null && type !== 'FEE' && !isInside,
  );
  const prices = await pricesAt(db, userId, unpriced);
  const found = new Map(unpriced.map(({ uuid }, place) => [uuid, prices[place] ?? null]));
  return traded.map((one) => ({ ...one, priceUsd: one.priceUsd ?? found.get(one.uuid) ?? null }));
};

const iso = (at: number) => new Date(at).toISOString();

const totalOf = (flows: readonly LegFlow[], kind: LegFlow['kind']): string | null => {
  const values = flows.filter((flow) => flow.kind === kind).map(({ valueUsd }) => valueUsd);
  return values.includes(null) ? null : sum(values.flatMap((value) => value ?? []));
};

const presentFlow = (flow: LegFlow) => ({
  at: iso(flow.at),
  kind: flow.kind,
  transaction_uuid: flow.uuid,
  value_usd: flow.valueUsd,
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
    traded: readonly Leg[];
    flows: readonly LegFlow[];
    from: number;
    to: number;
  },
) => {
  const byMoment = Map.groupBy(flows, ({ at }) => at);
  const bare = [...byMoment].map(([at, some]) => ({ at, flows: some, valueAfterUsd: null }));
  const outline: Course = { from, to, beginUsd: null, endUsd: null, moments: bare };
  const every = [...new Set([from, ...byMoment.keys(), to])];
  const exact = await valuer(db, userId, { movements, traded, instants: every });
  const isDaily = byMoment.size > mostMoments || exact.lookups > mostPrices;
  const ends = flowDays(outline).flatMap(({ beginAt, endAt }) => [beginAt, endAt]);
  const daily = [...new Set([from, ...ends, to])].sort((left, right) => left - right);
  const { values, missing } = await (isDaily
    ? await valuer(db, userId, { movements, traded, instants: daily })
    : exact
  ).value();
  const valueAt = (at: number) => values.get(at) ?? null;
  const course: Course = {
    ...{ from, to, beginUsd: valueAt(from), endUsd: valueAt(to) },
    moments: bare.map((moment) => ({ ...moment, valueAfterUsd: isDaily ? null : valueAt(moment.at) })),
  };
  return { result: performanceOf(course, isDaily ? { valueAt } : undefined), course, missing };
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
  const flows = flowsOf(traded);
  const [from, to] = [range.from.getTime(), range.to.getTime()];
  const { result, course, missing } = await courseOf(db, userId, { movements, traded, flows, from, to });
  const unvalued = flows.filter(({ valueUsd }) => valueUsd === null);
  return {
    portfolio_uuid: portfolio.uuid,
    from: iso(from),
    to: iso(to),
    begin_value_usd: course.beginUsd,
    end_value_usd: course.endUsd,
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
      flow_usd: step.flowUsd,
      return: step.return,
      method: step.method,
    })),
    flows: flows.slice(0, mostMoments).map(presentFlow),
  };
};
