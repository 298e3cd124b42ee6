import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { request } from '../support/api.ts';
import { expectError, expectFault } from './answers.ts';
import { rowsOf, sql } from './database.ts';
import { callOf, type Named, namesOf, newPortfolio, type Portfolio, type RouteCall } from './routes.ts';

let portfolio: Portfolio;

beforeAll(async () => {
  portfolio = await newPortfolio();
});

/** Fields that only we set: whoever sends one is told so, whatever else the body says. */
const forbidden = [
  'id',
  'uuid',
  'user_id',
  'role',
  'is_deleted',
  'created_by',
  'updated_by',
  'created_at',
  'password_hash',
  'balance_id',
  'total_value_usd',
  'status',
  'source',
  'needs_review',
];

const withBody = endpoints.filter(({ shapes }) => shapes.body);

describe.each(withBody.map(({ id, auth }) => [id, auth] as const))('%s', (id, auth) => {
  // A name that nobody has yet, so that sign-up would succeed.
  const fresh = (): Named => {
    const named = namesOf(portfolio);
    return id === 'auth/sign-up' ? { ...named, username: `n${randomUUID().slice(0, 8)}` } : named;
  };
  const token = () => (auth === 'user' ? { token: portfolio.user.token } : {});
  const send = ({ method, path }: RouteCall, body: unknown) => request(method, path, { body, ...token() });

  /** Sends what must be refused, and shows that it changed nothing. */
  const expectNothingWritten = async (refused: () => Promise<void>) => {
    const before = [
      await rowsOf(portfolio.user),
      await sql('SELECT count(*) FROM users WHERE username LIKE $1', ['nmade%']),
    ];
    await refused();
    const after = [
      await rowsOf(portfolio.user),
      await sql('SELECT count(*) FROM users WHERE username LIKE $1', ['nmade%']),
    ];
    expect(after).toEqual(before);
  };

  it.each(forbidden)(
    'names the field %s, which is not for callers to set, and writes nothing',
    async (field) => {
      const call = callOf(id, {
        ...fresh(),
        username: id === 'auth/sign-up' ? `nmade${field.replace(/_/g, '')}` : portfolio.user.username,
      });
      await expectNothingWritten(async () => {
        const answer = await send(call, { ...(call.body as object), [field]: 1 });
        expectFault(answer, field);
        expect(answer.body.message).toBe(`${field}: is not a field of this request`);
      });
    },
  );

  it('is not misled by __proto__, constructor and toString', async () => {
    const call = callOf(id, fresh());
    const inside = JSON.stringify(call.body).slice(1);
    for (const key of ['constructor', 'toString']) {
      expectFault(await send(call, `{"${key}":{"role":"admin"},${inside}`), key);
    }
    await expectNothingWritten(async () => {
      expectError(await send(call, `{"__proto__":{"role":"admin"},${inside}`), 400, 'BadRequestException');
    });
  });

  it.each([
    ['cut short', '{"name": "x"'],
    ['of single quotes', "{'name': 'x'}"],
    ['with NaN', '{"name": NaN}'],
    ['that is empty', ' '],
  ])('refuses JSON %s', async (_, body) => {
    expectError(await send(callOf(id, fresh()), body), 400, 'BadRequestException');
  });

  it.each([
    ['a list', []],
    ['a text', '"text"'],
    ['null', 'null'],
    ['a number', '1'],
    ['a list nested 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000)],
  ])('refuses %s for a body', async (_, body) => {
    expectError(await send(callOf(id, fresh()), body), 400, 'BadRequestException');
  });

  it('refuses a request without a body', async () => {
    const { method, path } = callOf(id, fresh());
    expectError(await request(method, path, token()), 400, 'BadRequestException');
  });

  it.each(['', 'text/plain', 'application/x-www-form-urlencoded'])(
    'asks for JSON when the content type is "%s"',
    async (type) => {
      const { method, path, body } = callOf(id, fresh());
      const response = await fetch(inject('platform').url + path, {
        method,
        headers: {
          ...(type === '' ? {} : { 'content-type': type }),
          ...(auth === 'user' ? { authorization: `Bearer ${portfolio.user.token}` } : {}),
        },
        // Bytes, for a text would bring a content type of its own.
        body: new TextEncoder().encode(JSON.stringify(body)),
      });
      const answer = { status: response.status, headers: response.headers, body: await response.json() };
      expectError(answer, 400, 'BadRequestException', /Content-Type: application\/json/);
    },
  );

  it('takes JSON whose content type names a charset', async () => {
    const { method, path, body } = callOf(id, fresh());
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const { status } = await request(method, path, { body, headers, ...token() });
    expect(status).toBeLessThan(300);
  });
});

const ofUsualSize = withBody.filter(({ maxBodyBytes }) => maxBodyBytes === undefined);

it.each(ofUsualSize.map(({ id }) => id))(
  '%s refuses a body beyond 256 KiB, and reads one of 256 KiB',
  async (id) => {
    const { method, path } = callOf(id, namesOf(portfolio));
    const token = portfolio.user.token;
    const frame = JSON.stringify({ nonsense: '' }).length;
    const full = { nonsense: 'x'.repeat(256 * 1024 - frame) };
    expectFault(await request(method, path, { body: full, token }), 'nonsense');
    const beyond = { nonsense: `${full.nonsense}x` };
    expectError(await request(method, path, { body: beyond, token }), 413, 'PayloadTooLarge', /262144/);
  },
);

it('imports/create takes files of more than 256 KiB, and refuses more than 5 MiB', async () => {
  const { method, path } = callOf('imports/create', namesOf(portfolio));
  const token = portfolio.user.token;
  const send = (size: number) => request(method, path, { body: { nonsense: 'x'.repeat(size) }, token });
  expectFault(await send(4 * 1024 * 1024), 'nonsense');
  expectError(await send(5 * 1024 * 1024), 413, 'PayloadTooLarge');
});
