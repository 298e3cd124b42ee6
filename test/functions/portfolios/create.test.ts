import { beforeEach, describe, expect, it } from 'vitest';
import { quotas } from '#shared/adapters/db/belongings.ts';
import { type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { rowsOf, sql } from '../database.ts';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

const create = (body: unknown, options: { by?: TestUser; headers?: Record<string, string> } = {}) => {
  const { by = user, headers = {} } = options;
  return request('POST', '/portfolio', { token: by.token, body, headers });
};

describe('creating a portfolio', () => {
  it('answers it whole', async () => {
    const answer = await create({
      name: ' Retirement ',
      description: 'in forty years',
      cost_basis_method: 'FIFO',
      wallet_uuids: [wallet.uuid, wallet.uuid.toUpperCase()],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      uuid: aUuid,
      name: 'Retirement',
      description: 'in forty years',
      cost_basis_method: 'FIFO',
      wallets: [{ uuid: wallet.uuid, name: 'Main' }],
      created_at: anInstant,
      updated_at: anInstant,
    });
    const shown = await request('GET', `/portfolio/${answer.body.uuid}`, { token: user.token });
    expect(shown.body).toEqual(answer.body);
    expect(shown.headers.get('etag')).toBe(answer.headers.get('etag'));
  });

  it('needs a name only', async () => {
    const { status, body } = await create({ name: 'Empty' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ description: null, cost_basis_method: 'FIFO', wallets: [] });
  });

  it('happens once under one Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all([1, 2].map(() => create({ name: 'Once' }, { headers })));
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  it('is refused under a name that another portfolio of the user has, until that one is gone', async () => {
    const { body } = await create({ name: 'Mine' });
    expectError(await create({ name: ' Mine' }), 409, 'ConflictError', 'You have a portfolio "Mine"');
    expect((await create({ name: 'mine' })).status).toBe(201);
    expect((await create({ name: 'Mine' }, { by: await newUser() })).status).toBe(201);
    await request('DELETE', `/portfolio/${body.uuid}`, { token: user.token });
    expect((await create({ name: 'Mine' })).status).toBe(201);
  });

  it('gives one of many who ask for a name at once that name', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ name: 'Wanted' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it.each([
    ['name', {}],
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['description', { name: 'x', description: 'x'.repeat(1001) }],
    ['cost_basis_method', { name: 'x', cost_basis_method: 'fifo' }],
    ['cost_basis_method', { name: 'x', cost_basis_method: { 2024: 'HIFO' } }],
    ['cost_basis_method', { name: 'x', cost_basis_method: { default: 'FIFO', 1969: 'HIFO' } }],
    ['cost_basis_method', { name: 'x', cost_basis_method: { default: 'FIFO', 2101: 'HIFO' } }],
    ['cost_basis_method', { name: 'x', cost_basis_method: { default: 'FIFO', '02024': 'HIFO' } }],
    ['cost_basis_method', { name: 'x', cost_basis_method: { default: 'FIFO', 2024: 'SPECIFIC' } }],
    ['cost_basis_method', { name: 'x', cost_basis_method: null }],
    ['wallet_uuids', { name: 'x', wallet_uuids: nobodys }],
    ['wallet_uuids', { name: 'x', wallet_uuids: Array(201).fill(nobodys) }],
    ['wallet_uuids.0', { name: 'x', wallet_uuids: ['1'] }],
    ['user_id', { name: 'x', user_id: 1 }],
    ['total_value_usd', { name: 'x', total_value_usd: '1' }],
  ])('names a wrong %s', async (field, body) => {
    expectFault(await create(body), field);
  });

  it("takes nobody else's wallet, which is as good as none, and writes nothing", async () => {
    const stranger = await newUser();
    const before = await rowsOf(stranger);
    const own = await newWallet(stranger);
    for (const uuid of [wallet.uuid, nobodys]) {
      const answer = await create({ name: 'Theirs', wallet_uuids: [own.uuid, uuid] }, { by: stranger });
      expectError(answer, 404, 'WalletError', 'Wallet not found');
    }
    expect(await rowsOf(stranger)).toEqual({ ...before, wallets: 1 });
  });
});

it('stops at the most portfolios a user may have, also for many who ask at once', async () => {
  await sql(
    `INSERT INTO portfolios (user_id, name)
     SELECT id, 'p' || number FROM users, generate_series(1, $2) AS number WHERE uuid = $1`,
    [user.uuid, quotas.portfolios - 1],
  );
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create({ name })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  if (refused) expectError(refused, 409, 'ConflictError', 'You may have 100 portfolios');
});
