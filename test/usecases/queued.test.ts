/** The way through the queue: what a request leaves to the worker, and what crashes and repetitions do to it. */
import { randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Db } from '#shared/adapters/db/client.ts';
import { claimOutbox } from '#shared/adapters/db/outbox.ts';
import type { Caller } from '#shared/usecases/context.ts';
import type { Entry } from '#shared/usecases/entries.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { recordTransaction } from '#shared/usecases/record-transaction.ts';
import { sendAnnounced } from '#shared/usecases/send-outbox.ts';
import { handler } from '../../functions/queues/recalculate-balance.ts';
import { invoke } from '../support/api.ts';
import { insertUser, insertWallet, openDatabase, type Row } from '../support/database.ts';
import { becomeWorker } from '../support/queued.ts';
import { captureLog } from '../support/wrapped.ts';

vi.hoisted(() => {
  process.env.INLINE_REPLAY_LIMIT = '0';
});

const { pool, db, rows } = openDatabase();
const other = openDatabase();

let send: Awaited<ReturnType<typeof becomeWorker>>['send'];

beforeAll(async () => {
  ({ send } = await becomeWorker());
});

interface Person {
  caller: Caller;
  wallet: Row;
}

const newPerson = async (): Promise<Person> => {
  const user = await insertUser(pool);
  return { caller: { userId: BigInt(user.id), userUuid: user.uuid }, wallet: await insertWallet(pool, user) };
};

const day = (number: number): string => new Date(Date.UTC(2024, 0, number)).toISOString();

type Fields = Partial<Entry> & Pick<Entry, 'transaction_type' | 'amount'>;

const recordOn = (on: Db, { caller, wallet }: Person, fields: Fields, announced: string[]) =>
  recordTransaction(
    { db: on, announced },
    caller,
    { wallet_uuid: wallet.uuid, chain_id: '1', timestamp: day(1), ...fields },
    new Date(),
  );

/** Records and commits; sending what was announced is up to the test. */
const record = async (person: Person, fields: Fields) => {
  const announced: string[] = [];
  const transaction = await db.transaction((tx) => recordOn(tx, person, fields, announced));
  return { transaction, announced, balance: transaction.balance_uuid };
};

const buy = (person: Person, amount = '1', fields: Partial<Entry> = {}) =>
  record(person, { transaction_type: 'BUY', amount, price_usd: '100', ...fields });

const stateOf = async (uuid: string): Promise<Row> => {
  const [row] = await rows(
    `SELECT dirty_since, version, amount, cost_basis_usd, realized_pnl_usd,
       (SELECT count(*) FROM lots WHERE balance_id = balances.id) AS lots,
       (SELECT count(*) FROM lot_matches WHERE balance_id = balances.id) AS matches
     FROM balances WHERE uuid = $1`,
    [uuid],
  );
  return row ?? {};
};

const untilCurrent = (uuid: string): Promise<void> =>
  vi.waitFor(async () => expect(await stateOf(uuid)).toMatchObject({ dirty_since: null }), {
    timeout: 15_000,
    interval: 50,
  });

/** Groups are handled in order: once this balance is current, all that was sent to its user before has been handled. */
const untilHandled = async (person: Person): Promise<void> => {
  const wallet = await insertWallet(pool, { id: String(person.caller.userId) });
  const { announced, balance } = await buy({ ...person, wallet });
  await sendAnnounced(db, announced);
  await untilCurrent(balance);
};

const outboxOf = ({ caller }: Person) =>
  rows('SELECT * FROM outbox WHERE user_id = $1 ORDER BY id', [caller.userId]);

const sweep = () => invoke('schedules/sweep-outbox', { scheduled_time: day(1) });

const age = (uuids: string[], column = 'created_at', interval = '1 minute 1 second') =>
  pool.query(`UPDATE outbox SET ${column} = now() - $1::interval WHERE uuid = ANY($2)`, [interval, uuids]);

