/** What rows of exports become: transactions, prices, tokens. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everyItem, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { sql } from '../database.ts';
import {
  type ExportFile,
  hashOf,
  importFiles,
  internalFile,
  other,
  own,
  tokensFile,
  transactionsFile,
} from './exports.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

// A user imports an address into one wallet only, so each test has an address of its own.
let address: string;

beforeEach(async () => {
  wallet = await newWallet(user);
  address = `0x${hashOf(wallet.uuid).slice(2, 42)}`;
});

const ours = (file: ExportFile): ExportFile => ({ ...file, content: file.content.replaceAll(own, address) });

/** Imports files, which must be good, and answers what they became: the oldest first. */
const derive = async (...files: ExportFile[]): Promise<Json[]> => {
  const { status, body } = await importFiles(user, wallet, files.map(ours), { address });
  expect(status).toBe(201);
  expect(body.files.flatMap(({ skipped }: Json) => skipped)).toEqual([]);
  return (await everyItem(user, `/wallet/transactions/${wallet.uuid}`)).reverse();
};

const short = (transactions: Json[]) =>
  transactions.map(({ transaction_type, amount, price_usd, value_usd }) => [
    transaction_type,
    amount,
    price_usd,
    value_usd,
  ]);

const contractOf = (name: string) => `0x${hashOf(name + address).slice(2, 42)}`;

describe('a row of the transactions export', () => {
  it('is a receipt, or a payment and its gas', async () => {
    const file = transactionsFile([
      { tx: 'in', day: 0, in: '2', usd: '3000' },
      { tx: 'out', day: 1, out: '0.5', fee: '0.01', usd: '3100' },
    ]);
    const derived = await derive(file);
    expect(short(derived).slice(0, 1)).toEqual([['TRANSFER_IN', '2', '3000', '6000']]);
    expect(short(derived).slice(1).sort()).toEqual([
      ['FEE', '0.01', '3100', '31'],
      ['TRANSFER_OUT', '0.5', '3100', '1550'],
    ]);
    expect(derived[0]).toMatchObject({
      transaction_hash: hashOf('in'),
      timestamp: '2024-03-01T12:00:00.000Z',
      block_number: 19_338_000,
      needs_review: false,
    });
  });

  it.each([
    ['Error(0)', ''],
    ['', 'Out of gas'],
    ['Fail', ''],
    ['1', ''],
  ])(
    'moves no value where it failed, and burns its gas all the same: status "%s", error "%s"',
    async (status, error) => {
      const file = transactionsFile([
        { tx: 'in', day: 0, in: '2' },
        { tx: 'out', day: 1, out: '0.5', fee: '0.01', status, error },
      ]);
      expect(short(await derive(file)).slice(1)).toEqual([['FEE', '0.01', '3000', '30']]);
    },
  );

  it('is nothing where the receipt failed', async () => {
    expect(await derive(transactionsFile([{ tx: 'in', in: '2', status: 'Error(0)' }]))).toEqual([]);
  });

  it('is only gas where one pays oneself', async () => {
    const file = transactionsFile([
      { tx: 'in', day: 0, in: '2' },
      { tx: 'self', day: 1, from: own, to: own, in: '1', out: '1', fee: '0.01' },
    ]);
    expect(short(await derive(file)).slice(1)).toEqual([['FEE', '0.01', '3000', '30']]);
  });

  it('is a call without value that costs gas, and a creation of a contract that goes to nobody', async () => {
    const file = transactionsFile([
      { tx: 'in', day: 0, in: '2' },
      { tx: 'call', day: 1, out: '0', fee: '0.01' },
      { tx: 'creation', day: 2, out: '0', to: '', contract: other, fee: '0.02' },
    ]);
    expect(short(await derive(file)).slice(1)).toEqual([
      ['FEE', '0.01', '3000', '30'],
      ['FEE', '0.02', '3000', '60'],
    ]);
  });
});

describe('a price', () => {
  it.each(['N/A', '', '-', ' n/a '])('that the file gives as "%s" is unknown, and not zero', async (usd) => {
    const derived = await derive(
      transactionsFile([{ tx: 'in', in: '2', usd }]),
      tokensFile([{ tx: 'token', day: 1, in: '3', usd, contract: contractOf('A') }]),
    );
    expect(short(derived)).toEqual([
      ['TRANSFER_IN', '2', null, null],
      ['TRANSFER_IN', '3', null, null],
    ]);
    const [lot] = await everyItem(user, `/balance/${derived[0].balance_uuid}/lots`);
    expect(lot).toMatchObject({ basis_known: false, cost_usd: null });
  });

  it('of a token is the value of the row by its quantity, and its cost the value to the last place', async () => {
    const [derived] = await derive(
      tokensFile([{ tx: 'token', in: '3', usd: '$1,000.00', contract: contractOf('A') }]),
    );
    expect(derived).toMatchObject({ amount: '3', price_usd: '333.333333333333333333', value_usd: '1000' });
    const [lot] = await everyItem(user, `/balance/${derived.balance_uuid}/lots`);
    expect(lot.cost_usd).toBe('1000');
  });
});

