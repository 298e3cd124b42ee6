import { createWallet as endpoint } from '#shared/contract/wallets.ts';
import { http } from '#shared/lambda/http.ts';
import { createWallet } from '#shared/usecases/create-wallet.ts';

export const handler = http(endpoint, ({ db, caller, body }) => createWallet(db, caller.userId, body));
