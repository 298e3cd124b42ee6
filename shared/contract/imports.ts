import * as z from 'zod';
import { Balance } from './balances.ts';
import { endpoint } from './endpoint.ts';
import { ChainIdInput, Flag, Uuid, WalletParams } from './fields.ts';

/** Kinds of file an explorer exports. */
const importKinds = ['transactions', 'internal', 'erc20'] as const;

/** Half of a surrogate pair, as a wrong decoding leaves it, cannot be stored; it becomes U+FFFD. */
const Text = z.string().overwrite((text) => text.toWellFormed());

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
  memoryMegabytes: 1769,
  errors: ['WalletError'],
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
            name: Text.min(1).max(255),
            content: Text,
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
