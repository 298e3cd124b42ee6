/** Searching among many tokens. */
import { expect, test } from 'vitest';
import { pageTokens } from '#shared/adapters/db/token-records.ts';
import { insertChain, ownDatabase } from '../support/database.ts';

const { pool, db, rows } = await ownDatabase();

test('by symbol reads the few that match, of ten thousand', async () => {
  const chain = await insertChain(pool);
  await pool.query(
    `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals)
     SELECT $1, '0x' || md5(number::text), 'T' || number || 'X', 'Token ' || number, 18
     FROM generate_series(1, 10000) AS number`,
    [chain.id],
  );
  await pool.query('ANALYZE tokens');
  const plan = await rows(
    `EXPLAIN (FORMAT JSON) SELECT id FROM tokens WHERE NOT is_deleted AND lower(symbol) LIKE lower('t777%')`,
  );
  expect(JSON.stringify(plan)).toContain('tokens_symbol');
  const found = await pageTokens(db, { symbol: 't777', name: 'token 777', limit: 50, spam: false });
  expect(found.items.map(({ symbol }) => symbol)).toEqual([
    ...['T7770X', 'T7771X', 'T7772X', 'T7773X', 'T7774X', 'T7775X', 'T7776X', 'T7777X', 'T7778X', 'T7779X'],
    'T777X',
  ]);
});
