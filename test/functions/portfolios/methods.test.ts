/** Methods of cost basis, as a portfolio's setting: figures worked by hand, and what a change recalculates. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { figuresOf, versionsOf } from '../database.ts';

let user: TestUser;
let wallet: Json;
let portfolio: Json;

const enter = async (transaction_type: string, amount: string, price_usd: string, date: string) => {
  const timestamp = `${date}T00:00:00Z`;
  const answer = await record(user, wallet, { transaction_type, amount, price_usd, timestamp });
  expect(answer.status).toBe(201);
  return answer.body;
};

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  portfolio = await createPortfolio(user, [wallet]);
  await enter('BUY', '1', '100', '2023-01-01');
  await enter('BUY', '1', '300', '2023-02-01');
  await enter('BUY', '1', '200', '2023-03-01');
  await enter('SELL', '1.5', '400', '2023-06-01');
  await enter('SELL', '1', '400', '2024-06-01');
});

const send = (method: string, path: string, body?: unknown) =>
  request(method, path, { token: user.token, ...(body === undefined ? {} : { body }) });

const choose = async (cost_basis_method: unknown) => {
  const answer = await send('PATCH', `/portfolio/${portfolio.uuid}`, { cost_basis_method });
  expect(answer.status).toBe(200);
  return answer.body.cost_basis_method;
};

const balance = async () => (await balancesOf(user, wallet))[0];

const matches = async () =>
  (await everyItem(user, `/balance/${(await balance()).uuid}/matches`)).map(
    ({ kind, method, amount, cost_usd }) => `${kind} ${method} ${amount}: ${cost_usd}`,
  );

describe.each<[unknown, { realized: string; cost: string; matches: string[] }]>([
  [
    'FIFO',
    {
      realized: '500',
      cost: '100',
      matches: ['SELL FIFO 1: 100', 'SELL FIFO 0.5: 150', 'SELL FIFO 0.5: 150', 'SELL FIFO 0.5: 100'],
    },
  ],
  [
    'LIFO',
    {
      realized: '450',
      cost: '50',
      matches: ['SELL LIFO 1: 200', 'SELL LIFO 0.5: 150', 'SELL LIFO 0.5: 150', 'SELL LIFO 0.5: 50'],
    },
  ],
  [
    'HIFO',
    {
      realized: '450',
      cost: '50',
      matches: ['SELL HIFO 1: 300', 'SELL HIFO 0.5: 100', 'SELL HIFO 0.5: 100', 'SELL HIFO 0.5: 50'],
    },
  ],
  [
    'LOFO',
    {
      realized: '550',
      cost: '150',
      matches: ['SELL LOFO 1: 100', 'SELL LOFO 0.5: 100', 'SELL LOFO 0.5: 100', 'SELL LOFO 0.5: 150'],
    },
  ],
  [
    'AVERAGE',
    {
      realized: '500',
      cost: '100',
      matches: [
        'SELL AVERAGE 1: 200',
        'SELL AVERAGE 0.5: 100',
        'SELL AVERAGE 0.5: 100',
        'SELL AVERAGE 0.5: 100',
      ],
    },
  ],
  [
    { default: 'FIFO', 2024: 'LOFO' },
    {
      realized: '550',
      cost: '150',
      // What FIFO left of the second lot goes on into 2024, after the cheaper third.
      matches: ['SELL FIFO 1: 100', 'SELL FIFO 0.5: 150', 'SELL LOFO 1: 200'],
    },
  ],
  [
    { default: 'HIFO', 2023: 'LIFO' },
    {
      realized: '450',
      cost: '50',
      matches: ['SELL LIFO 1: 200', 'SELL LIFO 0.5: 150', 'SELL HIFO 0.5: 150', 'SELL HIFO 0.5: 50'],
    },
  ],
  [
    { default: 'AVERAGE', 2024: 'FIFO' },
    {
      realized: '500',
      cost: '100',
      matches: [
        'SELL AVERAGE 1: 200',
        'SELL AVERAGE 0.5: 100',
        'REBASE AVERAGE 0.5: 100',
        'REBASE AVERAGE 1: 200',
        'SELL FIFO 0.5: 100',
        'SELL FIFO 0.5: 100',
      ],
    },
  ],
  [
    { default: 'LOFO', 2023: 'AVERAGE', 2024: 'AVERAGE' },
    {
      realized: '500',
      cost: '100',
      matches: [
        'SELL AVERAGE 1: 200',
        'SELL AVERAGE 0.5: 100',
        'SELL AVERAGE 0.5: 100',
        'SELL AVERAGE 0.5: 100',
      ],
    },
  ],
])('%j', (method, worked) => {
  it('gives the worked figures, and the former bits when it is taken back', async () => {
    const before = await figuresOf(user);
    expect(await choose(method)).toEqual(method);
    expect(await balance()).toMatchObject({
      state: 'current',
      amount: '0.5',
      cost_basis_usd: worked.cost,
      realized_pnl_usd: worked.realized,
    });
    expect(await matches()).toEqual(worked.matches);
    const chosen = await figuresOf(user);
    expect(await choose('FIFO')).toBe('FIFO');
    expect(await figuresOf(user)).toEqual(before);
    await choose({ default: 'AVERAGE', 2023: 'HIFO' });
    await choose(method);
    expect(await figuresOf(user)).toEqual(chosen);
  });

  it('is kept by what is entered afterwards, whatever its date', async () => {
    await choose(method);
    await enter('BUY', '2', '50', '2023-05-01');
    await enter('SELL', '1', '500', '2024-07-01');
    const entered = await figuresOf(user);
    await choose('FIFO');
    await choose(method);
    expect(await figuresOf(user)).toEqual(entered);
  });
});

it.each([
  ['HIFO', 'HIFO'],
  [{ default: 'HIFO' }, 'HIFO'],
  [{ default: 'LIFO', 2023: 'LIFO', 2024: 'LIFO' }, 'LIFO'],
  [
    { default: 'LIFO', 2100: 'AVERAGE', 1970: 'LIFO' },
    { default: 'LIFO', 1970: 'LIFO', 2100: 'AVERAGE' },
  ],
])('shows %j in its simplest form', async (given, shown) => {
  const body = { name: 'Another', cost_basis_method: given };
  const created = await send('POST', '/portfolio', body);
  expect([created.status, created.body.cost_basis_method]).toEqual([201, shown]);
  const path = `/portfolio/${created.body.uuid}`;
  expect((await send('GET', path)).body).toEqual(created.body);
  expect((await send('PUT', path, { name: 'Another', cost_basis_method: shown })).body).toMatchObject({
    cost_basis_method: shown,
  });
  expect((await send('PATCH', path, { description: 'x' })).body.cost_basis_method).toEqual(shown);
  expect((await send('PUT', path, { name: 'Another' })).body.cost_basis_method).toBe('FIFO');
});

describe('what changes the method of a wallet recalculates it', () => {
  const realized = async () => (await balance()).realized_pnl_usd;

  it('into a portfolio of another, and out of it', async () => {
    await send('DELETE', `/portfolio/${portfolio.uuid}/wallet/${wallet.uuid}`);
    expect(await realized()).toBe('500');
    await choose('LOFO');
    expect(await realized()).toBe('500');
    const place = `/portfolio/${portfolio.uuid}/wallet/${wallet.uuid}`;
    expect((await send('PUT', place)).status).toBe(200);
    expect(await realized()).toBe('550');
    expect((await send('DELETE', place)).status).toBe(204);
    expect(await realized()).toBe('500');
  });

  it('with the portfolio that is created for it, replaced, and deleted', async () => {
    await send('DELETE', `/portfolio/${portfolio.uuid}`);
    const body = { name: 'New', cost_basis_method: 'LIFO', wallet_uuids: [wallet.uuid] };
    const created = await send('POST', '/portfolio', body);
    expect(await realized()).toBe('450');
    const path = `/portfolio/${created.body.uuid}`;
    await send('PUT', path, { name: 'New', cost_basis_method: 'LOFO' });
    expect(await realized()).toBe('550');
    await send('PUT', path, { name: 'New' });
    expect(await realized()).toBe('500');
    await send('PATCH', path, { cost_basis_method: 'LIFO' });
    expect((await send('DELETE', path)).status).toBe(204);
    expect(await realized()).toBe('500');
  });

  it('and nothing else does', async () => {
    await choose('HIFO');
    const versions = await versionsOf(user);
    await choose('HIFO');
    await choose({ default: 'HIFO', 2024: 'HIFO' });
    const path = `/portfolio/${portfolio.uuid}`;
    await send('PATCH', path, { name: 'Other name' });
    await send('PUT', path, { name: 'Other name', cost_basis_method: 'HIFO' });
    await send('PUT', `${path}/wallet/${wallet.uuid}`);
    const second = { name: 'Second', cost_basis_method: 'HIFO', wallet_uuids: [wallet.uuid] };
    const { body } = await send('POST', '/portfolio', second);
    await send('DELETE', `/portfolio/${body.uuid}/wallet/${wallet.uuid}`);
    await send('PUT', `/portfolio/${body.uuid}/wallet/${wallet.uuid}`);
    await send('DELETE', `/portfolio/${body.uuid}`);
    await send('POST', '/portfolio', { name: 'Empty', cost_basis_method: 'LIFO' });
    expect(await versionsOf(user)).toEqual(versions);
  });

  it('only from the first year on that has another', async () => {
    const firstYear = async () =>
      (await figuresOf(user)).filter((row) => row.includes('"disposed_at": "2023'));
    const before = await firstYear();
    expect(before).toHaveLength(2);
    await choose({ default: 'FIFO', 2024: 'AVERAGE' });
    expect(await firstYear()).toEqual(before);
    expect(await matches()).toEqual([
      'SELL FIFO 1: 100',
      'SELL FIFO 0.5: 150',
      // 1.5 are left, which cost 350: a third of it, then half of what is left, a tie, which goes to the even digit.
      'SELL AVERAGE 0.5: 116.666666666666666667',
      'SELL AVERAGE 0.5: 116.666666666666666666',
    ]);
    expect((await balance()).cost_basis_usd).toBe('116.666666666666666667');
  });
});
