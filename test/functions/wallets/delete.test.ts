import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  invoke,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { expectError, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { expectIfMatch } from '../if-match.ts';
import { purchase } from '../purchase.ts';

const address = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';

let user: TestUser;
let wallet: Json;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user, [{ chain_id: 1, address }]);
});

const remove = (by = user, uuid = wallet.uuid) => request('DELETE', `/wallet/${uuid}`, { token: by.token });

const header =
  'Txhash,Blockno,UnixTimestamp,DateTime (UTC),From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),Status';
const row = `0x${'ab'.repeat(32)},1,1700000000,2023-11-14 22:13:20,0x${'1'.repeat(40)},${address},1,0,0,`;

const importInto = (uuid: string) =>
  request('POST', `/wallet/${uuid}/import?format=etherscan&chain_id=1`, {
    token: user.token,
    body: { address, files: [{ name: 'export.csv', content: `${header}\n${row}\n` }] },
  });

describe('a deleted wallet', () => {
  it('is a 404 wherever it, a balance or a transaction of it is named', async () => {
    const { body: transaction } = await record(user, wallet, purchase);
    const [balance] = await balancesOf(user, wallet);
    const answer = await remove();
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    const calls: [string, string, string, unknown?][] = [
      ['GET', `/wallet/${wallet.uuid}`, 'WalletError'],
      ['PUT', `/wallet/${wallet.uuid}`, 'WalletError', { name: 'Back' }],
      ['PATCH', `/wallet/${wallet.uuid}`, 'WalletError', { name: 'Back' }],
      ['DELETE', `/wallet/${wallet.uuid}`, 'WalletError'],
      ['POST', `/wallet/${wallet.uuid}/chain`, 'WalletError', { chain_id: 1, address }],
      ['DELETE', `/wallet/${wallet.uuid}/chain/1`, 'WalletError'],
      ['GET', `/wallet/transactions/${wallet.uuid}`, 'WalletError'],
      ['GET', `/balance/wallet/${wallet.uuid}`, 'WalletError'],
      ['GET', `/balance/${balance.uuid}/lots`, 'BalanceError'],
      ['GET', `/balance/${balance.uuid}/matches`, 'BalanceError'],
      ['GET', `/balance/history/${balance.uuid}`, 'BalanceError'],
      ['GET', `/transaction/${transaction.uuid}`, 'TransactionError'],
      ['POST', '/transaction', 'WalletError', { wallet_uuid: wallet.uuid, chain_id: 1, ...purchase }],
    ];
    for (const [method, path, type, body] of calls) {
      const refused = await request(method, path, { token: user.token, ...(body ? { body } : {}) });
      expect([method, path, refused.status]).toEqual([method, path, 404]);
      expectError(refused, 404, type);
    }
    expectError(await importInto(wallet.uuid), 404, 'WalletError');
    expect(await everyItem(user, `/user/wallets/${user.username}`)).toEqual([]);
    expect(await everyItem(user, `/wallet/address/${address}`)).toEqual([]);
  });

  it('leaves its addresses, and what was imported for them, to another wallet', async () => {
    expect((await importInto(wallet.uuid)).status).toBe(201);
    await remove();
    const next = await newWallet(user);
    const { status, body } = await importInto(next.uuid);
    expect([status, body.files[0].imported, body.files[0].duplicates]).toEqual([201, 1, 0]);
    expect(body.balances).toEqual([expect.objectContaining({ wallet_uuid: next.uuid, amount: '1' })]);
    expect(await everyItem(user, `/wallet/address/${address}`)).toHaveLength(1);
    const left = await sql(
      `SELECT FROM import_rows JOIN wallets ON wallets.id = wallet_id
       WHERE wallets.uuid = $1 AND NOT import_rows.is_deleted`,
      [wallet.uuid],
    );
    expect(left).toEqual([]);
  });

  it('is in no snapshot that comes after', async () => {
    await record(user, wallet, purchase);
    await remove();
    const at = '1998-01-01T05:00:00Z';
    await invoke('schedules/hourly-snapshot', { scheduled_time: at });
    const written = await sql(
      `SELECT FROM balances_history JOIN balances ON balances.id = balances_history.id / 8
       JOIN users ON users.id = user_id WHERE users.uuid = $1 AND snapshot_date = $2`,
      [user.uuid, at],
    );
    expect(written).toEqual([]);
  });

  it('is left alone by a recalculation that was on its way', async () => {
    await record(user, wallet, purchase);
    const [balance] = await balancesOf(user, wallet);
    await sql(`UPDATE balances SET dirty_since = '-infinity' WHERE uuid = $1`, [balance.uuid]);
    await remove();
    const read = () => sql('SELECT * FROM balances WHERE uuid = $1', [balance.uuid]);
    const before = await read();
    const Records = [
      { messageId: '1', receiptHandle: '1', body: JSON.stringify({ balance_uuid: balance.uuid }) },
    ];
    const { result } = await invoke('queues/recalculate-balance', { Records });
    expect(result?.batchItemFailures ?? []).toEqual([]);
    expect(await read()).toEqual(before);
  });
});

