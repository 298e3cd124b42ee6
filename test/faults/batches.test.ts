/** Batches of which a part fails or waits, and answers to them that make no sense. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse, SQSHandler } from 'aws-lambda';
import { beforeAll, expect, expectTypeOf, test } from 'vitest';
import { lockLedgers } from '#shared/adapters/db/ledger-units.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import type { handler } from '../../functions/queues/recalculate-balance.ts';
import { insertChain, ownDatabase } from '../support/database.ts';
import { runDoomed } from '../support/doomed.ts';
import { arrive, calmRun, type Desk, figuresOf, historyOf, newDesk } from '../support/histories.ts';
import { transactions } from '../support/ledger-text.ts';
import { eventOf, messageFor, workAt, workerId, workersOf } from '../support/workers.ts';

const { url, pool, db, rows } = await ownDatabase();

const variablesOf = await workersOf(url);
const chain = await insertChain(pool);

beforeAll(async () => {
  // What a recalculation brings up to date, in the order in which it is committed; a balance in `failing` fails once.
  await pool.query(`
    CREATE TABLE handled (place bigint GENERATED ALWAYS AS IDENTITY, balance_id bigint);
    CREATE TABLE failing (balance_id bigint);
    CREATE SEQUENCE failures;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT FROM failing WHERE balance_id = NEW.id) AND nextval('failures') = 1 THEN
        RAISE EXCEPTION 'this once';
      END IF;
      INSERT INTO handled (balance_id) VALUES (NEW.id);
      RETURN NULL;
    END $$;
    CREATE TRIGGER note AFTER UPDATE ON balances FOR EACH ROW
      WHEN (OLD.dirty_since IS NOT NULL AND NEW.dirty_since IS NULL) EXECUTE FUNCTION note()`);
});

const purchases = 'A: buy 1 @ 10\nB: buy 2 @ 20\nC: buy 3 @ 30';

/** A user with separate balances, all dirty, and a message for each, in order. */
const separate = async (count: number) => {
  const history = {
    scale: scaleOf(18),
    balances: [1, 2, 3],
    events: transactions(purchases).slice(0, count),
  };
  const desk = await newDesk(pool, chain, history);
  const balances = await arrive(pool, desk, history.events, history);
  return { desk, messages: balances.map((uuid) => messageFor(desk.shelf.userUuid, uuid)) };
};

const idOf = ({ shelf }: Desk, number: number): string => shelf.balances.get(number)?.id;

test('R08: of ten messages of four users one fails in the middle: it and its successors come again, in order', async () => {
  const failing = await separate(3);
  const users = [await separate(3), failing, await separate(2), await separate(2)];
  await pool.query('INSERT INTO failing VALUES ($1)', [idOf(failing.desk, 2)]);
  const messages = [0, 1, 2].flatMap((place) => users.flatMap((user) => user.messages[place] ?? []));
  const variables = variablesOf('http://127.0.0.1:1', 'http://127.0.0.1:1/none');
  /** What goes back of a batch. Not over the wire: the local queue hands out one message of a group at a time. */
  const deliver = async (event: ReturnType<typeof eventOf>) => {
    const outcome = await runDoomed({ functionId: workerId, variables, warmUps: [], event });
    const { batchItemFailures: back } = (outcome?.answer ?? {}) as SQSBatchResponse;
    return event.Records.filter((record) => back.some((one) => one.itemIdentifier === record.messageId));
  };
  const successors = failing.messages.slice(1);
  const back = await deliver(eventOf(messages));
  expect(messages).toHaveLength(10);
  expect(back.map(({ body }) => body)).toEqual(successors.map(({ body }) => body));
  expect(await deliver(eventOf(successors, 2))).toEqual([]);
  const handled = (await rows('SELECT balance_id FROM handled ORDER BY place')).map((row) => row.balance_id);
  for (const { desk, messages } of users) {
    const own = messages.map((_, place) => idOf(desk, place + 1));
    expect(handled.filter((id) => own.includes(id))).toEqual(own);
  }
  expect(handled).toHaveLength(10);
});

test('R08: a ledger that keeps its worker waiting for seconds fails nobody else of the batch', async () => {
  const [slow, others] = [await separate(1), [await separate(1), await separate(2), await separate(1)]];
  const messages = [slow, ...others].flatMap((user) => user.messages);
  const variables = variablesOf('http://127.0.0.1:1', 'http://127.0.0.1:1/none');
  const event = eventOf(messages);
  const handling = await db.transaction(async (tx) => {
    await lockLedgers(tx, slow.desk.shelf.userId);
    const outcome = runDoomed({ functionId: workerId, variables, warmUps: [], event });
    // Longer than a connection is waited for, and less than a lock is.
    await sleep(5_000);
    return { outcome };
  });
  expect((await handling.outcome)?.answer).toEqual({ batchItemFailures: [] });
  const owners = [slow, ...others].map(({ desk }) => desk.shelf.userId);
  const dirty = await rows('SELECT id FROM balances WHERE user_id = ANY($1) AND dirty_since IS NOT NULL', [
    owners,
  ]);
  expect(dirty).toEqual([]);
});

test('R09: the type of the answer is the one that Lambda reads, and never nothing', () => {
  expectTypeOf<Awaited<ReturnType<typeof handler>>>().toEqualTypeOf<SQSBatchResponse>();
  expectTypeOf<typeof handler>().toExtend<SQSHandler>();
});

test('R09: whatever senseless answer follows the work, the batch comes again and changes nothing', async () => {
  const history = historyOf(9);
  const desk = await newDesk(pool, chain, history);
  const balances = await arrive(pool, desk, history.events, history);
  const senseless = [
    { batchItemFailures: [{ itemIdentifier: 'of no message' }] },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [null] },
    { batchItemFailures: 'all of them' },
  ];
  const left = [...senseless];
  const wire = await workAt(
    variablesOf,
    async ({ event, run, retrySoon }) => {
      const answer = await run();
      if (left.length === 0) return answer;
      for (const record of event.Records) await retrySoon(record);
      return left.shift();
    },
    { maxReceives: 10 },
  );
  await wire.deliver(balances.map((uuid) => messageFor(desk.shelf.userUuid, uuid)));
  await wire.start().drained();
  expect(left).toEqual([]);
  expect(wire.log).toEqual(senseless.map(() => expect.stringContaining('no valid list of failures')));
  expect(await figuresOf(pool, desk)).toEqual(await calmRun(pool, chain, history));
});

test('R09: no answer at all is success, as Lambda has it: the batch is gone', async () => {
  const { desk, messages } = await separate(1);
  let deliveries = 0;
  const wire = await workAt(variablesOf, async ({ run }) => {
    deliveries += 1;
    await run();
    return undefined;
  });
  await wire.deliver(messages);
  await wire.start().drained();
  expect(deliveries).toBe(1);
  expect(await rows('SELECT dirty_since FROM balances WHERE id = $1', [idOf(desk, 1)])).toEqual([
    { dirty_since: null },
  ]);
});
