/** Undoing imports, and what owners have done to derived transactions. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, expectFault } from '../answers.ts';
import { cancel, enter, patch, remove, restore } from '../transactions/ledger.ts';
import {
  type ExportFile,
  hashOf,
  importFiles,
  internalFile,
  own,
  tokensFile,
  transactionsFile,
} from './exports.ts';

let user: TestUser;
let wallet: Json;
let address: string;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
  address = `0x${hashOf(wallet.uuid).slice(2, 42)}`;
});

const ours = (file: ExportFile): ExportFile => ({ ...file, content: file.content.replaceAll(own, address) });

const bring = async (...files: ExportFile[]): Promise<Json> => {
  const { status, body } = await importFiles(user, wallet, files.map(ours), { address });
  expect(status).toBe(201);
  return body;
};

const undo = (uuid: string, token = user.token, headers: Record<string, string> = {}) =>
  request('DELETE', `/import/${uuid}`, { token, headers });

const listed = () => everyItem(user, `/wallet/transactions/${wallet.uuid}`);

/** All that a wallet shows, but for names and times of the records themselves. */
const state = async () => {
  const balances = await balancesOf(user, wallet);
  const transactions = (await listed()).map(({ uuid, batch_uuid, created_at, updated_at, ...rest }) => rest);
  const sorted = transactions.map((transaction) => JSON.stringify(transaction)).sort();
  const lots = [];
  for (const { uuid } of balances) {
    for (const { uuid: _, transaction_uuid: __, ...lot } of await everyItem(user, `/balance/${uuid}/lots`)) {
      lots.push(lot);
    }
  }
  return { balances, sorted, lots };
};

const payments = transactionsFile([
  { tx: 'in', day: 0, in: '5' },
  { tx: 'swap', day: 1, out: '1', fee: '0.01' },
]);
const tokens = tokensFile([
  { tx: 'swap', day: 1, in: '3000', usd: '3000' },
  { tx: 'gift', day: 2, in: '7', usd: '7' },
]);
const refund = internalFile([{ tx: 'swap', day: 1, in: '0.25' }]);

