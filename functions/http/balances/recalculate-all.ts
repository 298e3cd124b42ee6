import { recalculateAll as endpoint } from '#shared/contract/balances.ts';
import { http } from '#shared/lambda/http.ts';
import { recalculateAll } from '#shared/usecases/recalculate-all.ts';

export const handler = http(endpoint, ({ db, announced }) => recalculateAll({ db, announced }));
