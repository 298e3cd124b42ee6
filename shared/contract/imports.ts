import * as z from 'zod';
import { Balance } from './balances.ts';
import { endpoint } from './endpoint.ts';
import { ChainId, ChainIdInput, Flag, Instant, Nothing, oneProcessor, Uuid, WalletParams } from './fields.ts';

/** Kinds of file an explorer exports. */
const importKinds = ['transactions', 'internal', 'erc20'] as const;

/** Half of a surrogate pair, as a wrong decoding leaves it, cannot be stored; it becomes U+FFFD. */
const Text = z.string().overwrite((text) => text.toWellFormed());

/** One ether received; the explorer has more columns, and these are enough. */
const exampleExport = `"Transaction Hash","Blockno","UnixTimestamp","From","To","Value_IN(ETH)","Value_OUT(ETH)","TxnFee(ETH)","Historical $Price/Eth","Status"
"0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060","19338000","1709294400","0x00000000219ab540356cBB839Cbe05303d7705Fa","0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045","1","0","0.00042","3400.25",""
`;

const FileReport = z
  .strictObject({
    name: z.string(),
    kind: z.enum(importKinds),
    rows: z.int(),
    imported: z.int(),
    duplicates: z.int(),
    skipped: z.array(z.strictObject({ line: z.int(), reason: z.string() })),
  })
  .meta({ id: 'ImportedFile' });

/** The largest body API Gateway and Lambda pass on is 6 MB; an export of 5,000 rows, the explorer's most, has 1.5. */
const fiveMegabytes = 5 * 1024 * 1024;

export const importTransactions = endpoint({
  id: 'imports/create',
  method: 'POST',
  path: '/wallet/{wallet_uuid}/import',
  summary: "Import an explorer's exports of one address",
  auth: 'user',
  role: 'api',
  status: 201,
  rate: 'heavy',
  maxBodyBytes: fiveMegabytes,
  memoryMegabytes: oneProcessor,
  errors: ['WalletError', 'ConflictError'],
  shapes: {
    params: WalletParams,
    query: z.strictObject({
      format: z.enum(['etherscan']),
      chain_id: ChainIdInput,
      dry_run: Flag,
    }),
    body: z.strictObject({
      address: z.string().max(160).meta({ example: '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045' }),
      files: z
        .array(
          z.strictObject({
            name: Text.min(1).max(255).meta({ example: 'export-0xd8da6bf2.csv' }),
            content: Text.meta({ example: exampleExport }),
          }),
        )
        .min(1)
        .max(20),
    }),
    response: z.strictObject({
      batch_uuid: Uuid.nullable().meta({
        description: 'Null for a dry run, which leaves nothing behind.',
      }),
      dry_run: z.boolean(),
      files: z.array(FileReport),
      balances: z.array(Balance),
    }),
  },
});

const BatchParams = z.strictObject({ batch_uuid: Uuid });

export const getImport = endpoint({
  id: 'imports/get',
  method: 'GET',
  path: '/import/{batch_uuid}',
  summary: 'Show an import and what it has brought',
  auth: 'user',
  role: 'api',
  status: 200,
  etag: true,
  errors: ['ImportError'],
  shapes: {
    params: BatchParams,
    response: z
      .strictObject({
        uuid: Uuid,
        wallet_uuid: Uuid,
        chain_id: ChainId,
        format: z.string(),
        address: z.string(),
        files: z.array(FileReport),
        transactions: z.int().meta({ description: 'How many transactions it holds now.' }),
        created_at: Instant,
      })
      .meta({ id: 'Import' }),
  },
});

export const undoImport = endpoint({
  id: 'imports/undo',
  method: 'DELETE',
  path: '/import/{batch_uuid}',
  summary:
    'Undo an import: the rows it added go, even where a later import had them too, and so do edits of its transactions',
  auth: 'user',
  role: 'api',
  status: 204,
  rate: 'heavy',
  memoryMegabytes: oneProcessor,
  errors: ['ImportError'],
  shapes: { params: BatchParams, response: Nothing },
});