describe('a change that is left to the queue', () => {
  test('is announced in its own transaction, and current once the worker has had it', async () => {
    const person = await newPerson();
    const { transaction, announced, balance } = await buy(person, '2');
    expect(transaction.balance_state).toBe('recalculating');
    expect(await stateOf(balance)).toMatchObject({ dirty_since: new Date(day(1)), amount: '0', lots: '0' });
    const waiting = { message: 'recalculate-balance', group_id: person.caller.userUuid, sent_at: null };
    expect(await outboxOf(person)).toMatchObject([
      { ...waiting, uuid: announced[0], body: { balance_uuid: balance }, claimed_at: null },
    ]);
    await sendAnnounced(db, announced);
    expect(await outboxOf(person)).toMatchObject([{ sent_at: expect.any(Date) }]);
    await untilCurrent(balance);
    expect(await stateOf(balance)).toMatchObject({ amount: '2', cost_basis_usd: '200', lots: '1' });
  });

  test('leaves no message behind when it is undone', async () => {
    const person = await newPerson();
    const undone = db.transaction(async (tx) => {
      await recordOn(tx, person, { transaction_type: 'BUY', amount: '1' }, []);
      expect(await outboxOf(person)).toEqual([]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await outboxOf(person)).toEqual([]);
    expect(await rows('SELECT FROM balances WHERE user_id = $1', [person.caller.userId])).toEqual([]);
  });

  test('names both balances of an own transfer, and lots move through the queue too', async () => {
    const person = await newPerson();
    const second = { ...person, wallet: await insertWallet(pool, { id: String(person.caller.userId) }) };
    const bought = await buy(person, '3', { price_usd: '50' });
    const transfer = { amount: '2', timestamp: day(2), transaction_hash: `0x${'a'.repeat(64)}` };
    const sent = await record(person, { ...transfer, transaction_type: 'TRANSFER_OUT' });
    const received = await record(second, { ...transfer, transaction_type: 'TRANSFER_IN' });
    const named = (await outboxOf(person)).filter(({ uuid }) => received.announced.includes(uuid));
    expect(named.map(({ body }) => body.balance_uuid).sort()).toEqual(
      [bought.balance, received.balance].sort(),
    );
    await sendAnnounced(db, [...received.announced, ...bought.announced, ...sent.announced]);
    await untilCurrent(bought.balance);
    await untilCurrent(received.balance);
    expect(await stateOf(received.balance)).toMatchObject({ amount: '2', cost_basis_usd: '100', lots: '1' });
    expect(await stateOf(bought.balance)).toMatchObject({ amount: '1', cost_basis_usd: '50', matches: '1' });
  });

  test('is refused where it would leave the wallet short, although nothing has been replayed', async () => {
    const person = await newPerson();
    const { balance } = await buy(person, '2', { timestamp: day(5) });
    const sell = (amount: string, at: number) =>
      record(person, { transaction_type: 'SELL', amount, timestamp: day(at) });
    await expect(sell('2.000000000000000001', 6)).rejects.toThrow('short of 0.000000000000000001 ETH');
    await expect(sell('1', 4)).rejects.toThrow('short of 1 ETH');
    expect((await sell('2', 8)).transaction.balance_state).toBe('recalculating');
    await expect(sell('1', 6)).rejects.toThrow('short of 1 ETH');
    expect(await rows('SELECT FROM transactions WHERE user_id = $1', [person.caller.userId])).toHaveLength(2);
    expect(await outboxOf(person)).toHaveLength(2);
    await handleRecalculation(db, balance);
    expect(await stateOf(balance)).toMatchObject({ amount: '0', lots: '1', matches: '1' });
  });

  test('cannot spend what an own transfer brings before it was sent, whatever the receiver’s clock says', async () => {
    const person = await newPerson();
    const second = { ...person, wallet: await insertWallet(pool, { id: String(person.caller.userId) }) };
    await buy(person);
    const transfer = { amount: '1', transaction_hash: `0x${'d'.repeat(64)}` };
    const received = { ...transfer, transaction_type: 'TRANSFER_IN' as const, timestamp: day(2) };
    const { balance } = await record(second, received);
    await record(person, { ...transfer, transaction_type: 'TRANSFER_OUT', timestamp: day(4) });
    const sell = (at: number) =>
      record(second, { transaction_type: 'SELL', amount: '1', timestamp: day(at) });
    await expect(sell(3)).rejects.toThrow('short of 1 ETH');
    await sell(5);
    await handleRecalculation(db, balance);
    expect(await stateOf(balance)).toMatchObject({ amount: '0', lots: '1', matches: '1' });
  });
});

describe('a crash', () => {
  test('between commit and send delays: the sweeper sends, once', async () => {
    const person = await newPerson();
    const { announced, balance } = await buy(person);
    await sweep();
    expect(await outboxOf(person)).toMatchObject([{ claimed_at: null, sent_at: null }]);
    await age(announced, 'created_at', '6 seconds');
    await sweep();
    const [sent] = await outboxOf(person);
    expect(sent?.sent_at).toBeInstanceOf(Date);
    await untilCurrent(balance);
    const { version } = await stateOf(balance);
    await sweep();
    await sendAnnounced(db, announced);
    await untilHandled(person);
    expect((await outboxOf(person))[0]?.sent_at).toEqual(sent?.sent_at);
    expect(await stateOf(balance)).toMatchObject({ version, amount: '1' });
  });

  test('between claim and send delays until the claim has expired', async () => {
    const person = await newPerson();
    const { announced, balance } = await buy(person);
    expect(await claimOutbox(db, { uuids: announced })).toHaveLength(1);
    await age(announced);
    await sweep();
    expect(await outboxOf(person)).toMatchObject([{ sent_at: null }]);
    await age(announced, 'claimed_at');
    await sweep();
    expect(await outboxOf(person)).toMatchObject([{ sent_at: expect.any(Date) }]);
    await untilCurrent(balance);
  });

  test('between send and mark sends again, which changes nothing', async () => {
    const person = await newPerson();
    const { announced, balance } = await buy(person);
    await sendAnnounced(db, announced);
    await untilCurrent(balance);
    await pool.query('UPDATE outbox SET sent_at = NULL WHERE uuid = ANY($1)', [announced]);
    await age(announced);
    await age(announced, 'claimed_at');
    const before = await stateOf(balance);
    await sweep();
    await untilHandled(person);
    expect(await stateOf(balance)).toEqual(before);
  });
});

describe('messages', () => {
  test('repeated, reordered and handled at once end in the same state', async () => {
    const person = await newPerson();
    const { balance } = await buy(person, '1', { timestamp: day(1), price_usd: '100' });
    await buy(person, '1', { timestamp: day(3), price_usd: '300' });
    await buy(person, '1', { timestamp: day(2), price_usd: '200' });
    await record(person, { transaction_type: 'SELL', amount: '1.5', price_usd: '400', timestamp: day(4) });
    const usdc = { contract_address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' };
    const { balance: second } = await buy(person, '7', { ...usdc, price_usd: '1' });
    const message = (uuid: string) => send(person.caller.userUuid, { balance_uuid: uuid });
    for (const uuid of [second, balance, second, balance]) await message(uuid);
    await Promise.all([
      ...[balance, second, balance].map((uuid) => handleRecalculation(db, uuid)),
      ...[second, balance, balance].map((uuid) => handleRecalculation(other.db, uuid)),
      ...[balance, balance, second, second].map(message),
    ]);
    await untilHandled(person);
    const figures = {
      cost_basis_usd: '400',
      realized_pnl_usd: '400',
      amount: '1.5',
      lots: '3',
      matches: '2',
    };
    expect(await stateOf(balance)).toMatchObject({ ...figures, dirty_since: null });
    expect(await stateOf(second)).toMatchObject({ cost_basis_usd: '7', amount: '7', lots: '1' });
  });

  test('that come before their change is visible do no harm', async () => {
    const person = await newPerson();
    const { balance } = await buy(person);
    await handleRecalculation(db, balance);
    await db.transaction(async (tx) => {
      await recordOn(tx, person, { transaction_type: 'BUY', amount: '2', timestamp: day(2) }, []);
      // The worker waits for the lock that this transaction holds, and then sees what it has done.
      void handleRecalculation(other.db, balance);
      await vi.waitFor(async () =>
        expect(
          await rows(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`),
        ).not.toHaveLength(0),
      );
    });
    await untilCurrent(balance);
    expect(await stateOf(balance)).toMatchObject({ amount: '3', lots: '2' });
  });

  test('for a balance that does not exist are acknowledged', async () => {
    const person = await newPerson();
    await send(person.caller.userUuid, { balance_uuid: randomUUID() });
    await untilHandled(person);
    await expect(handleRecalculation(db, randomUUID())).resolves.toBeUndefined();
  });
});

test('a malformed message goes back with what is behind it, other groups go on; in the end it goes back alone', async () => {
  captureLog();
  const [blocked, free] = [await newPerson(), await newPerson()];
  const [behind, elsewhere] = [await buy(blocked), await buy(free)];
  const deliver = async (receives: number): Promise<string[]> => {
    const record = (id: string, group: string, body: string) => ({
      ...{ messageId: id, receiptHandle: id, body },
      attributes: { MessageGroupId: group, ApproximateReceiveCount: String(receives) },
    });
    const good = (uuid: string) => JSON.stringify({ balance_uuid: uuid });
    const Records = [
      record('malformed', blocked.caller.userUuid, '{"balance_uuid": "all of them"}'),
      record('behind', blocked.caller.userUuid, good(behind.balance)),
      record('elsewhere', free.caller.userUuid, good(elsewhere.balance)),
    ];
    const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
  for (const receives of [1, 2, 3, 4]) expect(await deliver(receives)).toEqual(['malformed', 'behind']);
  expect(await stateOf(elsewhere.balance)).toMatchObject({ dirty_since: null, amount: '1' });
  expect(await stateOf(behind.balance)).toMatchObject({ dirty_since: expect.any(Date), amount: '0' });
  expect(await deliver(5)).toEqual(['malformed']);
  expect(await stateOf(behind.balance)).toMatchObject({ dirty_since: null, amount: '1' });
});
