import type { KeptSince } from '#shared/adapters/db/history-recompute.ts';
import { settings } from '#shared/config.ts';

const dayMs = 86_400_000;

/** From when on rows of each kind of snapshot are kept, by the settings; null for ever. */
export const keptSince = (now: Date): KeptSince => {
  const { HISTORY_KEEP_HOURLY_DAYS, HISTORY_KEEP_DAILY_DAYS, ...longer } = settings();
  const since = (days: number) => (days === 0 ? null : new Date(now.getTime() - days * dayMs));
  return {
    hourly: since(HISTORY_KEEP_HOURLY_DAYS),
    daily: since(HISTORY_KEEP_DAILY_DAYS),
    weekly: since(longer.HISTORY_KEEP_WEEKLY_DAYS),
    monthly: since(longer.HISTORY_KEEP_MONTHLY_DAYS),
  };
};
