/** In a database of its own: replaying everything on the shared platform would reach into every other test. */
import { expect, it, vi } from 'vitest';
import { scaleOf } from '#shared/domain/lot.ts';
import { handleRecalculation } from '#shared/usecases/handle-recalculation.ts';
import { handler } from '../../functions/http/balances/recalculate-all.ts';
import { insertChain, ownDatabase } from '../support/database.ts';
import { call } from '../support/fake-endpoint.ts';
import { transactions } from '../support/ledger-text.ts';
import { brokenRows, insertEvent, newShelf, readFigures, type Shelf } from '../support/stored-ledger.ts';
import { captureLog } from '../support/wrapped.ts';
import { itIsForOperators } from './operator.ts';

const surroundings = vi.hoisted(() => ({ db: undefined as unknown }));

vi.mock('#shared/adapters/db/client.ts', async (original) => ({
  ...(await original<object>()),
  db: () => Promise.resolve(surroundings.db),
}));

vi.mock('#shared/adapters/admin-token.ts', () => ({ requireAdmin: () => Promise.resolve() }));

const { pool, db, rows } = await ownDatabase();
surroundings.db = db;

itIsForOperators('POST', '/balance/recalculate/all');

const ledger = `
  buy 3 @ 100 on 2024-01-01
  sell 1 @ 150 on 2024-02-01
`;

it('replays the balances of every user, and repairs what something has damaged', async () => {
  captureLog();
  const chain = await insertChain(pool);
  const shelves: Shelf[] = [];
  for (let user = 0; user < 2; user += 1) {
    const shelf = await newShelf(pool, chain, [1], scaleOf(18));
    for (const event of transactions(ledger)) await insertEvent(pool, shelf, event);
    shelves.push(shelf);
  }
  const recalculate = async () => {
    expect(await call(handler)).toMatchObject({
      status: 202,
      body: { balances: 2, announced: 2, state: 'recalculating' },
    });
    const sent = await rows(`SELECT body ->> 'balance_uuid' AS balance FROM outbox WHERE handled_at IS NULL`);
    for (const { balance } of sent) await handleRecalculation(db, balance);
    await pool.query('UPDATE outbox SET handled_at = now()');
  };
  await recalculate();
  const whole = await Promise.all(shelves.map((shelf) => readFigures(pool, shelf)));
  await pool.query('UPDATE balances SET amount = 7, raw_amount = 7, cost_basis_usd = 7');
  await pool.query('DELETE FROM lot_matches');
  await recalculate();
  expect(await Promise.all(shelves.map((shelf) => readFigures(pool, shelf)))).toEqual(whole);
  for (const shelf of shelves) expect(await brokenRows(pool, shelf)).toEqual([]);
});
