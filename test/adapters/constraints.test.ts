/** What the database itself refuses, whoever writes. */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { migrate } from '../../scripts/migrate.ts';
import {
  createDatabase,
  insert,
  insertBalance,
  insertChain,
  insertToken,
  insertUser,
  insertWallet,
  type Row,
} from '../support/database.ts';

const checkViolation = '23514';
const uniqueViolation = '23505';

let client: pg.Client;
let drop: () => Promise<void>;
/** One row of each table, by its name, to build others from. */
let given: Record<string, Row>;

beforeAll(async () => {
  const created = await createDatabase();
  drop = created.drop;
  await migrate(created.url);
  client = new pg.Client({ connectionString: created.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await drop();
});

const at = '2024-05-01T00:00:00Z';

beforeEach(async () => {
  await client.query('BEGIN');
  const users = await insertUser(client);
  const wallets = await insertWallet(client, users);
  const chains = await insertChain(client);
  const tokens = await insertToken(client, chains);
  const balances = await insertBalance(client, wallets, tokens);
  const ofUser = { user_id: users.id };
  const ofBalance = { ...ofUser, balance_id: balances.id };
  const place = { ...ofUser, wallet_id: wallets.id, chain_id: chains.id };
  const batches = await insert(client, 'import_batches', { ...place, format: 'x', address: 'x', report: {} });
  const exchanges = await insert(client, 'exchanges', { short_name: 'x', name: 'X' });
  const accounts = await insert(client, 'cex_accounts', { ...ofUser, exchange_id: exchanges.id, name: 'x' });
  const subaccounts = { ...ofUser, cex_account_id: accounts.id, name: 'x' };
  const sub = await insert(client, 'cex_subaccounts', subaccounts);
  const history = { snapshot_date: at, id: 1, amount: 1 };
  const transactions = {
    ...place,
    balance_id: balances.id,
    token_id: tokens.id,
    transaction_type: 'BUY',
    source: 'manual',
    timestamp: at,
    raw_amount: 1,
    amount: 1,
    recorded_as: 'amount',
  };
  const bought = await insert(client, 'transactions', transactions);
  const lots = {
    ...ofBalance,
    sequence: 1,
    transaction_id: bought.id,
    kind: 'BUY',
    acquired_at: at,
    opened_at: at,
    raw_amount: 2,
    remaining_raw_amount: 1,
    basis_known: true,
    unit_price_usd: 1,
    lump_usd: 0,
    remaining_lump_usd: 0,
  };
  const matches = {
    ...{ sequence: 1, transaction_id: bought.id, kind: 'SELL', raw_amount: 1, lump_usd: 0, disposed_at: at },
  };
  const nft = { ...place, contract_address: '0x1', nft_id: '1', amount: 1 };
  given = {
    users: { username: 'someone', email: 'someone@example.org' },
    chains: without(chains, { public_id: 'other' }),
    tokens: without(tokens, { contract_address: '0xother' }),
    portfolios: { ...ofUser, name: 'x' },
    wallets: { ...ofUser, name: 'x' },
    wallet_addresses: { ...place, address: '0xabc' },
    balances: { ...ofUser, wallet_id: wallets.id, token_id: (await insertToken(client, chains)).id },
    import_rows: {
      ...place,
      ...{ batch_id: batches.id, row_key: 'x', kind: 'internal', transaction_hash: '0x1', timestamp: at },
      ...{ from_address: 'x', to_address: 'x', token_id: tokens.id, amount_in: 1, amount_out: 0 },
    },
    transactions,
    lots,
    lot_matches: { ...ofBalance, ...matches },
    cex_accounts: { ...ofUser, exchange_id: exchanges.id, name: 'y' },
    cex_subaccounts: { ...subaccounts, name: 'y' },
    cex_balances: { ...ofUser, cex_subaccount_id: sub.id, symbol: 'X', amount: 1 },
    exchanges: { short_name: 'y', name: 'Y' },
    nft_balances: nft,
    balances_history: { ...history, realized_pnl_usd: 0 },
    nft_balances_history: history,
    cex_balances_history: history,
    snapshot_runs: {
      ...{ snapshot_date: at, snapshot_type: 'hourly', shard: 0, triggered_by: 'schedule', balances: 1 },
      ...{ priced: 1, stale: 0, disputed: 0, value_usd: 1, unpriced_cost_usd: 0 },
    },
    token_prices: { price_at: at, token_id: tokens.id, source: 'x', price_usd: 1 },
  };
});

afterEach(() => client.query('ROLLBACK'));

/** A row as it may be inserted again, with some of it changed. */
const without = ({ id: _id, uuid: _uuid, ...row }: Row, changes: Row): Row => ({ ...row, ...changes });

/** The SQLSTATE with which an insertion is refused, or undefined; the transaction goes on either way. */
const refusal = async (table: string, changes: Row = {}): Promise<string | undefined> => {
  await client.query('SAVEPOINT before');
  try {
    await insert(client, table, { ...given[table], ...changes });
    return undefined;
  } catch (error) {
    await client.query('ROLLBACK TO before');
    return error instanceof pg.DatabaseError ? error.code : String(error);
  }
};

const amounts: [string, Row][] = [
  ['balances', { amount: -1 }],
  ['balances', { raw_amount: -1 }],
  ['balances', { unknown_basis_raw_amount: -1 }],
  ['balances', { sold_raw_amount: -1 }],
  ['balances', { unknown_slices: -1 }],
  ['balances', { shortfall_raw_amount: -1 }],
  ['transactions', { amount: '-0.000000000000000001' }],
  ['transactions', { raw_amount: -1 }],
  ['transactions', { price_usd: -1 }],
  ['transactions', { value_usd: -1 }],
  ['transactions', { fee_usd: -1 }],
  ['transactions', { gas_used: -1 }],
  ['transactions', { gas_price: -1 }],
  ['transactions', { block_number: -1 }],
  ['transactions', { transfer_index: -1 }],
  ['import_rows', { amount_in: -1 }],
  ['import_rows', { amount_out: -1 }],
  ['import_rows', { gas_fee: -1 }],
  ['import_rows', { price_usd: -1 }],
  ['lots', { raw_amount: 0 }],
  ['lots', { remaining_raw_amount: -1 }],
  ['lots', { remaining_raw_amount: 3 }],
  ['lot_matches', { raw_amount: 0 }],
  ['cex_balances', { amount: -1 }],
  ['cex_balances', { locked_amount: -1 }],
  ['nft_balances', { amount: -1 }],
  ['nft_balances_history', { amount: -1 }],
  ['cex_balances_history', { amount: -1 }],
  ['token_prices', { price_usd: -1 }],
  ['tokens', { decimals: -1 }],
  ['tokens', { decimals: 256 }],
  ['tokens', { current_price_usd: -1 }],
];

const words: [string, Row][] = [
  ['chains', { kind: 'bitcoin' }],
  ['tokens', { kind: 'nft' }],
  ['tokens', { kind: 'native' }],
  ['tokens', { contract_address: null }],
  ['portfolios', { cost_basis_method: 'fifo' }],
  ['transactions', { transaction_type: 'SWAP' }],
  ['transactions', { status: 'done' }],
  ['transactions', { source: 'file' }],
  ['transactions', { recorded_as: 'raw' }],
  ['import_rows', { kind: 'nft' }],
  ['lots', { kind: 'SELL' }],
  ['lot_matches', { kind: 'BUY' }],
  ['lot_matches', { term: 'medium' }],
  ['lot_matches', { method: 'MEDIAN' }],
  ['cex_accounts', { status: 'new' }],
  ['snapshot_runs', { snapshot_type: 'yearly' }],
  ['snapshot_runs', { triggered_by: 'hand' }],
  ['users', { username: 'Alice' }],
  ['users', { username: 'al' }],
];

describe('checks', () => {
  test('take a sound row of every table', async () => {
    for (const table of Object.keys(given)) expect([table, await refusal(table)]).toEqual([table, undefined]);
  });

  test.each(amounts)('refuse an amount in %s: %o', async (table, changes) => {
    expect(await refusal(table, changes)).toBe(checkViolation);
  });

  test.each(words)('refuse a kind in %s: %o', async (table, changes) => {
    expect(await refusal(table, changes)).toBe(checkViolation);
  });

  test.each(['hourly', 'daily', 'weekly', 'monthly'])('know the snapshot type %s', async (type) => {
    expect(await refusal('snapshot_runs', { snapshot_type: type })).toBeUndefined();
  });

  test('leave room for a uint256 and for tokens of 255 decimals', async () => {
    const most = (2n ** 256n - 1n).toString();
    const fine = `0.${'0'.repeat(254)}1`;
    expect(await refusal('tokens', { decimals: 255 })).toBeUndefined();
    const row = await insert(client, 'transactions', {
      ...given.transactions,
      raw_amount: most,
      amount: fine,
    });
    expect([row.raw_amount, row.amount]).toEqual([most, fine]);
  });
});

/** What of a row makes it the same as another, and what makes it another. */
const keys: [string, Row][] = [
  ['users', { email: 'another@example.org' }],
  ['users', { username: 'another' }],
  ['chains', {}],
  ['tokens', {}],
  ['wallet_addresses', {}],
  ['balances', {}],
  ['import_rows', {}],
  ['transactions', { source_key: 'x' }],
  ['transactions', { transaction_hash: '0x1', transfer_index: 0 }],
  ['cex_accounts', {}],
  ['cex_subaccounts', {}],
  ['cex_balances', {}],
  ['exchanges', {}],
  ['nft_balances', {}],
];

describe('uniqueness among what is not deleted', () => {
  test.each(keys)('of %s, when all but this differs from another: %o', async (table, changes) => {
    const first = await insert(client, table, { ...given[table], ...(table === 'users' ? {} : changes) });
    expect(await refusal(table, changes)).toBe(uniqueViolation);
    await client.query(`UPDATE ${table} SET is_deleted = true WHERE id = $1`, [first.id]);
    expect(await refusal(table, changes)).toBeUndefined();
    expect(await refusal(table, changes)).toBe(uniqueViolation);
    expect(await refusal(table, { ...changes, is_deleted: true })).toBeUndefined();
  });

  test('a chain has one native token', async () => {
    const native = { kind: 'native', contract_address: null };
    expect(await refusal('tokens', native)).toBeUndefined();
    expect(await refusal('tokens', native)).toBe(uniqueViolation);
    const elsewhere = { ...native, chain_id: (await insertChain(client)).id };
    expect(await refusal('tokens', elsewhere)).toBeUndefined();
  });

  test('two users may watch one address; two wallets of one user may not', async () => {
    const watched = given.wallet_addresses;
    expect(await refusal('wallet_addresses')).toBeUndefined();
    const second = await insert(client, 'wallets', { user_id: watched?.user_id, name: 'Second' });
    expect(await refusal('wallet_addresses', { wallet_id: second.id })).toBe(uniqueViolation);
    const neighbour = await insertWallet(client, await insertUser(client));
    const theirs = { user_id: neighbour.user_id, wallet_id: neighbour.id };
    expect(await refusal('wallet_addresses', theirs)).toBeUndefined();
  });

  test('the legs of a swap and both sides of an own transfer share a hash', async () => {
    const leg = (changes: Row) => refusal('transactions', { transaction_hash: '0x1', ...changes });
    expect(await leg({ transaction_type: 'SELL', transfer_index: 0 })).toBeUndefined();
    expect(await leg({ transaction_type: 'BUY', transfer_index: 1 })).toBeUndefined();
    expect(await leg({ transaction_type: 'FEE', transfer_index: null })).toBeUndefined();
    expect(await leg({ transaction_type: 'FEE', transfer_index: null })).toBeUndefined();
    const second = await insert(client, 'wallets', { user_id: given.wallets?.user_id, name: 'Second' });
    expect(await leg({ wallet_id: second.id, transfer_index: 0 })).toBeUndefined();
  });
});
