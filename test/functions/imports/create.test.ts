import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf, type Json, newUser, newWallet, request, type TestUser } from '../../support/api.ts';
import { aUuid, expectError, expectFault } from '../answers.ts';
import { rowsOf, sql } from '../database.ts';
import { hashOf, importFiles, internalFile, own, tokensFile, transactionsFile } from './exports.ts';

let user: TestUser;
let wallet: Json;

beforeAll(async () => {
  user = await newUser();
});

beforeEach(async () => {
  wallet = await newWallet(user);
});

/** For tests that import: a user's address belongs to one wallet. */
const withUsersOfTheirOwn = () =>
  beforeEach(async () => {
    user = await newUser();
    wallet = await newWallet(user);
  });

const files = () => [
  transactionsFile([
    { tx: 'deposit', day: 0, in: '2', usd: '3000' },
    { tx: 'payment', day: 1, out: '0.5', fee: '0.01', usd: '3100' },
  ]),
  internalFile([{ tx: 'payout', day: 2, in: '0.25', usd: '3200' }]),
  tokensFile([{ tx: 'tokens', day: 3, in: '100', usd: '$99.50', symbol: 'USDC' }]),
];

describe('an import', () => {
  withUsersOfTheirOwn();

  it('answers what became of each file, and the balances after it', async () => {
    const { status, body } = await importFiles(user, wallet, files());
    expect(status).toBe(201);
    const report = (name: string, kind: string, rows: number) => ({
      name,
      kind,
      rows,
      imported: rows,
      duplicates: 0,
      skipped: [],
    });
    expect(body).toEqual({
      batch_uuid: aUuid,
      dry_run: false,
      files: [
        report('transactions.csv', 'transactions', 2),
        report('internal.csv', 'internal', 1),
        report('erc20.csv', 'erc20', 1),
      ],
      balances: expect.any(Array),
    });
    const shown = await balancesOf(user, wallet);
    expect(body.balances).toEqual(
      shown.sort((left, right) => (left.token.symbol < right.token.symbol ? -1 : 1)),
    );
    expect(body.balances).toMatchObject([
      { token: { symbol: 'ETH' }, amount: '1.74', cost_basis_usd: '5270', fees_usd: '31', shortfall: '0' },
      {
        token: { symbol: 'USDC', decimals: 6 },
        amount: '100',
        raw_amount: '100000000',
        cost_basis_usd: '99.5',
      },
    ]);
  });

  it('makes the wallet watch the address, in canonical form', async () => {
    await importFiles(user, wallet, files(), { address: own.toLowerCase() });
    const { body } = await request('GET', `/wallet/${wallet.uuid}`, { token: user.token });
    expect(body.addresses).toEqual([{ uuid: aUuid, chain_id: 1, address: own }]);
  });

  it('names the batch in each of its transactions', async () => {
    const { body } = await importFiles(user, wallet, files());
    const list = await request('GET', `/wallet/transactions/${wallet.uuid}`, { token: user.token });
    expect(list.body.items).toHaveLength(5);
    for (const transaction of list.body.items) {
      expect(transaction).toMatchObject({
        source: 'import',
        batch_uuid: body.batch_uuid,
        status: 'confirmed',
      });
    }
  });

  it('of what was imported before imports nothing, whole or in part', async () => {
    const first = await importFiles(user, wallet, files());
    const before = { ...(await rowsOf(user)), import_batches: 0 };
    const again = await importFiles(user, wallet, files());
    expect(again.body.files.map(({ imported, duplicates }: Json) => [imported, duplicates])).toEqual([
      [0, 2],
      [0, 1],
      [0, 1],
    ]);
    const part = await importFiles(user, wallet, [
      transactionsFile([{ tx: 'deposit', in: '2', usd: '3000' }]),
    ]);
    expect(part.body.files[0]).toMatchObject({ imported: 0, duplicates: 1 });
    expect({ ...(await rowsOf(user)), import_batches: 0 }).toEqual(before);
    expect(part.body.balances).toEqual(first.body.balances);
  });

  it('is the same when a file is sent twice in one call', async () => {
    const [transactions] = files();
    if (!transactions) throw new Error('no file');
    const { body } = await importFiles(user, wallet, [transactions, transactions]);
    expect(body.files.map(({ imported, duplicates }: Json) => [imported, duplicates])).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  it('is done once when many send it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => importFiles(user, wallet, files())));
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
    expect(answers.reduce((total, { body }) => total + body.files[0].imported, 0)).toBe(2);
    expect(await rowsOf(user)).toMatchObject({ import_rows: 4, transactions: 5 });
  });
});

describe('a dry run', () => {
  withUsersOfTheirOwn();

  it('writes nothing, and answers the files and balances that the import then answers', async () => {
    // A token that nobody has seen: it would be created, too.
    const contract = `0x${hashOf(wallet.uuid).slice(2, 42)}`;
    const all = [...files(), tokensFile([{ tx: 'new', day: 4, in: '5', contract }])];
    const counts = async () => [
      await rowsOf(user),
      await sql('SELECT count(*) FROM tokens WHERE contract_address ILIKE $1', [contract]),
    ];
    const before = await counts();
    const dry = await importFiles(user, wallet, all, { dryRun: true });
    expect([dry.status, dry.body.batch_uuid, dry.body.dry_run]).toEqual([201, null, true]);
    expect(await counts()).toEqual(before);
    expect(await balancesOf(user, wallet)).toEqual([]);
    const wet = await importFiles(user, wallet, all, { dryRun: false });
    expect(dry.body.files).toEqual(wet.body.files);
    const anonymous = ({ body }: Json) =>
      body.balances.map((balance: Json) => ({ ...balance, uuid: '', token: { ...balance.token, uuid: '' } }));
    expect(anonymous(dry)).toEqual(anonymous(wet));
  });

  it('over what is there leaves it as it is', async () => {
    await importFiles(user, wallet, files());
    const before = [await rowsOf(user), await balancesOf(user, wallet)];
    const more = transactionsFile([{ tx: 'late', day: 5, in: '7' }]);
    const dry = await importFiles(user, wallet, [more], { dryRun: true });
    expect(dry.body.balances.map(({ amount }: Json) => amount).sort()).toEqual(['100', '8.74']);
    expect([await rowsOf(user), await balancesOf(user, wallet)]).toEqual(before);
  });
});

/** A refusal that leaves no trace. */
const expectNothing = async (send: () => Promise<Json>, check: (answer: Json) => void) => {
  const before = await rowsOf(user);
  check(await send());
  expect(await rowsOf(user)).toEqual(before);
};

describe('what is refused, with nothing written', () => {
  it.each([
    ['a file of another kind', 'Date,Amount,Currency\n2024-01-01,1,ETH\n', 'Date, Amount, Currency'],
    ['an empty file', '', 'none'],
    [
      'an export of NFTs',
      'Transaction Hash,UnixTimestamp,From,To,ContractAddress,TokenName,TokenSymbol,Token ID,Value\n',
      'Token ID',
    ],
    ['a page of HTML', '<!DOCTYPE html>\n<html></html>', '<!DOCTYPE html>'],
    ['binary', '\u0089PNG\r\n\u001a\n', 'PNG'],
  ])('%s, saying which headers were seen, though another file is good', async (_, content, seen) => {
    const send = () => importFiles(user, wallet, [...files(), { name: 'other.csv', content }]);
    await expectNothing(send, (answer) => {
      expectError(answer, 400, 'BadRequestException', /^other\.csv: expected an Etherscan export/);
      expect(answer.body.message).toContain(seen);
    });
  });

  it("an address that another of the user's wallets watches", async () => {
    user = await newUser();
    wallet = await newWallet(user);
    const first = await newWallet(user, [{ chain_id: 1, address: own }]);
    await expectNothing(
      () => importFiles(user, wallet, files()),
      (answer) => expectError(answer, 409, 'ConflictError', `Your wallet "Main" watches ${own}`),
    );
    expect((await importFiles(user, first, files())).status).toBe(201);
  });

  it.each<[string, object]>([
    ['a wrong checksum', { address: own.replace('dC', 'dc') }],
    ['no address', { address: '' }],
    ['a chain that there is not', { chain: '2' }],
    ['a chain that no sibling of Etherscan explores', { chain: 'solana' }],
  ])('%s', async (_, options) => {
    await expectNothing(
      () => importFiles(user, wallet, files(), options),
      (answer) => expectError(answer, 400, 'BadRequestException'),
    );
  });

  it.each<[string, string, unknown]>([
    ['format', 'chain_id=1', {}],
    ['format', 'chain_id=1&format=koinly', {}],
    ['chain_id', 'format=etherscan', {}],
    ['dry_run', 'format=etherscan&chain_id=1&dry_run=maybe', {}],
    ['address', 'format=etherscan&chain_id=1', { address: undefined }],
    ['files', 'format=etherscan&chain_id=1', { files: [] }],
    ['files', 'format=etherscan&chain_id=1', { files: undefined }],
    ['files', 'format=etherscan&chain_id=1', { files: Array(21).fill({ name: 'x', content: '' }) }],
    ['files.0.name', 'format=etherscan&chain_id=1', { files: [{ content: '' }] }],
    ['files.0.name', 'format=etherscan&chain_id=1', { files: [{ name: '', content: '' }] }],
    ['files.0.content', 'format=etherscan&chain_id=1', { files: [{ name: 'x' }] }],
    ['files.0.content', 'format=etherscan&chain_id=1', { files: [{ name: 'x', content: 1 }] }],
    ['files.0.kind', 'format=etherscan&chain_id=1', { files: [{ name: 'x', content: '', kind: 'erc20' }] }],
  ])('a wrong %s: ?%s with %j', async (field, query, changes) => {
    const body = { address: own, files: files(), ...(changes as object) };
    const path = `/wallet/${wallet.uuid}/import?${query}`;
    await expectNothing(
      () => request('POST', path, { token: user.token, body }),
      (answer) => expectFault(answer, field),
    );
  });

  it("another user's wallet", async () => {
    const stranger = await newUser();
    await expectNothing(
      () => importFiles(stranger, wallet, files()),
      (answer) => expectError(answer, 404, 'WalletError', 'Wallet not found'),
    );
  });
});

it('lets two users import the same address', async () => {
  const second = await newUser();
  user = await newUser();
  wallet = await newWallet(user);
  const [mine, theirs] = [
    await importFiles(user, wallet, files()),
    await importFiles(second, await newWallet(second), files()),
  ];
  expect(theirs.body.files).toEqual(mine.body.files);
});