describe('undoing an import', () => {
  it('leaves an empty wallet as it was, and the same file gives the same again', async () => {
    const empty = await state();
    const first = await bring(payments, tokens);
    const after = await state();
    expect((await undo(first.batch_uuid)).status).toBe(204);
    expect(await state()).toEqual(empty);
    expectError(
      await request('GET', `/import/${first.batch_uuid}`, { token: user.token }),
      404,
      'ImportError',
    );
    expectError(await undo(first.batch_uuid), 404, 'ImportError', 'Import not found');
    const second = await bring(payments, tokens);
    expect(second.files).toEqual(first.files);
    expect(await state()).toEqual(after);
  });

  it.each([
    ['the tokens of a swap', tokens],
    ['a refund', refund],
  ])('derives what it shared with others anew: %s', async (_, file) => {
    await bring(payments);
    const before = await state();
    const { batch_uuid } = await bring(file);
    const with_ = await state();
    expect(with_.sorted).not.toEqual(before.sorted);
    await undo(batch_uuid);
    const after = await state();
    expect({ ...after, balances: after.balances.length }).toEqual({
      ...before,
      balances: before.balances.length,
    });
    await bring(file);
    expect((await state()).sorted).toEqual(with_.sorted);
  });

  it('gives what stays to the newest batch that tells of it', async () => {
    const first = await bring(payments);
    const second = await bring(tokens);
    await undo(first.batch_uuid);
    const rest = await listed();
    expect(
      rest.map(({ transaction_type, amount, batch_uuid }) => [transaction_type, amount, batch_uuid]),
    ).toEqual([
      ['TRANSFER_IN', '7', second.batch_uuid],
      ['TRANSFER_IN', '3000', second.batch_uuid],
    ]);
  });

  it('takes rows along that a later import had as duplicates', async () => {
    const first = await bring(payments);
    const second = await bring(payments);
    expect(second.files[0]).toMatchObject({ imported: 0, duplicates: 2 });
    await undo(first.batch_uuid);
    expect(await listed()).toEqual([]);
    expect((await undo(second.batch_uuid)).status).toBe(204);
  });

  it('leaves what was entered by hand, and other wallets, as they are; what is missing is data', async () => {
    const { batch_uuid } = await bring(payments);
    const sale = await enter(user, wallet, 'SELL', '3', 1, { timestamp: '2024-06-01T00:00:00Z' });
    const other = await newWallet(user);
    await enter(user, other, 'BUY', '1', 1);
    const before = await balancesOf(user, other);
    await undo(batch_uuid);
    expect((await listed()).map(({ uuid }) => uuid)).toEqual([sale.body.uuid]);
    expect((await balancesOf(user, wallet))[0]).toMatchObject({
      amount: '0',
      shortfall: '3',
      state: 'current',
    });
    expect(await balancesOf(user, other)).toEqual(before);
  });

  it('forgets what was done to its transactions', async () => {
    const { batch_uuid } = await bring(payments);
    const before = await state();
    const all = await listed();
    const of = (type: string) => all.find(({ transaction_type }) => transaction_type === type);
    await patch(user, of('TRANSFER_OUT'), { transaction_type: 'SELL', price_usd: '1', fee_usd: '2' });
    await remove(user, of('FEE'));
    await undo(batch_uuid);
    expect(await listed()).toEqual([]);
    await bring(payments);
    expect(await state()).toEqual(before);
  });

  it('heeds If-Match', async () => {
    const { batch_uuid } = await bring(payments);
    expectError(await undo(batch_uuid, user.token, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
    const { headers } = await request('GET', `/import/${batch_uuid}`, { token: user.token });
    expect((await undo(batch_uuid, user.token, { 'if-match': headers.get('etag') ?? '' })).status).toBe(204);
  });

  it("is not for another user's", async () => {
    const { batch_uuid } = await bring(payments);
    const before = await state();
    expectError(await undo(batch_uuid, (await newUser()).token), 404, 'ImportError', 'Import not found');
    expect(await state()).toEqual(before);
  });
});

describe('what owners do to derived transactions outlives later imports', () => {
  const of = async (type: string) =>
    (await listed()).find(({ transaction_type }) => transaction_type === type);

  it.each([
    ['amount', { amount: '1' }],
    ['timestamp', { timestamp: '2024-01-01T00:00:00Z', price_usd: '1' }],
    ['transaction_hash', { transaction_hash: null }],
    ['transaction_type', { transaction_type: 'BUY' }],
  ])('but %s is what the file tells', async (field, edit) => {
    await bring(payments);
    expectFault(await patch(user, await of('TRANSFER_OUT'), edit), field);
  });

  it('an edit stands, whatever comes of the same hash', async () => {
    await bring(payments);
    const sent = await of('TRANSFER_OUT');
    const edited = (await patch(user, sent, { transaction_type: 'SELL', price_usd: '2900', fee_usd: '3' }))
      .body;
    expect(edited).toMatchObject({ transaction_type: 'SELL', value_usd: '2900', source: 'import' });
    await bring(tokens, refund);
    expect((await listed()).find(({ uuid }) => uuid === sent.uuid)).toEqual(edited);
    expect(
      (await listed()).filter(({ transaction_hash }) => transaction_hash === hashOf('swap')),
    ).toHaveLength(3);
  });

  it('one cancelled stays cancelled, and one restored is derived again', async () => {
    await bring(payments);
    const sent = await of('TRANSFER_OUT');
    await cancel(user, sent);
    await bring(refund);
    expect((await listed()).filter(({ amount }) => amount === '0.75' || amount === '1')).toMatchObject([
      { uuid: sent.uuid, status: 'cancelled', amount: '1' },
    ]);
    await restore(user, sent);
    await bring(tokens);
    expect((await listed()).find(({ uuid }) => uuid === sent.uuid)).toMatchObject({
      status: 'confirmed',
      transaction_type: 'SELL',
      amount: '0.75',
    });
  });

  it('one deleted does not come back', async () => {
    await bring(payments);
    await remove(user, await of('TRANSFER_OUT'));
    await bring(refund, tokens);
    const kinds = (await listed()).map(
      ({ transaction_type, token }) => `${transaction_type} ${token.decimals}`,
    );
    expect(kinds.filter((kind) => kind.startsWith('SELL') || kind.startsWith('TRANSFER_OUT'))).toEqual([]);
  });
});