describe('one hash', () => {
  const eth = transactionsFile([{ tx: 'funds', day: 0, in: '10' }]);
  const first = (transactions: Json[]) =>
    transactions.filter(({ transaction_type }) => transaction_type !== 'FEE').slice(1);

  it('that gives ether and brings a token is a swap, both legs at the value of the ether', async () => {
    const derived = await derive(
      eth,
      transactionsFile([{ tx: 'swap', day: 1, out: '2', usd: '3000' }]),
      tokensFile([{ tx: 'swap', day: 1, in: '7', usd: '$999,999.00', contract: contractOf('A') }]),
    );
    const legs = first(derived);
    expect(short(legs).sort()).toEqual([
      ['BUY', '7', '857.142857142857142857', '6000'],
      ['SELL', '2', '3000', '6000'],
    ]);
    expect(new Set(legs.map(({ transaction_hash }) => transaction_hash))).toEqual(new Set([hashOf('swap')]));
  });

  it('is the same swap when its files come one after the other', async () => {
    await derive(eth);
    await derive(tokensFile([{ tx: 'swap', day: 1, in: '7', usd: '5', contract: contractOf('A') }]));
    const derived = await derive(transactionsFile([{ tx: 'swap', day: 1, out: '2', usd: '3000' }]));
    expect(short(first(derived)).sort()).toEqual([
      ['BUY', '7', '857.142857142857142857', '6000'],
      ['SELL', '2', '3000', '6000'],
    ]);
  });

  it('that gives a token and brings ether is a swap, whose ether is an internal transfer', async () => {
    const contract = contractOf('A');
    const derived = await derive(
      tokensFile([{ tx: 'airdrop', day: 0, in: '7', contract }]),
      tokensFile([{ tx: 'swap', day: 1, out: '7', usd: '1', contract }]),
      internalFile([{ tx: 'swap', day: 1, in: '2', usd: '3000' }]),
    );
    expect(short(derived.slice(1)).sort()).toEqual([
      ['BUY', '2', '3000', '6000'],
      ['SELL', '7', '857.142857142857142857', '6000'],
    ]);
  });

  it('that refunds part of what was paid moves the difference', async () => {
    const derived = await derive(
      eth,
      transactionsFile([{ tx: 'bid', day: 1, out: '2' }]),
      internalFile([{ tx: 'bid', day: 1, in: '0.5' }]),
    );
    expect(short(first(derived))).toEqual([['TRANSFER_OUT', '1.5', '3000', '4500']]);
    const [lot] = await everyItem(user, `/balance/${derived[0].balance_uuid}/lots?open=true`);
    expect(lot.remaining_amount).toBe('8.499');
  });

  it('whose values cannot be told apart stays transfers, marked for review', async () => {
    const derived = await derive(
      eth,
      transactionsFile([{ tx: 'mixed', day: 1, out: '2' }]),
      tokensFile([
        { tx: 'mixed', day: 1, in: '7', contract: contractOf('A') },
        { tx: 'mixed', day: 1, in: '8', contract: contractOf('B') },
      ]),
    );
    const legs = first(derived);
    expect(legs.map(({ transaction_type }) => transaction_type).sort()).toEqual([
      'TRANSFER_IN',
      'TRANSFER_IN',
      'TRANSFER_OUT',
    ]);
    for (const { needs_review } of legs) expect(needs_review).toBe(true);
  });

  it('keeps equal transfers apart: two of one amount are two', async () => {
    const twice = { tx: 'twice', in: '5', contract: contractOf('A') };
    expect(short(await derive(tokensFile([twice, twice])))).toEqual([['TRANSFER_IN', '10', null, null]]);
  });
});

describe('a token', () => {
  const known = (contract: string) =>
    sql('SELECT decimals, is_verified, symbol, name FROM tokens WHERE lower(contract_address) = $1', [
      contract,
    ]);

  it('that nobody knows gets 18 decimals, unverified', async () => {
    const contract = contractOf('A');
    await derive(
      tokensFile([
        { tx: 'token', in: '0.000000000000000001', contract, symbol: 'NEW', name: 'Brand "new", token' },
      ]),
    );
    expect(await known(contract)).toEqual([
      { decimals: 18, is_verified: false, symbol: 'NEW', name: 'Brand "new", token' },
    ]);
  });

  it('that is known keeps its decimals and its name', async () => {
    const [derived] = await derive(tokensFile([{ tx: 'token', in: '1.5', symbol: 'SCAM', name: 'Scam' }]));
    expect(derived).toMatchObject({
      raw_amount: '1500000',
      token: { symbol: 'USDC', name: 'USD Coin', decimals: 6 },
    });
  });
});

it('counts a history that is incomplete as a shortfall, with its gain between two ends', async () => {
  const contract = contractOf('A');
  const derived = await derive(
    eth18(contract),
    transactionsFile([{ tx: 'funds', day: 0, in: '1' }]),
    tokensFile([{ tx: 'sale', day: 1, out: '3', usd: '45', contract }]),
    internalFile([{ tx: 'sale', day: 1, in: '0.015', usd: '3000' }]),
  );
  const sale = derived.find(({ transaction_type }) => transaction_type === 'SELL');
  const matches = await everyItem(user, `/balance/${sale.balance_uuid}/matches`);
  expect(
    matches.map(({ amount, cost_usd, proceeds_usd, lot_uuid }) => [
      amount,
      cost_usd,
      proceeds_usd,
      lot_uuid !== null,
    ]),
  ).toEqual([
    ['2', '20', '30', true],
    ['1', null, '15', false],
  ]);
  const balances = await everyItem(user, `/balance/wallet/${wallet.uuid}`);
  expect(balances.find(({ uuid }) => uuid === sale.balance_uuid)).toMatchObject({
    amount: '0',
    shortfall: '1',
    basis_complete: false,
    realized_pnl_usd: '10',
    realized_pnl_usd_min: '10',
    realized_pnl_usd_max: '25',
  });
});

/** Two of a token for 20 dollars. */
const eth18 = (contract: string) => tokensFile([{ tx: 'purchase', day: 0, in: '2', usd: '20', contract }]);
