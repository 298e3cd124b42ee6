import { describe, expect, it } from 'vitest';
import { anInstant, aUuid, expectError, expectFault } from '../answers.ts';
import { asOperator, itIsForOperators, newChain, rpcBody } from '../operator.ts';

const create = (fields: Record<string, unknown>, headers: Record<string, string> = {}) =>
  asOperator('POST', '/rpcs', { body: rpcBody(fields), headers });

itIsForOperators('POST', '/rpcs', rpcBody());

it('adds an endpoint, with its URL in one form', async () => {
  const { chain_id } = await newChain();
  const answer = await create({ chain_id, url: 'HTTPS://RPC.Example.org:443/v2/key?x=1' });
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    uuid: aUuid,
    chain_id,
    url: 'https://rpc.example.org/v2/key?x=1',
    priority: 0,
    is_active: true,
    created_at: anInstant,
    updated_at: anInstant,
  });
  const again = await create({ chain_id, url: 'https://rpc.example.org/v2/key?x=1' });
  expectError(again, 409, 'ConflictError');
  expect(JSON.stringify(again.body)).not.toContain('key');
  expect((await create({ url: `https://rpc.example.org/${chain_id}` })).status).toBe(201);
});

it.each(['https://1.1.1.1/', 'https://[2606:4700:4700::1111]/'])('takes the public %s', async (host) => {
  const { chain_id } = await newChain();
  expect((await create({ chain_id, url: `${host}rpc` })).status).toBe(201);
});

describe('S13: refuses', () => {
  it.each([
    ...[
      'http://rpc.example.org',
      'ws://rpc.example.org',
      'file:///etc/passwd',
      'rpc.example.org',
      'https://',
    ],
    ...['https://user@rpc.example.org', 'https://user:pass@rpc.example.org', 'https://:pass@rpc.example.org'],
    ...['https://rpc.example.org:8545', 'https://rpc.example.org:80', 'https://rpc.example.org/#x'],
    ...[
      'https://localhost',
      'https://localhost./',
      'https://a.LOCALHOST',
      'https://redis',
      'https://db.internal',
    ],
    ...['https://127.0.0.1', 'https://127.1', 'https://2130706433', 'https://0x7f.1', 'https://0x7f000001'],
    ...[
      'https://0177.0.0.1',
      'https://017700000001',
      'https://0',
      'https://127.0.0.1./',
      'https://１２７.0.0.1',
    ],
    ...['https://10.0.0.1', 'https://172.16.0.1', 'https://172.31.255.255', 'https://192.168.0.1'],
    ...['https://169.254.169.254', 'https://100.64.0.1', 'https://198.18.0.1', 'https://224.0.0.1'],
    ...['https://255.255.255.255', 'https://[::1]', 'https://[::]', 'https://[::ffff:127.0.0.1]'],
    ...[
      'https://[::ffff:7f00:1]',
      'https://[::ffff:a9fe:a9fe]',
      'https://[::127.0.0.1]',
      'https://[fc00::1]',
    ],
    ...['https://[fd12::1]', 'https://[fe80::1]', 'https://[64:ff9b::7f00:1]', 'https://[2002:7f00:1::]'],
    ...['https://[2001:db8::1]', 'https://[ff02::1]', `https://rpc.example.org/${'x'.repeat(2048)}`],
  ])('%s', async (url) => {
    expectFault(await create({ url }), 'url');
  });

  it.each([
    ['chain_id', { chain_id: 999_999_999 }],
    ['priority', { priority: -1 }],
    ['priority', { priority: 1.5 }],
    ['is_active', { is_active: 'yes' }],
  ])('a wrong %s: %o', async (field, fields) => {
    expectFault(await create(fields), field);
  });
});
