import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { anInstant, aUuid, expectError, expectFault, internalIdsIn, nobodys } from '../answers.ts';
import { sql } from '../database.ts';
import { purchase } from '../purchase.ts';
import { walk } from '../walk.ts';

let user: TestUser;
let wallet: Json;
let other: Json;
let bought: Json;

const trail = async (query = '', by = user) =>
  (await request('GET', `/audit${query}`, { token: by.token })).body.items as Json[];

const aHash = expect.stringMatching(/^[0-9a-f]{64}$/);

beforeAll(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  other = await newWallet(user);
  bought = (await record(user, wallet, { ...purchase, amount: '2.50', fee_usd: '1.10' })).body;
  await record(user, other, purchase);
  await request('PATCH', `/transaction/${bought.uuid}`, { token: user.token, body: { price_usd: '99.5' } });
});

it('tells who changed what from what to what, the newest first', async () => {
  const { status, body } = await request('GET', `/audit?wallet=${wallet.uuid}`, { token: user.token });
  expect(status).toBe(200);
  const entry = {
    uuid: aUuid,
    at: anInstant,
    actor: { kind: 'user', username: user.username },
    subject: 'transaction',
    subject_uuid: bought.uuid,
    wallet_uuids: [wallet.uuid],
    balance_uuids: [bought.balance_uuid],
    hash: aHash,
    previous_hash: aHash,
  };
  const first = {
    transaction_type: 'BUY',
    status: 'confirmed',
    source: 'manual',
    amount: '2.5',
    raw_amount: '2500000000000000000',
    price_usd: '100',
    value_usd: null,
    fee_usd: '1.1',
    timestamp: '2024-01-01T00:00:00.000Z',
    wallet_uuid: wallet.uuid,
    balance_uuid: bought.balance_uuid,
    token_uuid: bought.token.uuid,
    chain_id: 1,
    batch_uuid: null,
    linked_transaction_uuid: null,
    linked_by_hand: false,
    block_number: null,
    edited_at: null,
  };
  expect(body).toEqual({
    items: [
      {
        ...entry,
        action: 'changed',
        before: expect.objectContaining(first),
        after: expect.objectContaining({
          ...first,
          price_usd: '99.5',
          edited_at: body.items[0].after.edited_at,
        }),
      },
      { ...entry, action: 'created', before: null, after: expect.objectContaining(first) },
    ],
    next_cursor: null,
  });
  expect(internalIdsIn(body)).toEqual([]);
  const columns = Object.keys(body.items[0].after);
  expect(columns.filter((name) => /(?<!chain)_id$|source_key|is_deleted/.test(name))).toEqual([]);
});

it('chains entries: each has the hash of the one before', async () => {
  const items = await trail();
  expect(items).toHaveLength(3);
  for (const [place, { previous_hash }] of items.entries())
    expect(previous_hash).toBe(items[place + 1]?.hash ?? '0'.repeat(64));
});

it('hashes what it says it hashes', async () => {
  const [row] = await sql<{ text: string; previous: Buffer; hash: Buffer }>(
    `SELECT concat_ws(E'\\n', user_id, sequence, uuid, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       actor_kind, actor_id, action, subject, subject_uuid, wallet_id, balance_id, '', '', before, after) AS text,
       previous_hash AS previous, hash
     FROM audit_entries WHERE subject_uuid = $1 AND action = 'changed'`,
    [bought.uuid],
  );
  const hash = createHash('sha256')
    .update(row?.previous ?? '')
    .update(row?.text ?? '');
  expect(hash.digest('hex')).toBe(row?.hash.toString('hex'));
});

describe('pages', () => {
  it.each([1, 2, 3])('give every entry once, in order, %i at a time', async (limit) => {
    expect(await walk(user, '/audit', limit)).toEqual(await trail());
    const ofWallet = `/audit?wallet=${wallet.uuid}`;
    expect(await walk(user, ofWallet, limit)).toEqual(await trail(`?wallet=${wallet.uuid}`));
  });

  it('take the cursor of none but their own', async () => {
    const stranger = await newUser();
    await record(stranger, await newWallet(stranger), purchase);
    const [entry] = await trail('', stranger);
    expectError(
      await request('GET', `/audit?cursor=${entry.uuid}`, { token: user.token }),
      400,
      'BadRequestException',
    );
  });
});

describe('a wallet', () => {
  it('of another user is as nobody’s', async () => {
    const { token } = await newUser();
    for (const uuid of [wallet.uuid, nobodys])
      expectError(
        await request('GET', `/audit?wallet=${uuid}`, { token }),
        404,
        'WalletError',
        'Wallet not found',
      );
    expect((await request('GET', '/audit', { token })).body).toEqual({ items: [], next_cursor: null });
  });

  it('is named by its uuid', async () => {
    expectFault(await request('GET', '/audit?wallet=1', { token: user.token }), 'wallet');
  });

  it('sees its portfolios take it in, and the links it is at either end of', async () => {
    const owner = await newUser();
    const [from, to] = [await newWallet(owner), await newWallet(owner)];
    const portfolio = await createPortfolio(owner, [to]);
    const timestamp = '2024-02-01T00:00:00Z';
    await record(owner, from, purchase);
    const sending = { transaction_type: 'TRANSFER_OUT', amount: '1', timestamp };
    const sent = (await record(owner, from, sending)).body;
    const receipt = { ...sending, transaction_type: 'TRANSFER_IN' };
    const received = (await record(owner, to, receipt)).body;
    const body = { out: sent.uuid, in: received.uuid };
    expect((await request('POST', '/transfer/link', { token: owner.token, body })).status).toBe(201);
    const told = await trail(`?wallet=${to.uuid}`, owner);
    expect(told.map(({ subject, action }) => [subject, action])).toEqual([
      ['link', 'created'],
      ['link', 'created'],
      ['transaction', 'created'],
      ['portfolio_wallet', 'created'],
    ]);
    expect(told[0]).toMatchObject({
      subject_uuid: received.uuid,
      before: { linked_transaction_uuid: null, linked_by_hand: false },
      after: { linked_transaction_uuid: sent.uuid, linked_by_hand: true },
      wallet_uuids: [to.uuid, from.uuid],
      balance_uuids: [received.balance_uuid, sent.balance_uuid],
    });
    expect(told[3]).toMatchObject({ after: { portfolio_uuid: portfolio.uuid, wallet_uuid: to.uuid } });
  });
});
