import type { Db } from '#shared/adapters/db/client.ts';
import { insertBalanceSnapshots } from '#shared/adapters/db/history.ts';
import { settings } from '#shared/config.ts';

const hourMs = 3_600_000;

/**
 * Writes the hourly history for the hour that a schedule was for. Delivered late or twice, it is the same hour, and a
 * second delivery writes nothing new.
 */
export const takeHourlySnapshot = async (db: Db, scheduledAt: Date) => {
  const hour = new Date(Math.floor(scheduledAt.getTime() / hourMs) * hourMs);
  const written = await insertBalanceSnapshots(db, 'hourly', hour, settings().DUST_THRESHOLD);
  return { snapshot_date: hour.toISOString(), written };
};
