import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Db } from '#shared/adapters/db/client.ts';
import { claimOutbox, insertOutbox, markSent, purgeOutbox } from '#shared/adapters/db/outbox.ts';
import { insertUser, ownDatabase } from '../support/database.ts';

// Claims reach for whatever is unsent, so not in the database that other files work on.
const { pool, db, rows } = await ownDatabase();
const user = await insertUser(pool);

const write = async (body: object = { balance_uuid: randomUUID() }, on: Db = db): Promise<string> => {
  const message = { userId: BigInt(user.id), message: 'recalculate-balance', groupId: user.uuid };
  const [uuid = ''] = await insertOutbox(on, { ...message, bodies: [body] });
  return uuid;
};

/** Makes rows look as if they were written, claimed or sent a while ago. */
const age = (column: 'created_at' | 'claimed_at' | 'sent_at', interval: string, uuids: string[]) =>
  pool.query(`UPDATE outbox SET ${column} = now() - $1::interval WHERE uuid = ANY($2)`, [interval, uuids]);

const oldOnes = async (count: number): Promise<string[]> => {
  const uuids = [];
  for (let one = 0; one < count; one += 1) uuids.push(await write());
  await age('created_at', '6 seconds', uuids);
  return uuids;
};

const idsOf = (claimed: readonly { id: string }[]) => claimed.map(({ id }) => id).sort();

const left = async () => (await rows('SELECT uuid FROM outbox')).map(({ uuid }) => uuid);

beforeEach(() => pool.query('DELETE FROM outbox'));

describe('writing', () => {
  test('happens with the change, or not at all', async () => {
    const undone = db.transaction(async (tx) => {
      await write({}, tx);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await left()).toEqual([]);
    const uuid = await db.transaction((tx) => write({}, tx));
    expect(await left()).toEqual([uuid]);
  });
});

describe('claiming what was just written', () => {
  test('gives it as the queue wants it, and only once', async () => {
    const body = { balance_uuid: randomUUID() };
    const [first, other] = [await write(body), await write()];
    expect(await claimOutbox(db, { uuids: [first] })).toEqual([
      { id: first, messageId: 'recalculate-balance', groupId: user.uuid, body },
    ]);
    expect(await claimOutbox(db, { uuids: [first] })).toEqual([]);
    expect(idsOf(await claimOutbox(db, { uuids: [first, other] }))).toEqual([other]);
  });

  test('gives nothing that was sent', async () => {
    const uuid = await write();
    await markSent(db, [uuid]);
    expect(await claimOutbox(db, { uuids: [uuid] })).toEqual([]);
  });

  test('of none gives none', async () => {
    await write();
    expect(await claimOutbox(db, { uuids: [] })).toEqual([]);
    await markSent(db, []);
  });
});

describe('claiming what a crash left behind', () => {
  test('waits for five seconds: its writer may be sending it', async () => {
    const uuid = await write();
    expect(await claimOutbox(db, { limit: 10 })).toEqual([]);
    await age('created_at', '4 seconds', [uuid]);
    expect(await claimOutbox(db, { limit: 10 })).toEqual([]);
    await age('created_at', '6 seconds', [uuid]);
    expect(idsOf(await claimOutbox(db, { limit: 10 }))).toEqual([uuid]);
  });

  test('takes the oldest first, no more than the limit', async () => {
    const uuids = await oldOnes(5);
    expect(idsOf(await claimOutbox(db, { limit: 3 }))).toEqual(uuids.slice(0, 3).sort());
    expect(idsOf(await claimOutbox(db, { limit: 3 }))).toEqual(uuids.slice(3).sort());
    expect(await claimOutbox(db, { limit: 3 })).toEqual([]);
  });

  test('ends after five seconds, for who claimed it may have died too', async () => {
    const uuids = await oldOnes(1);
    await claimOutbox(db, { limit: 10 });
    await age('claimed_at', '4 seconds', uuids);
    expect(await claimOutbox(db, { limit: 10 })).toEqual([]);
    await age('claimed_at', '6 seconds', uuids);
    expect(idsOf(await claimOutbox(db, { limit: 10 }))).toEqual(uuids);
    expect(await claimOutbox(db, { limit: 10 })).toEqual([]);
  });

  test('by several at once hands out each message once, and nobody waits', async () => {
    const uuids = await oldOnes(40);
    const claimed = await Promise.all([1, 2, 3, 4].map(() => claimOutbox(db, { limit: 15 })));
    const ids = claimed.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const rest = await claimOutbox(db, { limit: 100 });
    expect([...ids, ...idsOf(rest)].sort()).toEqual(uuids.sort());
  });

  test('passes over what another is claiming in an open transaction', async () => {
    const [first = '', second = ''] = await oldOnes(2);
    await db.transaction(async (tx) => {
      await claimOutbox(tx, { uuids: [first] });
      expect(idsOf(await claimOutbox(db, { limit: 10 }))).toEqual([second]);
    });
  });
});

test('forgets what was sent a week ago, and nothing that was not', async () => {
  const [fresh = '', sent = '', long = ''] = await oldOnes(3);
  await markSent(db, [sent, long]);
  await age('sent_at', '6 days 23 hours', [sent]);
  await age('sent_at', '7 days 1 hour', [long]);
  await age('created_at', '90 days', [fresh, sent, long]);
  await purgeOutbox(db);
  expect((await left()).sort()).toEqual([fresh, sent].sort());
});
