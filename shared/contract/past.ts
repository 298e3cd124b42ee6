import { Decimal, Instant } from './fields.ts';

/** What history tells of a balance. */
export const pastShape = {
  change_24h_usd: Decimal.nullable().meta({
    description: 'Against the value on the hour a day ago; null where that is unknown.',
  }),
  change_24h_percent: Decimal.nullable(),
  all_time_high_usd: Decimal.nullable().meta({
    description: 'The highest value, by snapshots and now; prices that sources disagree about left out.',
  }),
  all_time_high_at: Instant.nullable(),
};
