/** R02: processes that end at any moment. What they had begun is undone or done; whoever comes next finishes it. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { insertChain, ownDatabase } from '../support/database.ts';
import { killAtEvery, runDoomed } from '../support/doomed.ts';
import { arrive, calmRun, figuresOf, historyOf, newDesk } from '../support/histories.ts';
import { brokenRows } from '../support/stored-ledger.ts';
import { eventOf, messageFor, workerId, workersOf } from '../support/workers.ts';

const { url, pool, db } = await ownDatabase();

const variablesOf = await workersOf(url);
const chain = await insertChain(pool);

/** About a balance that there is not: it opens the connections and does nothing. */
const warmUp = () => eventOf([messageFor('nobody', randomUUID())]);

const history = historyOf(56);

/** A user whose first half has been recalculated, so that the second has something to rewind, and its messages. */
const halfDone = async () => {
  const desk = await newDesk(pool, chain, history);
  const middle = Math.floor(history.events.length / 2);
  for (const uuid of await arrive(pool, desk, history.events.slice(0, middle), history))
    await handleRecalculation(db, uuid);
  const dirty = await arrive(pool, desk, history.events.slice(middle), history);
  return { desk, dirty, messages: dirty.map((uuid) => messageFor(desk.shelf.userUuid, uuid)) };
};

/** The figures between one message and the next of a calm run. */
const calmStates = async (): Promise<string[]> => {
  const { desk, dirty } = await halfDone();
  const states = [JSON.stringify(await figuresOf(pool, desk))];
  for (const uuid of dirty) {
    await handleRecalculation(db, uuid);
    states.push(JSON.stringify(await figuresOf(pool, desk)));
  }
  return states;
};

test('R02: a worker that dies before or after any statement leaves all or nothing, and the next one ends it', async () => {
  const calm = await calmRun(pool, chain, history);
  const states = await calmStates();
  const users = new Map<number, Awaited<ReturnType<typeof halfDone>>>();
  const found = new Set<number>();
  const variables = variablesOf('http://127.0.0.1:1', 'http://127.0.0.1:1/none');
  const deaths = await killAtEvery(
    async (dieAt) => {
      const user = await halfDone();
      users.set(dieAt, user);
      return { functionId: workerId, variables, warmUps: [warmUp()], event: eventOf(user.messages) };
    },
    async (dieAt) => {
      const user = users.get(dieAt);
      const figures = user && JSON.stringify(await figuresOf(pool, user.desk));
      found.add(states.indexOf(figures ?? ''));
    },
  );
  // A message is at least a look for its balance, BEGIN, a lock, a reading, a writing and COMMIT.
  expect(deaths).toBeGreaterThan(6);
  expect([...found].sort()).toEqual([...new Set(states)].map((state) => states.indexOf(state)));
  const event = eventOf([...users.values()].flatMap(({ messages }) => messages));
  const outcome = await runDoomed({ functionId: workerId, variables, warmUps: [], event });
  expect(outcome?.answer).toEqual({ batchItemFailures: [] });
  for (const { desk } of users.values()) {
    expect(await figuresOf(pool, desk)).toEqual(calm);
    expect(await brokenRows(pool, desk.shelf)).toEqual([]);
  }
}, 180_000);
