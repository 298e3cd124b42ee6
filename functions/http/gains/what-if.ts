import { simulateSale as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { simulateSale } from '#shared/usecases/simulate-sale.ts';

export const handler = http(endpoint, ({ db, caller, body, now }) =>
  simulateSale(db, caller.userId, body, now),
);
