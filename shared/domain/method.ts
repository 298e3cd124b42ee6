/** Ways to choose the lot that a disposal consumes. FIFO unless somebody says otherwise. */
export const methods = ['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'] as const;

export type Method = (typeof methods)[number];

/** The method of each tax year, which is a calendar year in UTC: lots that are open at its end go on into the next. */
export interface MethodPlan {
  readonly default: Method;
  readonly years: ReadonlyMap<number, Method>;
}

export const everyYear = (method: Method): MethodPlan => ({ default: method, years: new Map() });

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
