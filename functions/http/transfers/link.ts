import { linkTransfer as endpoint } from '#shared/contract/transfers.ts';
import { http } from '#shared/lambda/http.ts';
import { linkTransfer } from '#shared/usecases/link-transfer.ts';

export const handler = http(endpoint, ({ db, announced, caller, body }) =>
  linkTransfer({ db, announced }, caller, { sentUuid: body.out, receivedUuid: body.in }),
);
