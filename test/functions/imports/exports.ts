/** Small exports of an explorer, made to measure. */
import { createHash } from 'node:crypto';
import { type Answer, type Json, request, type TestUser } from '../../support/api.ts';

export const own = '0x003dC32fE920a4aAeeD12dC87E145F030aa753f3';
export const other = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
export const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';

/** A transaction hash for a name. */
export const hashOf = (name: string): string => `0x${createHash('sha256').update(name).digest('hex')}`;

type Cells = Record<string, string>;

/** 1 March 2024, noon, and one day later for each `day`. */
const unixTime = (day: number): string => String(1_709_294_400 + day * 86_400);

const csv = (rows: readonly Cells[], headers: readonly string[], end: string): string =>
  [headers, ...rows.map((row) => headers.map((header) => row[header] ?? ''))]
    .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    .join(end) + end;

export interface Row {
  tx: string;
  day?: number;
  from?: string;
  to?: string;
  /** Of the native coin, or of the token in an ERC-20 export. */
  in?: string;
  out?: string;
  fee?: string;
  /** Of the coin, or of the whole row in an ERC-20 export. */
  usd?: string;
  status?: string;
  error?: string;
  contract?: string;
  symbol?: string;
  name?: string;
}

const sides = (row: Row): Cells => ({
  From: row.from ?? (row.out === undefined ? other : own),
  To: row.to ?? (row.out === undefined ? own : other),
});

const common = (row: Row): Cells => ({
  'Transaction Hash': hashOf(row.tx),
  Blockno: String(19_338_000 + (row.day ?? 0)),
  UnixTimestamp: unixTime(row.day ?? 0),
  'DateTime (UTC)': '2024-03-01 12:00:00',
  'Value_IN(ETH)': row.in ?? '0',
  'Value_OUT(ETH)': row.out ?? '0',
  'Historical $Price/Eth': row.usd ?? '3000',
  Status: row.status ?? '',
  ErrCode: row.error ?? '',
});

const transactionHeaders = [
  'Transaction Hash',
  'Blockno',
  'UnixTimestamp',
  'DateTime (UTC)',
  'From',
  'To',
  'ContractAddress',
  'Value_IN(ETH)',
  'Value_OUT(ETH)',
  'CurrentValue @ $3000/Eth',
  'TxnFee(ETH)',
  'TxnFee(USD)',
  'Historical $Price/Eth',
  'Status',
  'ErrCode',
  'Method',
];

const internalHeaders = [
  'Transaction Hash',
  'Blockno',
  'UnixTimestamp',
  'DateTime (UTC)',
  'ParentTxFrom',
  'ParentTxTo',
  'ParentTxETH_Value',
  'From',
  'TxTo',
  'ContractAddress',
  'Value_IN(ETH)',
  'Value_OUT(ETH)',
  'CurrentValue @ $3000/Eth',
  'Historical $Price/Eth',
  'Status',
  'ErrCode',
  'Type',
];

const tokenHeaders = [
  'Transaction Hash',
  'Blockno',
  'UnixTimestamp',
  'DateTime (UTC)',
  'From',
  'To',
  'TokenValue',
  'USDValueDayOfTx',
  'ContractAddress',
  'TokenName',
  'TokenSymbol',
];

export interface ExportFile {
  name: string;
  content: string;
}

export const transactionsFile = (rows: readonly Row[], end = '\n'): ExportFile => ({
  name: 'transactions.csv',
  content: csv(
    rows.map((row) => ({
      ...common(row),
      ...sides(row),
      'TxnFee(ETH)': row.fee ?? '0.001',
      'TxnFee(USD)': '3',
      ContractAddress: row.contract ?? '',
    })),
    transactionHeaders,
    end,
  ),
});

export const internalFile = (rows: readonly Row[], end = '\n'): ExportFile => ({
  name: 'internal.csv',
  content: csv(
    rows.map((row) => {
      const { From = '', To = '' } = sides(row);
      return {
        ...common(row),
        Status: row.status ?? '0',
        ParentTxFrom: own,
        ParentTxTo: other,
        From,
        TxTo: To,
        Type: 'call',
      };
    }),
    internalHeaders,
    end,
  ),
});

export const tokensFile = (rows: readonly Row[], end = '\n'): ExportFile => ({
  name: 'erc20.csv',
  content: csv(
    rows.map((row) => ({
      ...common(row),
      ...sides(row),
      TokenValue: row.in ?? row.out ?? '',
      USDValueDayOfTx: row.usd ?? 'N/A',
      ContractAddress: (row.contract ?? usdc).toLowerCase(),
      TokenName: row.name ?? 'A token',
      TokenSymbol: row.symbol ?? 'TKN',
    })),
    tokenHeaders,
    end,
  ),
});

export interface ImportOptions {
  address?: string;
  chain?: string;
  dryRun?: boolean;
}

export const importFiles = (
  user: TestUser,
  wallet: Json,
  files: readonly ExportFile[],
  { address = own, chain = '1', dryRun }: ImportOptions = {},
): Promise<Answer> =>
  request(
    'POST',
    `/wallet/${wallet.uuid}/import?format=etherscan&chain_id=${chain}${dryRun === undefined ? '' : `&dry_run=${dryRun}`}`,
    { token: user.token, body: { address, files } },
  );
