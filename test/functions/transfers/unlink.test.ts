import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { balancesOf, everyItem, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { newToken } from '../database.ts';
import { hashOf, importFiles, transactionsFile } from '../imports/exports.ts';
import { cancel, enter, link, patch, restore, show, unlink } from '../transactions/ledger.ts';

let user: TestUser;
let token_uuid: string;
let from: Json;
let into: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  token_uuid = (await newToken()).uuid;
  from = await newWallet(user);
  into = await newWallet(user);
  await enter(user, from, 'BUY', '10', 1, { token_uuid, price_usd: '3' });
});

const transfer = async (fields: object = {}) => {
  const all = { token_uuid, ...fields };
  const sent = (await enter(user, from, 'TRANSFER_OUT', '4', 2, all)).body;
  const received = (await enter(user, into, 'TRANSFER_IN', '4', 2, { ...all, price_usd: '900' })).body;
  return { sent, received };
};

const listOf = (wallet: Json) => everyItem(user, `/wallet/transactions/${wallet.uuid}`);

const linkOf = async (transaction: Json) => (await show(user, transaction)).body.linked_transaction_uuid;

it('leaves two transfers that have nothing to do with each other', async () => {
  const { sent, received } = await transfer();
  const before = [await balancesOf(user, from), await balancesOf(user, into)];
  await link(user, sent, received);
  const { status, body } = await unlink(user, sent);
  expect([status, body]).toEqual([204, undefined]);
  expect([await linkOf(sent), await linkOf(received)]).toEqual([null, null]);
  expect([await balancesOf(user, from), await balancesOf(user, into)]).toEqual(before);
  expectError(await unlink(user, sent), 404, 'TransferError', 'Transfer not found');
  expect((await link(user, sent, received)).status).toBe(201);
});

it('ends an automatic link, which neither an entry nor an edit makes again', async () => {
  const transaction_hash = `0x${randomBytes(32).toString('hex')}`;
  const { sent, received } = await transfer({ transaction_hash });
  expect(await linkOf(sent)).toBe(received.uuid);
  expect((await unlink(user, sent)).status).toBe(204);
  await enter(user, from, 'TRANSFER_OUT', '1', 3, { token_uuid, transaction_hash });
  await patch(user, sent, { price_usd: '1' });
  await cancel(user, received);
  await restore(user, received);
  expect([await linkOf(sent), await linkOf(received)]).toEqual([null, null]);
  expect((await balancesOf(user, into))[0]).toMatchObject({ cost_basis_usd: '3600' });
});

it('is remembered by the imports that come after', async () => {
  const address = `0x${hashOf(from.uuid).slice(2, 42)}`;
  const theirs = `0x${hashOf(into.uuid).slice(2, 42)}`;
  const tx = from.uuid;
  const sending = transactionsFile([
    { tx: `${tx}0`, day: 0, in: '5', to: address },
    { tx, day: 1, out: '2', from: address, to: theirs, fee: '0.01' },
  ]);
  const receipt = transactionsFile([{ tx, day: 1, in: '2', from: address, to: theirs }]);
  await importFiles(user, from, [sending], { address });
  await importFiles(user, into, [receipt], { address: theirs });
  const listed = async () =>
    (await balancesOf(user, into)).map(({ cost_basis_usd, amount }) => [amount, cost_basis_usd]);
  const { body } = await show(
    user,
    (await listOf(from)).find((one) => one.transaction_type === 'TRANSFER_OUT'),
  );
  expect(body.linked_transaction_uuid).not.toBeNull();
  expect((await unlink(user, body)).status).toBe(204);
  const again = transactionsFile([
    { tx, day: 1, out: '2', from: address, to: theirs, fee: '0.01', usd: '3100' },
  ]);
  await importFiles(user, from, [sending, again], { address });
  expect(await linkOf(body)).toBeNull();
  expect(await listed()).toEqual([['2', '6000']]);
});

it('heeds If-Match: the tag of the answer that made the link', async () => {
  const { sent, received } = await transfer();
  const etag = (await link(user, sent, received)).headers.get('etag') ?? '';
  expectError(await unlink(user, sent, { 'if-match': '"stale"' }), 412, 'PreconditionFailed');
  expect((await unlink(user, sent, { 'if-match': etag })).status).toBe(204);
});

it("does not end another user's, nor take the side that receives for its name", async () => {
  const { sent, received } = await transfer();
  await link(user, sent, received);
  const stranger = await newUser();
  for (const answer of [
    await unlink(stranger, sent),
    await unlink(user, received),
    await unlink(user, { uuid: nobodys }),
  ]) {
    expectError(answer, 404, 'TransferError', 'Transfer not found');
  }
  expect(await linkOf(sent)).toBe(received.uuid);
});
