/** The instants that history has points at, in UTC: hours, days, weeks from Sunday on, and months. */

export type Interval = 'hour' | 'day' | 'week' | 'month';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The last instant of the grid that is not after `at`; both in milliseconds. */
export const gridFloor = (at: number, interval: Interval): number => {
  if (interval === 'hour') return Math.floor(at / hourMs) * hourMs;
  const day = Math.floor(at / dayMs) * dayMs;
  if (interval === 'day') return day;
  const date = new Date(day);
  return interval === 'week' ? day - date.getUTCDay() * dayMs : day - (date.getUTCDate() - 1) * dayMs;
};

/** The instant of the grid that lies so many steps after another, or before it. */
export const gridStep = (instant: number, interval: Interval, steps: number): number => {
  if (interval === 'month') return new Date(instant).setUTCMonth(new Date(instant).getUTCMonth() + steps);
  return instant + steps * { hour: hourMs, day: dayMs, week: 7 * dayMs }[interval];
};

/** The first instants of the grid from `from` to `to`, both included, at most `most` of them. */
export const gridBetween = (from: number, to: number, interval: Interval, most: number): number[] => {
  const instants: number[] = [];
  const floor = gridFloor(from, interval);
  let instant = floor < from ? gridStep(floor, interval, 1) : floor;
  while (instant <= to && instants.length < most) {
    instants.push(instant);
    instant = gridStep(instant, interval, 1);
  }
  return instants;
};
