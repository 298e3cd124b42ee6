import { unlinkTransfer as endpoint } from '#shared/contract/transfers.ts';
import { http } from '#shared/lambda/http.ts';
import { unlinkTransfer } from '#shared/usecases/link-transfer.ts';

export const handler = http(endpoint, ({ db, announced, caller, params, ifMatch }) =>
  unlinkTransfer({ db, announced }, caller, params.link_uuid, ifMatch),
);
