import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quotas } from '#shared/adapters/db/belongings.ts';
import { newUser, request, type TestUser } from '../../support/api.ts';
import { anInstant, aUuid, expectError, expectFault, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { expectIfMatch, expectOneWins } from '../if-match.ts';
import { overridePath, readPrice, setPrice } from './own-price.ts';

let user: TestUser;
let token: { uuid: string; contract_address: string };

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  token = await newToken({ priceUsd: '7' });
});

const rows = () =>
  sql(
    `SELECT price_usd, valid_from, valid_to FROM price_overrides
     WHERE token_id = (SELECT id FROM tokens WHERE uuid = $1) ORDER BY id`,
    [token.uuid],
  );

describe("a user's own price", () => {
  it('is shown as it was set', async () => {
    const { status, body, headers } = await setPrice(user, token, '0012.340');
    expect(status).toBe(200);
    expect(headers.get('etag')).toMatch(/^"[\w-]{22}"$/);
    expect(body).toEqual({
      uuid: aUuid,
      token: {
        uuid: token.uuid,
        symbol: 'TEST',
        name: 'Test token',
        decimals: 18,
        contract_address: token.contract_address,
      },
      chain_id: 1,
      price_usd: '12.34',
      valid_from: anInstant,
    });
    expect((await readPrice(user, token)).body).toEqual(body);
  });

  it('replaces the one before, which is kept with the time it held, without a gap', async () => {
    await setPrice(user, token, '1');
    const { body } = await setPrice(user, token, '0.000000000000000001');
    const [first, second, ...more] = await rows();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ price_usd: '1', valid_to: second?.valid_from });
    expect(second).toMatchObject({ price_usd: '0.000000000000000001', valid_to: null });
    expect(body.price_usd).toBe('0.000000000000000001');
  });

  it('stays as it is when it is set to the same again', async () => {
    const { body } = await setPrice(user, token, '5');
    expect((await setPrice(user, token, '5.00')).body).toEqual(body);
    expect(await rows()).toHaveLength(1);
  });

  it('may say that a token is worth nothing', async () => {
    expect((await setPrice(user, token, '0')).body.price_usd).toBe('0');
  });

  it('is one of two that are set at once', async () => {
    const prices = ['1', '2', '3', '4', '5', '6'];
    const answers = await Promise.all(prices.map((price) => setPrice(user, token, price)));
    expect(answers.map(({ status }) => status)).toEqual(prices.map(() => 200));
    const stored = await rows();
    expect(stored).toHaveLength(6);
    expect(stored.filter(({ valid_to }) => valid_to === null)).toHaveLength(1);
    for (const [place, row] of stored.slice(1).entries())
      expect(row.valid_from).toEqual(stored[place]?.valid_to);
  });

  it('is one of as many as a user may have; those that were replaced do not count', async () => {
    const owner = await newUser();
    await sql(
      `WITH made AS (
         INSERT INTO tokens (chain_id, name, symbol, contract_address, decimals)
         SELECT (SELECT min(id) FROM chains), 'Own', 'OWN', gen_random_uuid()::text, 18 FROM generate_series(1, $2)
         RETURNING id)
       INSERT INTO price_overrides (user_id, token_id, price_usd, valid_from, valid_to)
       SELECT users.id, made.id, 1, now() - interval '1 hour', ended
       FROM users, made, (VALUES (NULL::timestamptz), (now())) AS life (ended) WHERE users.uuid = $1`,
      [owner.uuid, quotas.prices - 1],
    );
    expect((await setPrice(owner, token, '1')).status).toBe(200);
    expect((await setPrice(owner, token, '2')).status).toBe(200);
    const refused = await setPrice(owner, await newToken(), '1');
    expectError(refused, 409, 'ConflictError', 'You may have 1000 prices');
  });

  it('heeds If-Match', async () => {
    await setPrice(user, token, '1');
    const change = { method: 'PUT', body: { price_usd: '2' } };
    await expectIfMatch(user, overridePath(token), change);
    await expectOneWins(user, overridePath(token), [{ price_usd: '3' }, { price_usd: '4' }]);
  });

  it('is journaled', async () => {
    const { body } = await setPrice(user, token, '1');
    await setPrice(user, token, '2');
    const { body: audit } = await request('GET', '/audit?limit=3', { token: user.token });
    expect(audit.items.map(({ subject, action }: Record<string, unknown>) => [subject, action])).toEqual([
      ['price_override', 'created'],
      ['price_override', 'changed'],
      ['price_override', 'created'],
    ]);
    expect(audit.items[1]).toMatchObject({
      subject_uuid: body.uuid,
      actor: { kind: 'user', username: user.username },
      before: { price_usd: '1', token_uuid: token.uuid, valid_from: body.valid_from, valid_to: null },
      after: { price_usd: '1', valid_to: anInstant },
    });
  });

  it.each([['-1'], ['1e3'], [''], ['1.0000000000000000001'], [1], [null], ['NaN']])(
    'is no such thing as %j',
    async (price) => {
      expectFault(await setPrice(user, token, price), 'price_usd');
      expect(await rows()).toEqual([]);
    },
  );

  it('needs a token that there is', async () => {
    expectError(await setPrice(user, { uuid: nobodys }, '1'), 404, 'TokenError', 'Token not found');
  });
});
