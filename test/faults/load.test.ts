/** R25: more than anybody has, at once. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { recalculateBalance } from '#shared/contract/messages.ts';
import { scaleOf } from '#shared/domain/lot.ts';
import { insertChain, ownDatabase } from '../support/database.ts';
import { runDoomed } from '../support/doomed.ts';
import { brokenRows, newShelf } from '../support/stored-ledger.ts';
import { eventOf, messageFor, workAt, workerId, workersOf } from '../support/workers.ts';

const { url, pool, rows } = await ownDatabase();

const variablesOf = await workersOf(url);
const chain = await insertChain(pool);

/** Alternately two bought and one sold, so many for each balance, a minute apart. */
const trade = (balances: string, many: number) =>
  pool.query(
    `INSERT INTO transactions (user_id, wallet_id, balance_id, chain_id, token_id, transaction_type, source,
       source_key, "timestamp", raw_amount, amount, recorded_as, price_usd)
     SELECT user_id, wallet_id, balances.id, $1, token_id, CASE number % 2 WHEN 0 THEN 'BUY' ELSE 'SELL' END,
       'import', number, '2020-01-01Z'::timestamptz + number * interval '1 minute', 2 - number % 2, 2 - number % 2,
       'raw_amount', 100 + number % 97
     FROM balances, generate_series(0, $2 - 1) AS number WHERE ${balances}`,
    [chain.id, many],
  );

test('R25: 5,000 messages at once are handled, each of 500 dirty balances is current', async () => {
  const token = await rows(
    `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals)
     VALUES ($1, '0x1', 'TST', 'Test', 0) RETURNING id`,
    [chain.id],
  );
  const balances = await rows(
    `WITH people AS (INSERT INTO users (username, email)
       SELECT 'user' || number, number || '@example.org' FROM generate_series(1, 250) AS number RETURNING id, uuid),
     homes AS (INSERT INTO wallets (user_id, name)
       SELECT id, 'Wallet ' || number FROM people, generate_series(1, 2) AS number RETURNING id, user_id),
     made AS (INSERT INTO balances (user_id, wallet_id, token_id, dirty_since)
       SELECT user_id, id, $1, '2020-01-01Z' FROM homes RETURNING id, user_id, uuid)
     SELECT made.id, made.uuid, people.uuid AS owner FROM made JOIN people ON people.id = user_id`,
    [token[0]?.id],
  );
  await trade('dirty_since IS NOT NULL', 3);
  // As after ten imports each, before any was handled.
  const messages = Array.from({ length: 10 }, () =>
    balances.map(({ uuid, owner }) => messageFor(owner, uuid)),
  ).flat();
  expect(messages).toHaveLength(5_000);
  // Without the queue, whose own time would be most of it: batches of ten to five workers at once.
  const { invoke, logged } = await workAt(variablesOf);
  const batches = Array.from({ length: 500 }, (_, place) => messages.slice(place * 10, place * 10 + 10));
  const answers: unknown[] = [];
  const work = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift())
      answers.push(await invoke(eventOf(batch)));
  };
  await Promise.all([1, 2, 3, 4, 5].map(work));
  expect(answers, logged.join('\n')).toEqual(Array.from({ length: 500 }, () => ({ batchItemFailures: [] })));
  const states = await rows(
    `SELECT dirty_since, raw_amount, cost_basis_usd, count(*) FROM balances GROUP BY 1, 2, 3`,
  );
  expect(states).toEqual([{ dirty_since: null, raw_amount: '3', cost_basis_usd: '304', count: '500' }]);
}, 180_000);

test('R25: a wallet of 20,000 transactions is recalculated in its time, in less than 400 MB', async () => {
  const shelf = await newShelf(pool, chain, [1], scaleOf(0));
  const balance = shelf.balances.get(1) ?? {};
  await trade(`balances.id = ${balance.id}`, 20_000);
  await pool.query(`UPDATE balances SET dirty_since = '-infinity' WHERE id = $1`, [balance.id]);
  const started = performance.now();
  const outcome = await runDoomed({
    functionId: workerId,
    variables: variablesOf('http://127.0.0.1:1', 'http://127.0.0.1:1/none'),
    warmUps: [eventOf([messageFor('nobody', randomUUID())])],
    event: eventOf([messageFor(shelf.userUuid, balance.uuid)]),
  });
  const seconds = (performance.now() - started) / 1000;
  expect(outcome?.answer).toEqual({ batchItemFailures: [] });
  expect(seconds).toBeLessThan(recalculateBalance.timeoutSeconds);
  expect(outcome?.megabytes).toBeLessThan(400);
  expect(await brokenRows(pool, shelf)).toEqual([]);
  const counts = await rows(
    `SELECT raw_amount, (SELECT count(*) FROM lots WHERE balance_id = balances.id) AS lots,
       (SELECT sum(raw_amount) FROM lot_matches WHERE balance_id = balances.id) AS matched
     FROM balances WHERE id = $1`,
    [balance.id],
  );
  expect(counts).toEqual([{ raw_amount: '10000', lots: '10000', matched: '10000' }]);
});
