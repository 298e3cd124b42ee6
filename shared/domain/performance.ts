/** Returns of a portfolio over time: time-weighted, money-weighted and simple. Money is USD as plain decimals. */
import { Decimal } from './big-decimal.ts';
import { plain } from './decimal.ts';
import { moneyWeighted } from './money-weighted.ts';

/** Money that came in from outside, or went there. A trade is none. */
export interface Flow {
  kind: 'deposit' | 'withdrawal' | 'purchase' | 'sale';
  /** What moved was worth so much; null where nobody knows. */
  valueUsd: string | null;
  /** What a purchase cost on top, or a sale brought less. */
  feeUsd: string;
}

/** A moment at which something came in or went out. */
export interface FlowMoment {
  /** Milliseconds since 1970. */
  at: number;
  flows: readonly Flow[];
  /** What all was worth then, after the flows; null where a price is missing. */
  valueAfterUsd: string | null;
}

/** A part of the time without a flow inside, or a day of many flows. */
interface Step {
  beginAt: number;
  endAt: number;
  beginUsd: string | null;
  /** Before what came in or went out at its end. */
  endUsd: string | null;
  /** What came in at its end, or within the day, less what went out. */
  flowUsd: string | null;
  /** Null where a value is missing, or nothing was invested. */
  return: string | null;
  method: 'exact' | 'modified_dietz';
}

export interface Performance {
  steps: Step[];
  gainUsd: string | null;
  timeWeighted: string | null;
  timeWeightedYearly: string | null;
  moneyWeighted: string | null;
  moneyWeightedYearly: string | null;
  /** Why there is no money-weighted return. */
  moneyWeightedReason: 'missing_price' | 'nothing_invested' | 'no_root' | 'several_roots' | null;
  simple: string | null;
}

export interface Course {
  from: number;
  to: number;
  /** What all was worth at both ends; null where a price is missing. */
  beginUsd: string | null;
  endUsd: string | null;
  /** In order of time, each once; none at `from`, for what came then is in the value. */
  moments: readonly FlowMoment[];
}

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
const zero = new Decimal(0);

/** Half-even to 18 places, as all divisions are shown. */
const shown = (value: Decimal | null): string | null =>
  value === null ? null : plain(value.toDecimalPlaces(18).toFixed());
const exact = (value: Decimal | null): string | null => (value === null ? null : plain(value.toFixed()));
const read = (text: string | null): Decimal | null => (text === null ? null : new Decimal(text));

const isInward = ({ kind }: Flow): boolean => kind === 'deposit' || kind === 'purchase';

/** What came in, fees included, less what went out, without the fees that it cost; null where a value is missing. */
const netOf = (flows: readonly Flow[]): Decimal | null =>
  flows.reduce<Decimal | null>((total, flow) => {
    if (total === null || flow.valueUsd === null) return null;
    const value = isInward(flow) ? total.plus(flow.valueUsd) : total.minus(flow.valueUsd);
    return value.plus(flow.feeUsd);
  }, zero);

const purchaseFees = (flows: readonly Flow[]): Decimal =>
  flows.reduce((total, flow) => (isInward(flow) ? total.plus(flow.feeUsd) : total), zero);

interface Span {
  beginAt: number;
  endAt: number;
  begin: Decimal | null;
  end: Decimal | null;
  /** What came in within the span, with the part of it that lay ahead then. */
  inside: readonly { flow: Decimal | null; weight: Decimal }[];
  after: Decimal | null;
}

/** The return of a span by Modified Dietz, which without flows inside is the plain one; null where there is none. */
const returnOf = ({ begin, end, inside }: Span): Decimal | null => {
  if (begin === null || end === null) return null;
  let [net, invested] = [zero, begin];
  for (const { flow, weight } of inside) {
    if (flow === null) return null;
    net = net.plus(flow);
    invested = invested.plus(flow.times(weight));
  }
  return invested.gt(0) ? end.minus(begin).minus(net).div(invested) : null;
};

/** Whether nothing was there in a span from beginning to end: it neither gains nor loses. */
const isIdle = ({ begin, end, inside }: Span): boolean =>
  begin?.isZero() === true && end?.isZero() === true && inside.length === 0;

/** Between flows nothing but prices and costs changes the value. Fees of sales come before the flow, of purchases after. */
const exactSpans = ({ from, to, beginUsd, endUsd, moments }: Course): Span[] => {
  const spans: Span[] = [];
  let [beginAt, begin] = [from, read(beginUsd)];
  for (const { at, flows, valueAfterUsd } of moments) {
    const [value, net] = [read(valueAfterUsd), netOf(flows)];
    const isEmpty = begin?.isZero() === true;
    const next = value === null ? null : value.plus(purchaseFees(flows));
    // Of nothing, nothing can be lost before the first coin is there: what that cost counts from then on.
    const end = isEmpty ? zero : next === null || net === null ? null : next.minus(net);
    spans.push({ beginAt, endAt: at, begin, end, inside: [], after: net });
    beginAt = at;
    begin = isEmpty ? net : next;
  }
  spans.push({ beginAt, endAt: to, begin, end: read(endUsd), inside: [], after: zero });
  return spans;
};

