/**
 * Reads the three exports of Etherscan and its siblings (bscscan, polygonscan, arbiscan): transactions, internal
 * transactions and ERC-20 transfers. They are told apart by their headers, whose spelling has changed over the years.
 */
import { parse } from 'csv-parse/sync';
import { canonicalAddress, InvalidAddress } from '#shared/adapters/chains/addresses.ts';
import { Decimal } from '#shared/domain/big-decimal.ts';
import { pricePlaces } from '#shared/domain/decimal.ts';
import { badRequest } from '#shared/errors.ts';

type EtherscanKind = 'transactions' | 'internal' | 'erc20';

/** A row as the file states it. Decimals are plain strings; unknown is null. */
export interface EtherscanRow {
  line: number;
  /** The same for the same row of any export, and different for the second of two equal rows of a file. */
  key: string;
  kind: EtherscanKind;
  hash: string;
  blockNumber: number | null;
  timestamp: Date;
  from: string;
  to: string;
  /** The token's contract; null for the chain's native coin. */
  token: { contractAddress: string; symbol: string; name: string } | null;
  amountIn: string;
  amountOut: string;
  gasFee: string;
  priceUsd: string | null;
  valueUsd: string | null;
}

export interface ParsedFile {
  name: string;
  kind: EtherscanKind;
  rowCount: number;
  rows: EtherscanRow[];
  skipped: { line: number; reason: string }[];
}

/** The columns of a file by meaning: where each is. */
type Columns = Record<keyof typeof spellings, number>;

