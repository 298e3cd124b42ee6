/** Rows that cannot be taken: each is skipped, and named by its line. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { hashOf, importFiles, other, type Row, transactionsFile, usdc } from './exports.ts';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
});

describe('an import', () => {
  const good: Row = { tx: 'good', in: '1' };

  it.each<[string, Row, RegExp]>([
    ['a hash that is none', { tx: 'x', in: '1' }, /not a transaction hash/],
    ['neither side our own', { tx: 'bad', from: other, to: usdc, in: '1' }, /neither From nor To/],
    ['an amount that is no number', { tx: 'bad', in: 'many' }, /Value is not a number: "many"/],
    ['a negative amount', { tx: 'bad', in: '-1' }, /Value is not a number/],
    ['an amount beyond all tokens', { tx: 'bad', in: '1e300' }, /more than 2\^256 - 1/],
    ['gas of more decimals than the coin has', { tx: 'bad', out: '1', fee: '1e-19' }, /19 decimals/],
    [
      'more decimals than the coin has',
      { tx: 'bad', in: '0.0000000000000000001' },
      /19 decimals, and ETH has 18/,
    ],
    ['an address that is none', { tx: 'bad', from: '0x12', in: '1' }, /From is not an address/],
    ['a price that is no number', { tx: 'bad', in: '1', usd: 'dear' }, /Price is not a number/],
  ])('skips a row with %s, names its line, and imports the others', async (_, bad, reason) => {
    const file = transactionsFile([good, bad, { ...good, tx: 'good too' }]);
    if (bad.tx === 'x') file.content = file.content.replace(hashOf('x'), '0x12');
    const { status, body } = await importFiles(user, wallet, [file]);
    expect(status).toBe(201);
    expect(body.files).toEqual([
      {
        name: 'transactions.csv',
        kind: 'transactions',
        rows: 3,
        imported: 2,
        duplicates: 0,
        skipped: [{ line: 3, reason: expect.stringMatching(reason) }],
      },
    ]);
    expect(body.balances[0].amount).toBe('2');
  });

  it('reports what a wrong decoding has left of a name or a cell', async () => {
    const file = transactionsFile([{ tx: 'bad', from: 'x\ud800', in: '1' }]);
    const { status, body } = await importFiles(user, wallet, [{ ...file, name: 'caf\udce9.csv' }]);
    expect(status).toBe(201);
    expect(body.files[0]).toMatchObject({
      name: 'caf\ufffd.csv',
      skipped: [{ line: 2, reason: 'From is not an address: "x\ufffd"' }],
    });
  });
});
