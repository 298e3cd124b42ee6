import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, record, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { newToken, rowsOf } from '../database.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

const day = (number: number) => `2024-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const entry = (transaction_type: string, amount: string, on: number) =>
  record(user, wallet, { transaction_type, amount, price_usd: '100', timestamp: day(on) });

/** A refusal that leaves no trace: neither rows nor another state of the balance. */
const expectShort = async (send: () => ReturnType<typeof entry>, short: string) => {
  const before = [await rowsOf(user), await balancesOf(user, wallet)];
  const answer = await send();
  expectFault(answer, 'amount');
  expect(answer.body.message).toContain(`short of ${short} ETH`);
  expect([await rowsOf(user), await balancesOf(user, wallet)]).toEqual(before);
};

describe.each(['SELL', 'TRANSFER_OUT', 'FEE'])('a %s', (type) => {
  it('of all that is held is taken, and of a unit more refused', async () => {
    await entry('BUY', '2', 1);
    await expectShort(() => entry(type, '2.000000000000000001', 2), '0.000000000000000001');
    expect((await entry(type, '2', 2)).status).toBe(201);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '0', shortfall: '0' });
    await expectShort(() => entry(type, '0.000000000000000001', 3), '0.000000000000000001');
  });

  it('of what was never held is refused, and leaves no balance behind', async () => {
    await expectShort(() => entry(type, '1', 1), '1');
    expect(await balancesOf(user, wallet)).toEqual([]);
  });

  it('before the purchase is refused, though the holding of today would cover it', async () => {
    await entry('BUY', '2', 5);
    await expectShort(() => entry(type, '1', 4), '1');
  });

  it('that is back-dated is refused where a later moment would be short', async () => {
    await entry('BUY', '2', 1);
    await entry('SELL', '2', 10);
    await entry('BUY', '5', 20);
    await expectShort(() => entry(type, '0.5', 5), '0.5');
    expect((await entry(type, '0.5', 25)).status).toBe(201);
  });

  it('that is back-dated is taken where every later moment is covered, and re-matches what comes after', async () => {
    await entry('BUY', '2', 1);
    await entry('BUY', '2', 3);
    await entry('SELL', '2', 10);
    expect((await entry(type, '1', 2)).status).toBe(201);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      amount: '1',
      cost_basis_usd: '100',
      shortfall: '0',
      state: 'current',
    });
  });
});

it('lets one of two go through that together are more than is held, however close they come', async () => {
  await entry('BUY', '1', 1);
  const answers = await Promise.all(Array.from({ length: 6 }, () => entry('SELL', '0.6', 2)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400]);
  expect((await balancesOf(user, wallet))[0]).toMatchObject({ amount: '0.4', shortfall: '0' });
});

it('looks at each token and wallet for itself', async () => {
  await entry('BUY', '1', 1);
  const other = await newWallet(user);
  const sell = { transaction_type: 'SELL', amount: '1', price_usd: '1', timestamp: day(2) };
  expectFault(await record(user, other, sell), 'amount');
  expectFault(await record(user, wallet, { ...sell, chain_id: 56 }), 'amount');
  expect((await record(user, wallet, sell)).status).toBe(201);
});

it('refuses, with nothing written, quantities that add up to more than can be held', async () => {
  const { uuid } = await newToken({ decimals: 0 });
  const most = {
    token_uuid: uuid,
    transaction_type: 'BUY',
    raw_amount: String(2n ** 256n - 1n),
    timestamp: day(1),
  };
  for (let time = 0; time < 8; time += 1) expect((await record(user, wallet, most)).status).toBe(201);
  const before = [await rowsOf(user), await balancesOf(user, wallet)];
  expectError(await record(user, wallet, most), 400, 'BadRequestException');
  expect([await rowsOf(user), await balancesOf(user, wallet)]).toEqual(before);
});
