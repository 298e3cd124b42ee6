import { expect, it } from 'vitest';
import { newUser, newWallet, record, request } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { asOperator, expectHeedsIfMatch, itIsForOperators, newToken } from '../operator.ts';
import { purchase } from '../purchase.ts';

itIsForOperators('DELETE', `/tokens/${nobodys}`);

const remove = (uuid: string, headers: Record<string, string> = {}) =>
  asOperator('DELETE', `/tokens/${uuid}`, { headers });

it('deletes a token that nothing uses, and frees its address', async () => {
  const token = await newToken();
  const user = await newUser();
  const { headers } = await request('GET', `/tokens/${token.uuid}`, { token: user.token });
  await expectHeedsIfMatch(headers.get('etag'), (ifMatch) => remove(token.uuid, { 'if-match': ifMatch }));
  expectError(await remove(token.uuid), 404, 'TokenError');
  expect((await newToken({ contract_address: token.contract_address })).uuid).not.toBe(token.uuid);
});

it('says what uses a token that stays', async () => {
  const { uuid, contract_address } = await newToken();
  const user = await newUser();
  await record(user, await newWallet(user), { ...purchase, contract_address });
  await record(user, await newWallet(user), { ...purchase, contract_address });
  expectError(await remove(uuid), 409, 'ConflictError', 'transactions: 2, balances: 2');
});

it('does not know a token that does not exist', async () => {
  expectError(await remove(nobodys), 404, 'TokenError', 'Token not found');
});
