/** Replays of everybody's balances: who is announced, and what happens to writers meanwhile. */
import { beforeEach, describe, expect, test } from 'vitest';
import { lockAllLedgers, lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { claimOutbox, markHandled, markSent } from '#shared/adapters/db/outbox.ts';
import { announceReplays } from '#shared/usecases/announce-replays.ts';
import { recalculateAll } from '#shared/usecases/recalculate-all.ts';
import {
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  ownDatabase,
  type Row,
} from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();
const chain = await insertChain(pool);

let token: Row;
let balances: Row[];

/** Two users with a balance each, in one token. */
beforeEach(async () => {
  await pool.query('DELETE FROM outbox');
  await pool.query('DELETE FROM balances');
  token = await insertToken(pool, chain);
  balances = [];
  for (const user of [await insertUser(pool), await insertUser(pool)]) {
    balances.push(await insertBalance(pool, await insertWallet(pool, user), token));
  }
});

const announceAll = async () => {
  const announced: string[] = [];
  const answer = await db.transaction((tx) => recalculateAll({ db: tx, announced }));
  return { ...answer, announced, messages: answer.announced };
};

const outbox = () => rows('SELECT uuid::text, message, group_id, body FROM outbox ORDER BY id');

test('marks every balance and writes a message for each, in the group of its user', async () => {
  const { announced, ...answer } = await announceAll();
  expect(answer).toEqual({ balances: 2, messages: 2, state: 'recalculating' });
  const owners = await rows(
    `SELECT balances.uuid::text AS balance_uuid, users.uuid::text AS group_id FROM balances
     JOIN users ON users.id = user_id ORDER BY balances.id`,
  );
  expect(await outbox()).toEqual(
    owners.map(({ balance_uuid, group_id }) => ({
      uuid: expect.any(String),
      message: 'recalculate-balance',
      group_id,
      body: { balance_uuid },
    })),
  );
  expect(announced.sort()).toEqual((await outbox()).map(({ uuid }) => uuid).sort());
  const dirty = await rows('SELECT dirty_since::text FROM balances');
  expect(dirty).toEqual(Array(2).fill({ dirty_since: '-infinity' }));
});

test('leaves deleted accounts and balances alone, and other tokens where one is meant', async () => {
  await pool.query('UPDATE users SET is_deleted = true WHERE id = $1', [balances[0]?.user_id]);
  expect(await announceAll()).toMatchObject({ balances: 1, messages: 1 });
  const other = await insertToken(pool, chain);
  expect(await db.transaction((tx) => announceReplays({ db: tx, announced: [] }, BigInt(other.id)))).toEqual({
    balances: 0,
    announced: 0,
  });
});

test('gives back only so many messages to be sent at once', async () => {
  const wallet = { id: balances[0]?.wallet_id, user_id: balances[0]?.user_id };
  for (let count = 0; count < 110; count += 1) {
    await insertBalance(pool, wallet, await insertToken(pool, chain));
  }
  const { announced, messages } = await announceAll();
  expect([messages, announced.length]).toEqual([112, 100]);
});

describe('a balance that waits already', () => {
  test('is not announced again, whether its message was sent or not', async () => {
    const { announced } = await announceAll();
    expect(await announceAll()).toMatchObject({ balances: 2, messages: 0, announced: [] });
    await claimOutbox(db, { uuids: announced });
    await markSent(db, announced);
    expect(await announceAll()).toMatchObject({ balances: 2, messages: 0 });
  });

  test('is announced again once its message was handled, or counts as lost', async () => {
    const [first = '', second = ''] = (await announceAll()).announced;
    await markSent(db, [first, second]);
    await markHandled(db, [first, 'no uuid']);
    expect(await announceAll()).toMatchObject({ messages: 1 });
    await pool.query(`UPDATE outbox SET sent_at = now() - interval '61 minutes' WHERE uuid = $1`, [second]);
    expect(await announceAll()).toMatchObject({ messages: 1 });
  });

  test('is announced again when it has become current, although its message is not noted as handled', async () => {
    await announceAll();
    await pool.query('UPDATE balances SET dirty_since = NULL WHERE id = $1', [balances[0]?.id]);
    expect(await announceAll()).toMatchObject({ messages: 1 });
  });
});

test('writers wait for an operator who has locked all ledgers, and the operator for them', async () => {
  const order: string[] = [];
  const locked = Promise.withResolvers<void>();
  const writing = db.transaction(async (tx) => {
    await lockLedgers(tx, 1n);
    locked.resolve();
    await new Promise((resolve) => setTimeout(resolve, 200));
    // Taking the same lock again must not wait for the operator, who waits for this transaction.
    await lockLedgers(tx, 1n);
    order.push('writer');
  });
  await locked.promise;
  const operating = db.transaction(async (tx) => {
    await lockAllLedgers(tx);
    order.push('operator');
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const late = db.transaction(async (tx) => {
    await lockLedgers(tx, 2n);
    order.push('late writer');
  });
  await Promise.all([writing, operating, late]);
  expect(order).toEqual(['writer', 'operator', 'late writer']);
});
