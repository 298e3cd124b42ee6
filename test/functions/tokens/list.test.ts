import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { everyItem, type Json, newUser, request, type TestUser } from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { newToken, someAddress } from '../operator.ts';

let user: TestUser;
/** A beginning that no other token's symbol and name have. */
const mark = `q${randomBytes(5).toString('hex')}`;

beforeAll(async () => {
  user = await newUser();
});

const find = (query: string) => request('GET', `/tokens?${query}`, { token: user.token });
const symbols = async (query: string): Promise<string[]> =>
  (await find(query)).body.items.map(({ symbol }: Json) => symbol);

it('asks for a log-in', async () => {
  expectError(await request('GET', '/tokens'), 401, 'AuthenticationError');
});

describe('a search', () => {
  const upper = mark.toUpperCase();
  let polygon: Json;

  beforeAll(async () => {
    await newToken({ symbol: `${mark}b`, name: `Wrapped ${mark}` });
    polygon = await newToken({ symbol: `${upper}A`, name: 'Else', chain_id: 137, is_verified: true });
    await newToken({ symbol: `${mark}-spam`, name: `${mark} spam`, is_spam: true });
    await newToken({ symbol: `x${mark}`, name: 'Else' });
    await newToken({ symbol: `${mark}%_\\`, name: 'Else' });
  });

  it('by symbol looks at how it begins, in any case, and shows verified ones first', async () => {
    expect(await symbols(`symbol=${upper}`)).toEqual([`${upper}A`, `${mark}%_\\`, `${mark}b`]);
  });

  it('by name looks for a part of it, in any case', async () => {
    expect(await symbols(`name=${upper}`)).toEqual([`${mark}b`]);
  });

  it('takes what means something in a pattern as it is', async () => {
    expect(await symbols(`symbol=${mark}%25_`)).toEqual([`${mark}%_\\`]);
    expect(await symbols(`symbol=${mark}%25_%5C`)).toEqual([`${mark}%_\\`]);
    expect(await symbols(`symbol=%25${mark.slice(2)}`)).toEqual([]);
    expect(await symbols(`name=${'_'.repeat(8)}`)).toEqual([]);
  });

  it('can be narrowed to a chain and to verified tokens', async () => {
    expect(await symbols(`symbol=${mark}&chain_id=137`)).toEqual([`${upper}A`]);
    expect(await symbols(`symbol=${mark}&verified=true`)).toEqual([`${upper}A`]);
    expect(await symbols(`symbol=${mark}&verified=false&chain_id=1`)).toEqual([`${mark}%_\\`, `${mark}b`]);
  });

  it('leaves spam out unless asked for it', async () => {
    expect(await symbols(`symbol=${mark}-`)).toEqual([]);
    expect(await symbols(`symbol=${mark}-&spam=true`)).toEqual([`${mark}-spam`]);
  });

  it('by address takes it in any of its forms, on a chain or on all', async () => {
    const lower = polygon.contract_address.toLowerCase();
    for (const query of [`address=${lower}`, `address=${polygon.contract_address}&chain_id=137`]) {
      expect((await find(query)).body.items).toEqual([polygon]);
    }
    expect((await find(`address=${lower}&chain_id=1`)).body.items).toEqual([]);
    expect((await find(`address=${someAddress()}`)).body.items).toEqual([]);
  });

  it('goes page by page, and says when its place is gone', async () => {
    const whole = (await find(`symbol=${mark}&spam=true`)).body.items;
    const walked: Json[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await find(`symbol=${mark}&spam=true&limit=1${cursor ? `&cursor=${cursor}` : ''}`);
      walked.push(...body.items);
      cursor = body.next_cursor;
    } while (cursor);
    expect(walked).toEqual(whole);
    const strayed = await find(`symbol=${mark}&cursor=0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11`);
    expectError(strayed, 400, 'BadRequestException', /cursor/);
  });

  it.each([
    ['address', 'address=0x12'],
    ['address', `address=${'9'.repeat(44)}&chain_id=1`],
    ['chain_id', 'chain_id=999999999'],
    ['verified', 'verified=yes'],
    ['symbol', 'symbol='],
    ['q', 'q=usdc'],
  ])('refuses a wrong %s: %s', async (field, query) => {
    expectFault(await find(query), field);
  });
});

it('knows the tokens that are seeded', async () => {
  const seeded = await everyItem(user, '/tokens?verified=true&chain_id=solana');
  expect(seeded.map(({ symbol }) => symbol)).toEqual(expect.arrayContaining(['SOL', 'USDC']));
});