const spellings = {
  hash: /^(transaction hash|txhash)$/,
  block: /^blockno$/,
  time: /^unixtimestamp$/,
  from: /^from$/,
  to: /^(to|txto)$/,
  contract: /^contractaddress$/,
  valueIn: /^value_in\(/,
  valueOut: /^value_out\(/,
  fee: /^txnfee\((?!usd)/,
  price: /^historical \$price/,
  status: /^status$/,
  errorCode: /^errcode$/,
  tokenValue: /^(tokenvalue|value)$/,
  tokenUsd: /^usdvaluedayoftx$/,
  tokenName: /^tokenname$/,
  tokenSymbol: /^tokensymbol$/,
  parent: /^parenttxfrom$/,
  nftId: /^token ?id$/,
} as const;

const required: Record<EtherscanKind, readonly (keyof Columns)[]> = {
  internal: ['hash', 'time', 'from', 'to', 'valueIn', 'valueOut', 'status', 'parent'],
  transactions: ['hash', 'time', 'from', 'to', 'valueIn', 'valueOut', 'fee', 'status'],
  erc20: ['hash', 'time', 'from', 'to', 'tokenValue', 'contract', 'tokenName', 'tokenSymbol'],
};

const findColumns = (headers: readonly string[]): Columns => {
  const names = headers.map((header) => header.trim().toLowerCase());
  const places = Object.entries(spellings).map(([meaning, spelling]) => [
    meaning,
    names.findIndex((name) => spelling.test(name)),
  ]);
  return Object.fromEntries(places) as Columns;
};

const recognise = (name: string, headers: readonly string[]): { kind: EtherscanKind; columns: Columns } => {
  const columns = findColumns(headers);
  const kinds = Object.keys(required) as EtherscanKind[];
  const kind = kinds.find((candidate) => required[candidate].every((meaning) => columns[meaning] >= 0));
  if (kind && columns.nftId < 0) return { kind, columns };
  const seen = headers.map((header) => header.trim()).join(', ') || 'none';
  throw badRequest(
    `${name}: expected an Etherscan export of transactions, internal transactions or ERC-20 transfers; its headers are: ${seen}`,
  );
};

/** Why a row cannot be taken. */
class BadRow extends Error {}

/** Anybody may name a token as they like, at any length. */
const longestText = 255;

const placeholders = new Set([
  '0x0000000000000000000000000000000000000000',
  '0x0000000000000000000000000000000000001010',
  '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
]);

/** Thousands commas and a dollar sign are decoration. Null where the cell says that nothing is known. */
const toDecimal = (what: string, cell: string): string | null => {
  const text = cell.replace(/[$,\s]/g, '');
  if (text === '' || text === '-' || /^n\/a$/i.test(text)) return null;
  if (!/^\d+(\.\d+)?(e[+-]?\d{1,3})?$/i.test(text)) throw new BadRow(`${what} is not a number: "${cell}"`);
  return new Decimal(text).toFixed();
};

const toPrice = (what: string, cell: string): string | null => {
  const price = toDecimal(what, cell);
  return price && new Decimal(price).toDecimalPlaces(pricePlaces).toFixed();
};

const toAddress = (what: string, cell: string): string => {
  try {
    return canonicalAddress('evm', cell.toLowerCase());
  } catch (error) {
    if (error instanceof InvalidAddress) throw new BadRow(`${what} is not an address: "${cell}"`);
    throw error;
  }
};

const toTime = (cell: string): Date => {
  if (!/^\d{9,11}$/.test(cell)) throw new BadRow(`UnixTimestamp is not a time in seconds: "${cell}"`);
  return new Date(Number(cell) * 1000);
};

/** Old transaction exports leave the status empty where it is well; internal ones write 0. */
const hasFailed = (status: string, errorCode: string): boolean =>
  errorCode !== '' || /^(error|fail|1$)/i.test(status);

type Cell = (meaning: keyof Columns) => string;

/** What the row moves: the native coin with its price, or a token with its value. */
const movedBy = (kind: EtherscanKind, cell: Cell) => {
  if (kind === 'erc20') {
    const amount = toDecimal('TokenValue', cell('tokenValue'));
    if (amount === null) throw new BadRow('TokenValue is empty');
    const contract = cell('contract').toLowerCase();
    if (placeholders.has(contract)) {
      throw new BadRow('this is the native coin, whose moves the transactions export has');
    }
    const token = {
      contractAddress: toAddress('ContractAddress', contract),
      symbol: cell('tokenSymbol').slice(0, longestText),
      name: cell('tokenName').slice(0, longestText),
    };
    return { amount, token, priceUsd: null, valueUsd: toPrice('USDValueDayOfTx', cell('tokenUsd')) };
  }
  const failed = hasFailed(cell('status'), cell('errorCode'));
  const moved = ['valueIn', 'valueOut'].map((way) => toDecimal('Value', cell(way as keyof Columns)) ?? '0');
  const amount = failed ? '0' : (moved.find((value) => value !== '0') ?? '0');
  return { amount, token: null, priceUsd: toPrice('Historical $Price', cell('price')), valueUsd: null };
};

const readRow = (kind: EtherscanKind, cell: Cell, own: string): Omit<EtherscanRow, 'line' | 'key'> => {
  const hash = cell('hash').toLowerCase();
  if (!/^0x[0-9a-f]{64}$/.test(hash)) throw new BadRow(`this is not a transaction hash: "${cell('hash')}"`);
  const from = toAddress('From', cell('from'));
  // A contract's creation goes to nobody; its address stands in a column of its own.
  const to = toAddress('To', cell('to') || cell('contract'));
  if (from !== own && to !== own) throw new BadRow(`neither From nor To is ${own}`);
  const { amount, token, priceUsd, valueUsd } = movedBy(kind, cell);
  const paysGas = kind === 'transactions' && from === own;
  return {
    kind,
    hash,
    blockNumber: /^\d{1,15}$/.test(cell('block')) ? Number(cell('block')) : null,
    timestamp: toTime(cell('time')),
    from,
    to,
    token,
    amountIn: to === own ? amount : '0',
    amountOut: from === own ? amount : '0',
    gasFee: paysGas ? (toDecimal('TxnFee', cell('fee')) ?? '0') : '0',
    priceUsd,
    valueUsd,
  };
};

/** An export has no index of a transfer within its transaction: equal rows are numbered as they come. */
const keyOf = (row: Omit<EtherscanRow, 'line' | 'key'>, own: string, seen: Map<string, number>): string => {
  const parts = [row.kind, own, row.hash, row.from, row.to, row.token?.contractAddress ?? ''];
  const same = [...parts, row.amountIn, row.amountOut].join('|');
  const number = seen.get(same) ?? 0;
  seen.set(same, number + 1);
  return `${same}|${number}`;
};

/**
 * Parses one export. Bad rows are skipped, each named by its line.
 *
 * @param own the address that the export is of, in EIP-55 form
 * @throws BadRequestException when the file is none of the three, listing the headers it has
 */
export const parseEtherscan = (
  { name, content }: { name: string; content: string },
  own: string,
): ParsedFile => {
  const file: ParsedFile = { name, kind: 'transactions', rowCount: 0, rows: [], skipped: [] };
  const records = parse(content, {
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      file.rowCount += 1;
      file.skipped.push({ line: Number(error?.lines ?? 0), reason: 'the quotes of this row do not match' });
    },
    // With `info`, each record comes with where it stood; the library's types know only of records.
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const [header, ...data] = records;
  const { kind, columns } = recognise(name, header?.record ?? []);
  file.kind = kind;
  file.rowCount += data.length;
  const seen = new Map<string, number>();
  for (const { record, info } of data) {
    try {
      const row = readRow(kind, (meaning) => record[columns[meaning]] ?? '', own);
      file.rows.push({ ...row, line: info.lines, key: keyOf(row, own, seen) });
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      file.skipped.push({ line: info.lines, reason: error.message });
    }
  }
  return file;
};
