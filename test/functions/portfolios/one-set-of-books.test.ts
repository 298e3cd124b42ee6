/** A wallet has one set of books: the portfolios that it is in agree in method. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { rowsOf } from '../database.ts';

let user: TestUser;
let wallet: Json;
let taxes: Json;

const send = (method: string, path: string, body?: unknown) =>
  request(method, path, { token: user.token, ...(body === undefined ? {} : { body }) });

const create = (name: string, cost_basis_method: unknown, wallet_uuids: string[] = [wallet.uuid]) =>
  send('POST', '/portfolio', { name, cost_basis_method, wallet_uuids });

const path = ({ uuid }: Json) => `/portfolio/${uuid}`;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  taxes = (await create('Taxes', { default: 'FIFO', 2024: 'HIFO' })).body;
});

const expectConflict = (answer: Answer, field: string, other: string) => {
  expectError(answer, 409, 'ConflictError', `${field}: the wallet "Main" would be in "Taxes"`);
  expect(answer.body.message).toContain(other);
  expect(answer.body.message).toContain('take it out of one of the two');
  expect(answer.body.details.map((fault: Json) => fault.field)).toEqual([field]);
};

it('refuses a new portfolio of another method, and writes nothing', async () => {
  const before = await rowsOf(user);
  expectConflict(await create('Play', 'LIFO'), 'wallet_uuids', '"Play" (LIFO)');
  expectConflict(await create('Play', 'FIFO'), 'wallet_uuids', '"Taxes" (FIFO, HIFO in 2024)');
  expect(await rowsOf(user)).toEqual(before);
});

it('takes the same plan, however it is written', async () => {
  const given = { 2020: 'FIFO', 2024: 'HIFO', default: 'FIFO' };
  expect((await create('Play', given)).status).toBe(201);
});

it('names every wallet that stands against it', async () => {
  const other = await newWallet(user);
  await send('PUT', `${path(taxes)}/wallet/${other.uuid}`);
  const third = await newWallet(user);
  const answer = await create('Play', 'LIFO', [wallet.uuid, other.uuid, third.uuid]);
  expect([answer.status, answer.body.details.length]).toEqual([409, 2]);
});

describe('with another portfolio of another method', () => {
  let play: Json;

  beforeEach(async () => {
    play = (await create('Play', 'LIFO', [])).body;
  });

  it('does not put the wallet in', async () => {
    const place = `${path(play)}/wallet/${wallet.uuid}`;
    expectConflict(await send('PUT', place), 'wallet_uuid', '"Play" (LIFO)');
    expect((await send('GET', path(play))).body).toEqual(play);
    await send('DELETE', `${path(taxes)}/wallet/${wallet.uuid}`);
    expect((await send('PUT', place)).status).toBe(200);
  });

  it('lets it go with the portfolio that is deleted, and with the wallet', async () => {
    await send('DELETE', path(taxes));
    expect((await send('PUT', `${path(play)}/wallet/${wallet.uuid}`)).status).toBe(200);
    await send('DELETE', `/wallet/${wallet.uuid}`);
    expect((await send('PATCH', path(play), { cost_basis_method: 'AVERAGE' })).status).toBe(200);
  });
});

describe('with another portfolio of the same method', () => {
  let play: Json;

  beforeEach(async () => {
    play = (await create('Play', taxes.cost_basis_method)).body;
  });

  it('does not change the method of either alone', async () => {
    for (const portfolio of [taxes, play]) {
      const changed = await send('PATCH', path(portfolio), { cost_basis_method: 'LIFO' });
      expectConflict(changed, 'cost_basis_method', 'LIFO');
      const replaced = await send('PUT', path(portfolio), { name: portfolio.name });
      expectConflict(replaced, 'cost_basis_method', '(FIFO)');
      expect((await send('GET', path(portfolio))).body).toEqual(portfolio);
    }
  });

  it('changes both while the wallet is out of one', async () => {
    const place = `${path(play)}/wallet/${wallet.uuid}`;
    await send('DELETE', place);
    for (const portfolio of [taxes, play]) {
      expect((await send('PATCH', path(portfolio), { cost_basis_method: 'LIFO' })).status).toBe(200);
    }
    expect((await send('PUT', place)).status).toBe(200);
  });

  it('changes names and descriptions as ever', async () => {
    const body = { name: 'Games', description: 'not only' };
    expect((await send('PATCH', path(play), body)).body).toMatchObject(body);
  });
});

it('lets one of two who ask at once through', async () => {
  await send('DELETE', path(taxes));
  const answers = await Promise.all(['LIFO', 'HIFO'].map((method) => create(method, method)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});
