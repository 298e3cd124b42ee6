import { expect, it } from 'vitest';
import { newUser, newWallet, request } from '../../support/api.ts';
import { anInstant, expectError } from '../answers.ts';
import { importFiles, own, transactionsFile } from './exports.ts';

it('shows what an import was of, what it reported and how much it holds now', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  const file = transactionsFile([
    { tx: 'in', day: 0, in: '2' },
    { tx: 'out', day: 1, out: '0.5', fee: '0.01' },
  ]);
  const { body } = await importFiles(user, wallet, [file]);
  const path = `/import/${body.batch_uuid}`;
  const answer = await request('GET', path, { token: user.token });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    uuid: body.batch_uuid,
    wallet_uuid: wallet.uuid,
    chain_id: 1,
    format: 'etherscan',
    address: own,
    files: body.files,
    transactions: 3,
    created_at: anInstant,
  });
  expect(answer.headers.get('etag')).toMatch(/^".+"$/);
  const stranger = await newUser();
  expectError(await request('GET', path, { token: stranger.token }), 404, 'ImportError', 'Import not found');
});
