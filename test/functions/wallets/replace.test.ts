import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { expectIfMatch, expectOneWins } from '../if-match.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user, [{ chain_id: 1, address }]);
});

const replace = (body: unknown, by = user, uuid = wallet.uuid) =>
  request('PUT', `/wallet/${uuid}`, { token: by.token, body });

describe('replacing a wallet', () => {
  it('gives it another name and description, and leaves its addresses alone', async () => {
    const answer = await replace({ name: ' Savings ', description: 'for later' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...wallet,
      name: 'Savings',
      description: 'for later',
      updated_at: answer.body.updated_at,
    });
    expect(answer.body.updated_at > wallet.updated_at).toBe(true);
    const shown = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
    expect(shown.body).toEqual(answer.body);
    expect(shown.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('leaves no description where none is given', async () => {
    await replace({ name: 'Main', description: 'old' });
    expect((await replace({ name: 'Main' })).body.description).toBeNull();
  });

  it.each([
    ['name', {}],
    ['name', { name: ' ' }],
    ['description', { name: 'x', description: 'x'.repeat(1001) }],
    ['addresses', { name: 'x', addresses: [] }],
    ['user_id', { name: 'x', user_id: 1 }],
    ['uuid', { name: 'x', uuid: nobodys }],
  ])('refuses a wrong %s', async (field, body) => {
    expectFault(await replace(body), field);
  });

  it("is the same 404 for another's wallet as for none", async () => {
    const stranger = await newUser();
    expectError(await replace({ name: 'Mine' }, stranger), 404, 'WalletError', 'Wallet not found');
    expectError(await replace({ name: 'Mine' }, user, nobodys), 404, 'WalletError', 'Wallet not found');
  });

  it('heeds If-Match', () =>
    expectIfMatch(user, `/wallet/${wallet.uuid}`, { method: 'PUT', body: { name: 'Next' } }));

  it('lets one of two changes at once through', () =>
    expectOneWins(user, `/wallet/${wallet.uuid}`, [{ name: 'One' }, { name: 'Two' }]));

  it('counts an address that was added meanwhile as a change', async () => {
    const { headers } = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
    await request('POST', `/wallet/${wallet.uuid}/chain`, {
      token: user.token,
      body: { chain_id: 56, address },
    });
    const answer = await request('PUT', `/wallet/${wallet.uuid}`, {
      token: user.token,
      headers: { 'if-match': headers.get('etag') ?? '' },
      body: { name: 'Late' },
    });
    expectError(answer, 412, 'PreconditionFailed');
  });
});
