import { listActiveChains } from '#shared/adapters/db/chain-records.ts';
import { settings } from '#shared/config.ts';
import { getInfo } from '#shared/contract/info.ts';
import { http } from '#shared/lambda/http.ts';

export const handler = http(getInfo, async ({ db }) => ({
  name: 'BagTracker' as const,
  version: settings().BAGTRACKER_VERSION,
  commit: settings().BAGTRACKER_COMMIT ?? null,
  chains: await listActiveChains(db),
}));
