/** What disposals have realized, added up by holding period; what is unknown is an interval, never a silent zero. */
import { difference, formatUnits, sum } from './decimal.ts';
import type { Match } from './ledger.ts';

/** A shortfall has no date of acquisition, and so no term. */
export type GainTerm = 'short' | 'long' | 'unknown';

/** Sums over slices that were sold or spent. */
export interface GainSums<Money> {
  rows: number;
  /** Slices whose cost is unknown. */
  unknownCost: number;
  /** Slices whose proceeds are unknown: they are in no sum but that of the fees. */
  unknownProceeds: number;
  proceeds: Money;
  /** Cost of slices of which both sides are known. */
  cost: Money;
  /** Gain of the same slices. */
  gain: Money;
  /** With every unknown cost as high as its proceeds. */
  gainMin: Money;
  /** With every unknown cost at zero. */
  gainMax: Money;
  /** Fees of the disposals, and what was spent as gas, at its market value. */
  fees: Money;
}

export type Gains = Record<GainTerm, GainSums<string>>;

const counts = ['rows', 'unknownCost', 'unknownProceeds'] as const;
const moneys = ['proceeds', 'cost', 'gain', 'gainMin', 'gainMax', 'fees'] as const;

const noCounts = { rows: 0, unknownCost: 0, unknownProceeds: 0 };

const none = (): GainSums<bigint> => ({
  ...noCounts,
  ...{ proceeds: 0n, cost: 0n, gain: 0n, gainMin: 0n, gainMax: 0n, fees: 0n },
});

/** Sums in the money of one ledger. */
export type LedgerGains = Record<GainTerm, GainSums<bigint>>;

export const noGains = (): LedgerGains => ({ short: none(), long: none(), unknown: none() });

/** Counts a match, if it realizes anything. */
export const countMatch = (gains: LedgerGains, { kind, term, cost, proceeds, fee }: Match): void => {
  if (kind !== 'SELL' && kind !== 'FEE') return;
  const sums = gains[term ?? 'unknown'];
  sums.rows += 1;
  sums.fees += fee;
  if (cost === null) sums.unknownCost += 1;
  if (proceeds === null) {
    sums.unknownProceeds += 1;
    return;
  }
  sums.proceeds += proceeds;
  if (kind === 'FEE') sums.fees += proceeds;
  if (cost === null) {
    if (proceeds > 0n) sums.gainMax += proceeds;
    else sums.gainMin += proceeds;
    return;
  }
  const gain = proceeds - cost;
  sums.cost += cost;
  sums.gain += gain;
  sums.gainMin += gain;
  sums.gainMax += gain;
};

/** Adds sums of any number of ledgers; none give zeros. */
export const addSums = (all: readonly GainSums<string>[]): GainSums<string> => {
  const total: GainSums<string> = {
    ...noCounts,
    ...{ proceeds: '0', cost: '0', gain: '0', gainMin: '0', gainMax: '0', fees: '0' },
  };
  for (const key of counts) for (const each of all) total[key] += each[key];
  for (const key of moneys) total[key] = sum(all.map((each) => each[key]));
  return total;
};

const inDecimals = (sums: GainSums<bigint>, moneyPlaces: number): GainSums<string> => {
  const figures = moneys.map((key) => [key, formatUnits(sums[key], moneyPlaces)]);
  return { ...sums, ...Object.fromEntries(figures) };
};

/** Adds the gains of ledgers, each in its own money, exactly. */
export const addGains = (ledgers: readonly { gains: LedgerGains; moneyPlaces: number }[]): Gains => {
  const of = (term: GainTerm) =>
    addSums(ledgers.map(({ gains, moneyPlaces }) => inDecimals(gains[term], moneyPlaces)));
  return { short: of('short'), long: of('long'), unknown: of('unknown') };
};

/** The gain of one slice, and between what it lies; all null where the proceeds are unknown. In USD. */
export const gainOf = (
  proceeds: string | null,
  cost: string | null,
): { gain: string | null; min: string | null; max: string | null } => {
  if (proceeds === null) return { gain: null, min: null, max: null };
  if (cost === null) {
    return proceeds.startsWith('-')
      ? { gain: null, min: proceeds, max: '0' }
      : { gain: null, min: '0', max: proceeds };
  }
  const gain = difference(proceeds, cost);
  return { gain, min: gain, max: gain };
};

/** The bounds of a tax year, which is a calendar year in UTC: milliseconds since 1970, the end excluded. */
export const yearBounds = (year: number): { from: number; until: number } => ({
  from: Date.UTC(year, 0),
  until: Date.UTC(year + 1, 0),
});
