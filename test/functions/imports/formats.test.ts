/** The spellings in which the same export comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { everyItem, type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { type ExportFile, importFiles, internalFile, tokensFile, transactionsFile } from './exports.ts';

const contract = '0x00000000000000000000000000000000feed0001';

const plain = (end = '\n') => [
  transactionsFile(
    [
      { tx: 'in', day: 0, in: '1234.5', usd: '3000' },
      { tx: 'out', day: 1, out: '1000', fee: '0.01', usd: '3100' },
    ],
    end,
  ),
  internalFile([{ tx: 'payout', day: 2, in: '0.25' }], end),
  tokensFile([{ tx: 'token', day: 3, in: '1234567.25', usd: '$1234.50', contract }], end),
];

const change = (files: ExportFile[], edit: (content: string) => string) =>
  files.map((file) => ({ ...file, content: edit(file.content) }));

/** Without quotes: no cell of these files has a comma. */
const unquoted = (content: string) => content.replaceAll('"', '');

const spellings: Record<string, ExportFile[]> = {
  'with "Txhash", "DateTime" and "Value" in the old spelling': change(plain(), (content) =>
    content
      .replace('"Transaction Hash"', '"Txhash"')
      .replace('"DateTime (UTC)"', '"DateTime"')
      .replace('"TokenValue"', '"Value"'),
  ),
  'with headers in capitals and spaces around them': change(plain(), (content) =>
    content.replace(/^.*$/m, (header) => header.toUpperCase().replaceAll('","', ' "," ')),
  ),
  'with a byte order mark': change(plain(), (content) => `\uFEFF${content}`),
  'with CRLF at the ends of lines': plain('\r\n'),
  'with a byte order mark, CRLF, and nothing quoted': change(
    plain('\r\n'),
    (content) => `\uFEFF${unquoted(content)}`,
  ),
  'with a blank line at the end': change(plain(), (content) => `${content}\n\n`),
  'without an end to the last line': change(plain(), (content) => content.trimEnd()),
  'with thousands commas': change(plain(), (content) =>
    content
      .replace('"1234.5"', '"1,234.5"')
      .replace('"1000"', '"1,000"')
      .replace('"1234567.25"', '"1,234,567.25"')
      .replace('$1234.50', '$1,234.50'),
  ),
  'with trailing zeros and spaces in cells': change(plain(), (content) =>
    content.replace('"1234.5"', '" 1234.500 "').replace('"0.25"', '"0.250000"'),
  ),
  'with a column that is new': change(plain(), (content) =>
    content
      .trimEnd()
      .split('\n')
      .map((line, number) => `${line},"${number === 0 ? 'PrivateNote' : 'a, "" b'}"`)
      .join('\n'),
  ),
  'with its columns in another order': change(plain(), (content) =>
    content
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .split('","')
          .map((cell) => cell.replaceAll('"', ''))
          .reverse()
          .join(','),
      )
      .join('\n'),
  ),
};

let user: TestUser;
let expected: Json;

/** What an import came to, without the uuids. */
const imported = async (files: ExportFile[]) => {
  const owner = user;
  const wallet = await newWallet(owner);
  const { status, body } = await importFiles(owner, wallet, files);
  expect(status).toBe(201);
  const transactions = await everyItem(owner, `/wallet/transactions/${wallet.uuid}`);
  return {
    files: body.files,
    balances: body.balances.map((balance: Json) => ({ ...balance, uuid: '', wallet_uuid: '' })),
    transactions: transactions.map(
      ({ transaction_hash, transaction_type, amount, price_usd, value_usd, timestamp }) => [
        transaction_hash,
        transaction_type,
        amount,
        price_usd,
        value_usd,
        timestamp,
      ],
    ),
  };
};

beforeAll(async () => {
  user = await newUser();
  expected = await imported(plain());
  expect(expected.transactions).toHaveLength(5);
});

describe('an export is the same', () => {
  it.each(Object.keys(spellings))('%s', async (spelling) => {
    user = await newUser();
    expect(await imported(spellings[spelling] ?? [])).toEqual(expected);
  });
});

it.each([
  ['bscscan', '56', 'BNB'],
  ['polygonscan', '137', 'MATIC'],
  ['polygonscan, as it writes now', '137', 'POL'],
])('of %s is read on its chain', async (_, chain, symbol) => {
  user = await newUser();
  const wallet = await newWallet(user);
  const files = change(plain(), (content) =>
    content.replaceAll('(ETH)', `(${symbol})`).replaceAll('/Eth', `/${symbol}`),
  );
  const { status, body } = await importFiles(user, wallet, files.slice(0, 2), { chain });
  expect(status).toBe(201);
  expect(body.balances).toMatchObject([{ chain_id: Number(chain), amount: '234.74' }]);
});

it('a row whose quotes do not match is skipped, and named by its line', async () => {
  user = await newUser();
  const [file] = plain();
  if (!file) throw new Error('no file');
  const lines = file.content.trimEnd().split('\n');
  const torn = { ...file, content: `${lines[0]}\n${lines[1]}\n${lines[2]?.replace('","', '","a"b"c","')}\n` };
  const { status, body } = await importFiles(user, await newWallet(user), [torn]);
  expect(status).toBe(201);
  expect(body.files[0]).toMatchObject({
    rows: 2,
    imported: 1,
    skipped: [{ line: 3, reason: expect.any(String) }],
  });
});
