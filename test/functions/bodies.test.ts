import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { endpoints } from '#shared/contract/index.ts';
import { request } from '../support/api.ts';
import { thePlatform } from '../support/the-platform.ts';
import { expectError, expectFault } from './answers.ts';
import { rowsOf, sql } from './database.ts';
import {
  callOf,
  credentials,
  type Named,
  namesFor,
  newPortfolio,
  type Portfolio,
  type RouteCall,
} from './routes.ts';

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

/** A body of nonsense, of this many bytes. */
const nonsense = (bytes: number) => ({
  nonsense: 'x'.repeat(bytes - JSON.stringify({ nonsense: '' }).length),
});

const withBody = endpoints.filter(({ shapes }) => shapes.body);

describe.each(withBody.map((endpoint) => [endpoint.id, endpoint] as const))(
  '%s',
  (id, { auth, shapes, maxBodyBytes = 256 * 1024 }) => {
    let portfolio: Portfolio;
    let names: Named;

    beforeAll(async () => {
      portfolio = await newPortfolio();
      names = await namesFor(id, portfolio);
    });

    const send = ({ method, path }: RouteCall, body: unknown) =>
      request(method, path, { body, headers: credentials(auth, portfolio) });

    const written = async () => [
      await rowsOf(portfolio.user),
      await sql('SELECT count(*) FROM users WHERE username = $1', [names.username]),
    ];

    /** Sends what must be refused, and shows that it changed nothing. */
    const expectNothingWritten = async (refused: () => Promise<void>) => {
      const before = await written();
      await refused();
      expect(await written()).toEqual(before);
    };

    it.each(forbidden.filter((field) => !(shapes.body instanceof z.ZodObject && field in shapes.body.shape)))(
      'S04: names the field %s, which is not for callers to set, and writes nothing',
      async (field) => {
        const call = callOf(id, names);
        await expectNothingWritten(async () => {
          const answer = await send(call, { ...(call.body as object), [field]: 1 });
          expectFault(answer, field);
          expect(answer.body.message).toBe(`${field}: is not a field of this request`);
        });
      },
    );

    it('is not misled by __proto__, constructor and toString', async () => {
      const call = callOf(id, names);
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
      expectError(await send(callOf(id, names), body), 400, 'BadRequestException');
    });

    it.each([
      ['a list', []],
      ['a text', '"text"'],
      ['null', 'null'],
      ['a number', '1'],
      ['a list nested 20,000 deep', '['.repeat(20_000) + ']'.repeat(20_000)],
    ])('refuses %s for a body', async (_, body) => {
      expectError(await send(callOf(id, names), body), 400, 'BadRequestException');
    });

    it('refuses a request without a body', async () => {
      const { method, path } = callOf(id, names);
      expectError(
        await request(method, path, { headers: credentials(auth, portfolio) }),
        400,
        'BadRequestException',
      );
    });

    it.each(['', 'text/plain', 'application/x-www-form-urlencoded'])(
      'asks for JSON when the content type is "%s"',
      async (type) => {
        const { method, path, body } = callOf(id, names);
        const response = await fetch(thePlatform().url + path, {
          method,
          headers: {
            ...(type === '' ? {} : { 'content-type': type }),
            ...credentials(auth, portfolio),
          },
          // Bytes, for a text would bring a content type of its own.
          body: new TextEncoder().encode(JSON.stringify(body)),
        });
        const answer = { status: response.status, headers: response.headers, body: await response.json() };
        expectError(answer, 400, 'BadRequestException', /Content-Type: application\/json/);
      },
    );

    it('S11: refuses a body that is larger than it takes, and reads one that is not', async () => {
      const { method, path } = callOf(id, names);
      const sendBytes = (bytes: number) =>
        request(method, path, { body: nonsense(bytes), headers: credentials(auth, portfolio) });
      expectFault(await sendBytes(maxBodyBytes), 'nonsense');
      expectError(await sendBytes(maxBodyBytes + 1), 413, 'PayloadTooLarge', String(maxBodyBytes));
    });

    // The last, for it goes through, and may take away what the others need.
    it('takes JSON whose content type names a charset', async () => {
      const { method, path, body } = callOf(id, names);
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        ...credentials(auth, portfolio),
      };
      const { status } = await request(method, path, { body, headers });
      expect(status).toBeLessThan(300);
    });
  },
);
