import { beforeAll, describe, expect, it } from 'vitest';
import { quotas } from '#shared/adapters/db/belongings.ts';
import { newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { rowsOf, sql } from '../database.ts';

const vitalik = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const tron = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';
const solana = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const stacks = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7';

let user: TestUser;

beforeAll(async () => {
  user = await newUser();
});

const create = (body: unknown, by = user) => request('POST', '/wallet', { token: by.token, body });

describe('creating a wallet', () => {
  it('answers it whole', async () => {
    const answer = await create({ name: ' Cold storage ', description: 'in the vault' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      uuid: aUuid,
      name: 'Cold storage',
      description: 'in the vault',
      addresses: [],
      created_at: anInstant,
      updated_at: anInstant,
    });
  });

  it('watches addresses on several chains, each in the canonical form of its chain', async () => {
    const owner = await newUser();
    const { status, body } = await create(
      {
        name: 'Everywhere',
        addresses: [
          { chain_id: 1, address: vitalik.toLowerCase() },
          { chain_id: '56', address: `0x${vitalik.slice(2).toUpperCase()}` },
          { chain_id: 137, address: vitalik },
          { chain_id: 42161, address: ` ${vitalik}\n` },
          { chain_id: 'tron', address: '41a614f803b6fd780986a42c78ec9c7f77e6ded13c' },
          { chain_id: 'solana', address: solana },
          { chain_id: 'stacks', address: stacks.toLowerCase() },
        ],
      },
      owner,
    );
    expect(status).toBe(201);
    expect(body.addresses).toEqual(
      [
        [1, vitalik],
        [56, vitalik],
        [137, vitalik],
        [42161, vitalik],
        ['tron', tron],
        ['solana', solana],
        ['stacks', stacks],
      ].map(([chain_id, address]) => ({ uuid: aUuid, chain_id, address })),
    );
  });

  it('counts an address once, however it is written', async () => {
    const owner = await newUser();
    const addresses = [vitalik, vitalik.toLowerCase()].map((address) => ({ chain_id: 1, address }));
    const { body } = await create({ name: 'Twice', addresses }, owner);
    expect(body.addresses).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each([
    ['an EVM address whose checksum is wrong', 1, vitalik.replace('dA', 'da'), /checksum/],
    ['an EVM address that is too short', 1, vitalik.slice(0, -1), /0x and 40/],
    ['a Tron address in small letters', 'tron', tron.toLowerCase(), /T and 33/],
    ['a Tron address whose checksum is wrong', 'tron', tron.replace('NH', 'nH'), /checksum/],
    ['a Solana address of 33 bytes', 'solana', `1${'1'.repeat(32)}`, /33 bytes/],
    ['a Stacks address of the testnet', 'stacks', 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ', /testnet/],
    ['an EVM address on Solana', 'solana', vitalik, /Solana/],
    ['a Solana address on Ethereum', 1, solana, /0x and 40/],
    ['nothing', 1, '', /empty/],
    ['NUL', 1, '\u0000', /empty|U\+0000/],
  ])('is refused, with what to do: %s', async (_, chain_id, address, message) => {
    const before = await rowsOf(user);
    const answer = await create({ name: 'Wrong', addresses: [{ chain_id, address }] });
    expectFault(answer, 'addresses.0.address');
    expect(answer.body.message).toMatch(message);
    expect(await rowsOf(user)).toEqual(before);
  });

  it('names each of several that are wrong', async () => {
    const answer = await create({
      name: 'Wrong',
      addresses: [
        { chain_id: 1, address: vitalik },
        { chain_id: 2, address: vitalik },
        { chain_id: 1, address: 'x' },
      ],
    });
    expect(answer.status).toBe(400);
    expect(answer.body.details).toEqual([
      { field: 'addresses.1.chain_id', message: 'there is no chain 2' },
      { field: 'addresses.2.address', message: expect.stringContaining('is not an EVM address') },
    ]);
  });

  it('may be watched by two users', async () => {
    const [first, second] = [await newUser(), await newUser()];
    const addresses = [{ chain_id: 1, address: vitalik }];
    expect((await create({ name: 'Mine', addresses }, first)).status).toBe(201);
    expect((await create({ name: 'Mine', addresses }, second)).status).toBe(201);
  });

  it('is watched by one wallet of a user only, chain by chain', async () => {
    const owner = await newUser();
    await newWallet(owner, [{ chain_id: 1, address: vitalik }]);
    const before = await rowsOf(owner);
    const addresses = [
      { chain_id: 'solana', address: solana },
      { chain_id: 1, address: vitalik.toLowerCase() },
    ];
    expectError(
      await create({ name: 'Second', addresses }, owner),
      409,
      'ConflictError',
      `"Main" watches ${vitalik}`,
    );
    expect(await rowsOf(owner)).toEqual(before);
    const elsewhere = [{ chain_id: 56, address: vitalik }];
    expect((await create({ name: 'Second', addresses: elsewhere }, owner)).status).toBe(201);
  });
});

it('S12: stops at the most wallets a user may have, also for many who ask at once', async () => {
  const owner = await newUser();
  await sql(
    `INSERT INTO wallets (user_id, name)
     SELECT id, 'w' || number FROM users, generate_series(1, $2) AS number WHERE uuid = $1`,
    [owner.uuid, quotas.wallets - 2],
  );
  const answers = await Promise.all(Array.from({ length: 5 }, () => create({ name: 'One more' }, owner)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  if (refused) expectError(refused, 409, 'ConflictError', 'You may have 200 wallets');
});

const address = { chain_id: 1, address: vitalik };

describe('a wrong field', () => {
  it.each([
    ['name', {}],
    ['name', { name: '' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: null }],
    ['name', { name: 1 }],
    ['description', { name: 'x', description: 'x'.repeat(1001) }],
    ['description', { name: 'x', description: 1 }],
    ['addresses', { name: 'x', addresses: null }],
    ['addresses', { name: 'x', addresses: address }],
    ['addresses', { name: 'x', addresses: Array(51).fill(address) }],
    ['addresses.0', { name: 'x', addresses: ['x'] }],
    ['addresses.0.chain_id', { name: 'x', addresses: [{ address: vitalik }] }],
    ['addresses.0.chain_id', { name: 'x', addresses: [{ ...address, chain_id: 0 }] }],
    ['addresses.0.chain_id', { name: 'x', addresses: [{ ...address, chain_id: 1.5 }] }],
    ['addresses.0.chain_id', { name: 'x', addresses: [{ ...address, chain_id: 'bitcoin' }] }],
    ['addresses.0.chain_id', { name: 'x', addresses: [{ ...address, chain_id: '__proto__' }] }],
    ['addresses.0.address', { name: 'x', addresses: [{ chain_id: 1 }] }],
    ['addresses.0.address', { name: 'x', addresses: [{ chain_id: 1, address: 'x'.repeat(161) }] }],
    ['addresses.0.label', { name: 'x', addresses: [{ ...address, label: 'x' }] }],
  ])('%s is named', async (field, body) => {
    expectFault(await create(body), field);
  });

  it.each(['name', 'description'])('%s holding NUL is refused', async (field) => {
    expectError(await create({ name: 'x', [field]: 'a\u0000b' }), 400, 'BadRequestException');
  });

  it('keeps a name of any script', async () => {
    const name = "Zoë's 財布 👛'; DROP TABLE wallets; --";
    expect((await create({ name })).body.name).toBe(name);
  });
});