export interface DailyValues {
  /** What all was worth at the beginning and at the end of such a day, in milliseconds; null where a price is missing. */
  valueAt: (at: number) => string | null;
}

/** The days with flows, in order, each cut to the course's ends. */
export const flowDays = ({ from, to, moments }: Course): { beginAt: number; endAt: number }[] =>
  [...new Set(moments.map(({ at }) => Math.floor(at / dayMs)))].map((day) => ({
    beginAt: Math.max(day * dayMs, from),
    endAt: Math.min((day + 1) * dayMs, to),
  }));

const dailySpans = (course: Course, { valueAt }: DailyValues): Span[] => {
  const spans: Span[] = [];
  let [at, value] = [course.from, read(course.beginUsd)];
  const advance = (endAt: number, inside: Span['inside'] = []) => {
    if (endAt <= at) return;
    const end = read(endAt === course.to ? course.endUsd : valueAt(endAt));
    spans.push({ beginAt: at, endAt, begin: value, end, inside, after: zero });
    [at, value] = [endAt, end];
  };
  const byDay = Map.groupBy(course.moments, (moment) =>
    Math.max(Math.floor(moment.at / dayMs) * dayMs, course.from),
  );
  for (const { beginAt, endAt } of flowDays(course)) {
    advance(beginAt);
    const length = Math.max(endAt - beginAt, 1);
    advance(
      endAt,
      (byDay.get(beginAt) ?? []).map((moment) => ({
        flow: netOf(moment.flows),
        weight: new Decimal(endAt - moment.at).div(length),
      })),
    );
  }
  advance(course.to);
  return spans;
};

const insideNet = ({ inside, after }: Span): Decimal | null =>
  inside.reduce<Decimal | null>((total, { flow }) => (total && flow ? total.plus(flow) : null), after);

const toStep = (span: Span): Step => ({
  beginAt: span.beginAt,
  endAt: span.endAt,
  beginUsd: exact(span.begin),
  endUsd: exact(span.end),
  flowUsd: exact(insideNet(span)),
  return: shown(returnOf(span)),
  method: span.inside.length > 0 ? 'modified_dietz' : 'exact',
});

const chained = (spans: readonly Span[]): Decimal | null =>
  spans
    .filter((span) => !isIdle(span))
    .reduce<Decimal | null>((product, span) => {
      const gained = returnOf(span);
      return product === null || gained === null ? null : product.times(gained.plus(1));
    }, new Decimal(1));

/** A growth over some time as one of a year; null for less than a year, which says little of one. */
const yearly = (growth: Decimal | null, { from, to }: Course): Decimal | null => {
  if (growth === null || to - from < yearMs || growth.lt(0)) return null;
  return growth.isZero() ? new Decimal(-1) : growth.pow(new Decimal(yearMs).div(to - from)).minus(1);
};

/**
 * What a portfolio has returned. Flows are valued when they come; without any, the three returns are one. The simple
 * return is the gain by what was there and what came in. Where a value is missing, what rests on it is null.
 *
 * @param daily where there are too many flows to value everything at each: days with flows are taken as a whole then
 */
export const performanceOf = (course: Course, daily?: DailyValues): Performance => {
  const spans = daily ? dailySpans(course, daily) : exactSpans(course);
  const nets = course.moments.map(({ at, flows }) => ({ at, net: netOf(flows) }));
  const begin = read(course.beginUsd);
  const end = read(course.endUsd);
  const inward = netOf(course.moments.flatMap(({ flows }) => flows.filter(isInward)));
  const net = netOf(course.moments.flatMap(({ flows }) => flows));
  const gain = begin && end && net ? end.minus(begin).minus(net) : null;
  const invested = begin && inward ? begin.plus(inward) : null;
  const isIdleAll = spans.every(isIdle);
  const growth = isIdleAll ? null : chained(spans);
  const payments = [
    { at: course.from, usd: begin?.neg() ?? null },
    ...nets.map(({ at, net: flow }) => ({ at, usd: flow?.neg() ?? null })),
    { at: course.to, usd: end },
  ];
  const weighted = moneyWeighted(payments);
  return {
    steps: spans.map(toStep),
    gainUsd: exact(gain),
    timeWeighted: shown(growth?.minus(1) ?? null),
    timeWeightedYearly: shown(yearly(growth, course)),
    moneyWeighted: shown(weighted.ofPeriod),
    moneyWeightedYearly: shown(weighted.yearly),
    moneyWeightedReason: weighted.reason,
    simple: shown(gain && invested?.gt(0) ? gain.div(invested) : null),
  };
};
