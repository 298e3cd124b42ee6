import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectFault } from '../answers.ts';
import { walk } from '../walk.ts';

const vitalik = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const tron = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';
const stacks = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7';
const nobodysAddress = `0x${'0'.repeat(39)}7`;

let user: TestUser;
let first: Json;
let second: Json;

beforeAll(async () => {
  user = await newUser();
  first = await newWallet(user, [
    { chain_id: 1, address: vitalik },
    { chain_id: 'tron', address: tron },
  ]);
  second = await newWallet(user, [
    { chain_id: 56, address: vitalik },
    { chain_id: 'stacks', address: stacks },
  ]);
  await newWallet(user, [{ chain_id: 1, address: `0x${'1'.repeat(40)}` }]);
});

const find = (address: string, query = '', by = user) =>
  request('GET', `/wallet/address/${encodeURIComponent(address)}${query}`, { token: by.token });

describe('the wallets that watch an address', () => {
  it('are found on every chain, the newest first, as they are shown one by one', async () => {
    const { status, body } = await find(vitalik);
    expect(status).toBe(200);
    expect(body).toEqual({ items: [second, first], next_cursor: null });
  });

  it.each([vitalik.toLowerCase(), `0x${vitalik.slice(2).toUpperCase()}`, ` ${vitalik}`])(
    'are found as %s too',
    async (address) => {
      expect((await find(address)).body.items).toEqual([second, first]);
    },
  );

  it.each([
    ['1', () => first],
    ['56', () => second],
  ])('are found on chain %s alone', async (chain, wallet) => {
    expect((await find(vitalik, `?chain_id=${chain}`)).body.items).toEqual([wallet()]);
  });

  it('are found by the addresses of other chains', async () => {
    expect((await find(tron)).body.items).toEqual([first]);
    expect((await find('41a614f803b6fd780986a42c78ec9c7f77e6ded13c')).body.items).toEqual([first]);
    expect((await find(stacks.toLowerCase(), '?chain_id=stacks')).body.items).toEqual([second]);
  });

  it('are none where nobody, or only somebody else, watches', async () => {
    const stranger = await newUser();
    for (const answer of [
      await find(nobodysAddress),
      await find(vitalik, '?chain_id=137'),
      await find(vitalik, '', stranger),
    ]) {
      expect([answer.status, answer.body]).toEqual([200, { items: [], next_cursor: null }]);
    }
  });

  it('are read page by page', async () => {
    expect(await walk(user, `/wallet/address/${vitalik}`, 1)).toEqual([second, first]);
  });

  it.each([
    ['x', ''],
    [vitalik.slice(0, -1), ''],
    [vitalik.replace('dA', 'da'), ''],
    [tron.toLowerCase(), ''],
    ['%00', ''],
    ['x'.repeat(161), ''],
    [vitalik, '?chain_id=solana'],
  ])('cannot be asked for by %s%s', async (address, query) => {
    expectFault(await find(address, query), 'address');
  });

  it('cannot be asked for on a chain that there is not', async () => {
    expectFault(await find(vitalik, '?chain_id=2'), 'chain_id');
  });
});

it('forgets what a wallet watches no more', async () => {
  const owner = await newUser();
  const wallet = await newWallet(owner, [{ chain_id: 1, address: vitalik }]);
  await request('DELETE', `/wallet/${wallet.uuid}/chain/1`, { token: owner.token });
  expect((await find(vitalik, '', owner)).body.items).toEqual([]);
});
