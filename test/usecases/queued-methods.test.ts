/** Methods and named lots where every replay is too long for a request: the queue does it, but for what must be checked. */
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { changePortfolio, deletePortfolio } from '#shared/usecases/change-portfolio.ts';
import { addWallet } from '#shared/usecases/change-portfolio-wallets.ts';
import type { Caller, Change } from '#shared/usecases/context.ts';
import { createPortfolio } from '#shared/usecases/create-portfolio.ts';
import { nameLots, showNamedLots, unnameLots } from '#shared/usecases/name-lots.ts';
import { recordTransaction } from '#shared/usecases/record-transaction.ts';
import { sendAnnounced } from '#shared/usecases/send-outbox.ts';
import { insertUser, insertWallet, openDatabase, type Row } from '../support/database.ts';
import { becomeWorker } from '../support/queued.ts';

vi.hoisted(() => {
  process.env.INLINE_REPLAY_LIMIT = '0';
});

const { pool, db, rows } = openDatabase();

beforeAll(async () => {
  await becomeWorker();
});

let caller: Caller;
let wallet: Row;
let announced: string[];

beforeEach(async () => {
  const user = await insertUser(pool);
  caller = { userId: BigInt(user.id), userUuid: user.uuid };
  wallet = await insertWallet(pool, user);
  announced = [];
});

/** Does and commits; sending what was announced is up to the test. */
const commit = <Result>(work: (change: Change) => Promise<Result>): Promise<Result> =>
  db.transaction(async (tx) => {
    const written: string[] = [];
    const result = await work({ db: tx, announced: written });
    announced.push(...written);
    return result;
  });

const heedless = () => undefined;

const record = (
  fields: { transaction_type: 'BUY' | 'SELL'; amount: string; price_usd: string },
  day: number,
) =>
  commit((change) =>
    recordTransaction(
      change,
      caller,
      {
        wallet_uuid: wallet.uuid,
        chain_id: '1',
        timestamp: new Date(Date.UTC(2024, 0, day)).toISOString(),
        ...fields,
      },
      new Date(),
    ),
  );

/** Two purchases and a sale, replayed. */
const history = async () => {
  await record({ transaction_type: 'BUY', amount: '1', price_usd: '100' }, 1);
  const dear = await record({ transaction_type: 'BUY', amount: '1', price_usd: '300' }, 2);
  const sale = await record({ transaction_type: 'SELL', amount: '1', price_usd: '400' }, 3);
  await handled(sale.balance_uuid);
  return { dear, sale, balance: sale.balance_uuid };
};

const stateOf = async (uuid: string): Promise<Row> =>
  (await rows('SELECT dirty_since, realized_pnl_usd, version FROM balances WHERE uuid = $1', [uuid]))[0] ??
  {};

const handled = async (uuid: string): Promise<void> => {
  await sendAnnounced(db, announced.splice(0));
  await vi.waitFor(async () => expect(await stateOf(uuid)).toMatchObject({ dirty_since: null }), {
    timeout: 15_000,
    interval: 50,
  });
};

const portfolioOf = (wallet_uuids: string[] = [wallet.uuid], cost_basis_method: 'FIFO' | 'HIFO' = 'FIFO') =>
  commit((change) =>
    createPortfolio(change, caller, {
      name: randomUUID(),
      description: null,
      cost_basis_method,
      wallet_uuids,
    }),
  );

test('a change of the method waits in the queue, from the start or from its year', async () => {
  const { balance } = await history();
  const { uuid } = await portfolioOf();
  expect(announced).toEqual([]);
  const choose = (cost_basis_method: Parameters<typeof changePortfolio>[2]['cost_basis_method']) =>
    commit((change) =>
      changePortfolio(change, caller, { portfolio_uuid: uuid, cost_basis_method }, heedless),
    );
  await choose({ default: 'FIFO', 2024: 'HIFO' });
  expect(await stateOf(balance)).toMatchObject({
    realized_pnl_usd: '300',
    dirty_since: new Date('2024-01-01'),
  });
  await choose('HIFO');
  expect(await stateOf(balance)).toMatchObject({ dirty_since: Number.NEGATIVE_INFINITY });
  await handled(balance);
  expect(await stateOf(balance)).toMatchObject({ realized_pnl_usd: '100' });
  await choose('HIFO');
  expect(announced).toEqual([]);
});

test('so does a wallet that comes into a portfolio, or loses it', async () => {
  const { balance } = await history();
  const { uuid } = await portfolioOf([], 'HIFO');
  const place = { portfolio_uuid: uuid, wallet_uuid: wallet.uuid };
  await commit((change) => addWallet(change, caller, place, heedless));
  expect(announced).toHaveLength(1);
  await handled(balance);
  expect(await stateOf(balance)).toMatchObject({ realized_pnl_usd: '100' });
  await commit((change) => deletePortfolio(change, caller, uuid, heedless));
  expect(announced).toHaveLength(1);
  await handled(balance);
  expect(await stateOf(balance)).toMatchObject({ realized_pnl_usd: '300' });
});

test('however many balances a wallet has, each has its message', async () => {
  const tokens = await rows(
    `INSERT INTO tokens (chain_id, contract_address, symbol, name, decimals)
     SELECT chains.id, '0x' || left(md5(random()::text || number) || md5(random()::text), 40), 'MANY', 'One of many', 18
     FROM chains, generate_series(1, 30) AS number WHERE public_id = '1' RETURNING id`,
  );
  const balances = await rows(
    `INSERT INTO balances (user_id, wallet_id, token_id) SELECT $1, $2, unnest($3::bigint[]) RETURNING uuid`,
    [String(caller.userId), wallet.id, tokens.map(({ id }) => id)],
  );
  await record({ transaction_type: 'BUY', amount: '1', price_usd: '100' }, 1);
  announced.splice(0);
  await portfolioOf([wallet.uuid], 'HIFO');
  const bodies = await rows("SELECT body ->> 'balance_uuid' AS uuid FROM outbox WHERE uuid = ANY($1)", [
    announced,
  ]);
  expect(bodies).toHaveLength(balances.length + 1);
  expect(bodies.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining(balances.map(({ uuid }) => uuid)));
});

test('named lots are checked at once, however long the replay', async () => {
  const { dear, sale, balance } = await history();
  const name = (amount: string) => {
    const named = [{ transaction_uuid: dear.uuid, amount }];
    return commit(({ db: tx }) => nameLots(tx, caller.userId, { uuid: sale.uuid, named }, heedless));
  };
  // Left to the queue, and not replayed when the lots are named.
  await record({ transaction_type: 'SELL', amount: '0.5', price_usd: '400' }, 5);
  announced.splice(0);
  expect(await stateOf(balance)).not.toMatchObject({ dirty_since: null });
  expect(await name('1')).toMatchObject({
    balance_state: 'current',
    lot_selections: [{ taken_amount: '1' }],
  });
  // 400 - 300, and 200 - 50.
  expect(await stateOf(balance)).toMatchObject({ dirty_since: null, realized_pnl_usd: '250' });
  const before = await stateOf(balance);
  await expect(name('1.5')).rejects.toMatchObject({ type: 'BadRequestException' });
  expect(await stateOf(balance)).toEqual(before);
  await commit((change) => unnameLots(change, caller, sale.uuid, heedless));
  expect(announced).toHaveLength(1);
  expect(await showNamedLots(db, caller.userId, sale.uuid)).toMatchObject({
    balance_state: 'recalculating',
    lot_selections: [],
  });
  await handled(balance);
  // 400 - 100, and 200 - 150.
  expect(await stateOf(balance)).toMatchObject({ realized_pnl_usd: '350' });
});