describe('own transfers of a deleted wallet', () => {
  let token: string;
  let other: Json;
  let hash: string;

  beforeEach(async () => {
    token = (await newToken()).uuid;
    other = await newWallet(user);
    hash = `0x${randomBytes(32).toString('hex')}`;
  });

  const enter = async (at: Json, transaction_type: string, day: string, fields: object = {}) => {
    const timestamp = `${day}T00:00:00Z`;
    const entry = { token_uuid: token, amount: '1', transaction_type, timestamp, ...fields };
    const { status, body } = await record(user, at, entry);
    expect(status).toBe(201);
    return body;
  };

  const transfer = async () => {
    await enter(wallet, 'BUY', '2020-01-01', { price_usd: '1000' });
    await enter(wallet, 'TRANSFER_OUT', '2021-01-01', { transaction_hash: hash });
    const received = await enter(other, 'TRANSFER_IN', '2021-01-01', {
      transaction_hash: hash,
      price_usd: '3000',
    });
    await enter(other, 'SELL', '2022-06-01', { price_usd: '4000' });
    return received;
  };

  it('brought coins whose cost is the market value then', async () => {
    const received = await transfer();
    expect((await balancesOf(user, other))[0]).toMatchObject({ realized_pnl_usd: '3000', state: 'current' });
    await remove();
    expect((await balancesOf(user, other))[0]).toMatchObject({ realized_pnl_usd: '1000', state: 'current' });
    const { body } = await request('GET', `/transaction/${received.uuid}`, { token: user.token });
    expect(body.linked_transaction_uuid).toBeNull();
  });

  it('take nothing from the wallet that sent', async () => {
    await transfer();
    const [before] = await balancesOf(user, wallet);
    await remove(user, other.uuid);
    expect((await balancesOf(user, wallet))[0]).toEqual(before);
  });

  it('are linked with a third wallet that has recorded the same one', async () => {
    await transfer();
    const third = await newWallet(user);
    await enter(third, 'BUY', '2019-01-01', { price_usd: '500' });
    const sent = await enter(third, 'TRANSFER_OUT', '2021-01-01', { transaction_hash: hash });
    expect(sent.linked_transaction_uuid).toBeNull();
    await remove();
    expect((await balancesOf(user, other))[0]).toMatchObject({ realized_pnl_usd: '3500' });
  });
});

it("is the same 404 for another's wallet as for none", async () => {
  const stranger = await newUser();
  expectError(await remove(stranger), 404, 'WalletError', 'Wallet not found');
  expectError(await remove(user, nobodys), 404, 'WalletError', 'Wallet not found');
  expect((await request('GET', `/wallet/${wallet.uuid}`, { token: user.token })).status).toBe(200);
});

it('heeds If-Match', () => expectIfMatch(user, `/wallet/${wallet.uuid}`, { method: 'DELETE' }));

it('leaves no transaction behind that came at the same time', async () => {
  await Promise.all([
    remove(),
    ...Array.from({ length: 6 }, (_, day) =>
      record(user, wallet, { ...purchase, timestamp: `2024-01-0${day + 1}T00:00:00Z` }),
    ),
  ]);
  const left = await sql(
    `SELECT transactions.id FROM transactions JOIN users ON users.id = user_id
     WHERE users.uuid = $1 AND NOT transactions.is_deleted`,
    [user.uuid],
  );
  expect(left).toEqual([]);
});
