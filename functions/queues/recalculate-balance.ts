import { recalculateBalance } from '#shared/contract/messages.ts';
import { queue } from '#shared/lambda/queue.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';

export const handler = queue(recalculateBalance, ({ db, body }) =>
  handleRecalculation(db, body.balance_uuid),
);
