/** Ways to choose the lot that a disposal consumes. FIFO unless somebody says otherwise. */
export const methods = ['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'] as const;

export type Method = (typeof methods)[number];

/** The method of each tax year, which is a calendar year in UTC: lots that are open at its end go on into the next. */
export interface MethodPlan {
  readonly default: Method;
  readonly years: ReadonlyMap<number, Method>;
}

/** Whether a method chooses lots by what they cost. */
export const isByCost = (method: Method): boolean => method === 'HIFO' || method === 'LOFO';

export const everyYear = (method: Method): MethodPlan => ({ default: method, years: new Map() });

/** A plan from a default and the methods of single years, by the year. */
export const planOf = (usual: Method, years: Readonly<Record<string, Method>>): MethodPlan => ({
  default: usual,
  years: new Map(Object.entries(years).map(([year, method]) => [Number(year), method])),
});

/**
 * The first moment at which two plans choose lots differently, in milliseconds since 1970: the beginning of a year, or
 * -Infinity where their defaults differ. Null where they never do.
 */
export const firstDifference = (left: MethodPlan, right: MethodPlan): number | null => {
  if (left.default !== right.default) return Number.NEGATIVE_INFINITY;
  const years = [...new Set([...left.years.keys(), ...right.years.keys()])].sort((one, other) => one - other);
  const methodIn = (plan: MethodPlan, year: number) => plan.years.get(year) ?? plan.default;
  const first = years.find((year) => methodIn(left, year) !== methodIn(right, year));
  return first === undefined ? null : Date.UTC(first, 0);
};

/** A stretch of time with one method: milliseconds since 1970, the end excluded. */
export interface Period {
  readonly method: Method;
  readonly from: number;
  readonly until: number;
}

/** The tax year of a moment, with its method. */
export const periodAt = ({ default: usual, years }: MethodPlan, at: number): Period => {
  const year = new Date(at).getUTCFullYear();
  return { method: years.get(year) ?? usual, from: Date.UTC(year, 0), until: Date.UTC(year + 1, 0) };
};
