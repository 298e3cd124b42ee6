import { beforeEach, describe, expect, it } from 'vitest';
import { quotas } from '#shared/adapters/db/belongings.ts';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { rowsOf, sql } from '../database.ts';

const vitalik = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const solana = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const add = (
  body: unknown,
  options: { by?: TestUser; to?: string; headers?: Record<string, string> } = {},
) => {
  const { by = user, to = wallet.uuid, headers = {} } = options;
  return request('POST', `/wallet/${to}/chain`, { token: by.token, body, headers });
};

describe('watching one more address', () => {
  it('answers the wallet with it, in the canonical form of its chain', async () => {
    const answer = await add({ chain_id: 1, address: ` ${vitalik.toLowerCase()}` });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ ...wallet, addresses: [{ uuid: aUuid, chain_id: 1, address: vitalik }] });
    const shown = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
    expect(shown.body).toEqual(answer.body);
    expect(shown.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('takes several on one chain, and one on several', async () => {
    await add({ chain_id: 1, address: vitalik });
    await add({ chain_id: '56', address: vitalik });
    await add({ chain_id: 1, address: `0x${'1'.repeat(40)}` });
    const { body } = await add({ chain_id: 'solana', address: solana });
    expect(body.addresses.map((one: Json) => [one.chain_id, one.address])).toEqual([
      [1, vitalik],
      [56, vitalik],
      [1, `0x${'1'.repeat(40)}`],
      ['solana', solana],
    ]);
  });

  it('is the same answer for the same address again', async () => {
    const first = await add({ chain_id: 1, address: vitalik });
    const again = await add({ chain_id: 1, address: vitalik.toLowerCase() });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it('happens once under one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await add({ chain_id: 1, address: vitalik }, { headers });
    await request('DELETE', `/wallet/${wallet.uuid}/chain/1`, { token: user.token });
    const again = await add({ chain_id: 1, address: vitalik }, { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
    const shown = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
    expect(shown.body.addresses).toEqual([]);
  });

  it('is refused while another wallet of the user watches it, and only then', async () => {
    await add({ chain_id: 1, address: vitalik });
    const other = await newWallet(user);
    const refused = await add({ chain_id: 1, address: vitalik }, { to: other.uuid });
    expectError(refused, 409, 'ConflictError', `"Main" watches ${vitalik}`);
    expect((await add({ chain_id: 56, address: vitalik }, { to: other.uuid })).status).toBe(201);
    const stranger = await newUser();
    const theirs = await newWallet(stranger);
    const allowed = await add({ chain_id: 1, address: vitalik }, { by: stranger, to: theirs.uuid });
    expect(allowed.status).toBe(201);
    await request('DELETE', `/wallet/${wallet.uuid}/chain/1`, { token: user.token });
    expect((await add({ chain_id: 1, address: vitalik }, { to: other.uuid })).status).toBe(201);
  });

  it.each([
    ['chain_id', { address: vitalik }],
    ['chain_id', { chain_id: 2, address: vitalik }],
    ['chain_id', { chain_id: '__proto__', address: vitalik }],
    ['address', { chain_id: 1 }],
    ['address', { chain_id: 1, address: solana }],
    ['address', { chain_id: 'solana', address: vitalik }],
    ['address', { chain_id: 1, address: vitalik.replace('dA', 'da') }],
    ['wallet_uuid', { chain_id: 1, address: vitalik, wallet_uuid: nobodys }],
  ])('names a wrong %s', async (field, body) => {
    expectFault(await add(body), field);
  });

  it("is the same 404 for another's wallet as for none", async () => {
    const stranger = await newUser();
    const before = await rowsOf(user);
    const body = { chain_id: 1, address: vitalik };
    expectError(await add(body, { by: stranger }), 404, 'WalletError', 'Wallet not found');
    expectError(await add(body, { to: nobodys }), 404, 'WalletError', 'Wallet not found');
    expect(await rowsOf(user)).toEqual(before);
  });
});

it('stops at the most addresses a user may have, also for many who ask at once', async () => {
  await sql(
    `INSERT INTO wallet_addresses (user_id, wallet_id, chain_id, address)
     SELECT wallets.user_id, wallets.id, chains.id, 'x' || number FROM wallets, chains, generate_series(1, $2) AS number
     WHERE wallets.uuid = $1 AND chains.public_id = '1'`,
    [wallet.uuid, quotas.addresses - 2],
  );
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, number) => add({ chain_id: 1, address: `0x${String(number).repeat(40)}` })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  if (refused) expectError(refused, 409, 'ConflictError', 'You may have 1000 addresses');
});
