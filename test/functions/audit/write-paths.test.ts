/** Every way to change something leaves its entry, and leaves the journal whole. */
import { expect, it } from 'vitest';
import { verifyAudit } from '#shared/usecases/verify-audit.ts';
import {
  everyItem,
  type Json,
  newUser,
  newWallet,
  record,
  request,
  type TestUser,
} from '../../support/api.ts';
import { openDatabase } from '../../support/database.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { newToken } from '../database.ts';
import { hashOf, importFiles, transactionsFile } from '../imports/exports.ts';
import { asOperator } from '../operator.ts';
import { purchase } from '../purchase.ts';

const { db } = openDatabase();

/** What the journal tells of a user since it was asked last: subjects and actions in the order of events. */
const witness = (user: TestUser) => {
  let known = 0;
  return async (): Promise<string[]> => {
    const entries = (await everyItem(user, '/audit')).reverse();
    const fresh = entries.slice(known);
    known = entries.length;
    return fresh.map(({ subject, action, actor }) => `${subject} ${action} by ${actor.kind}`);
  };
};

const expectWhole = async ({ username }: TestUser): Promise<void> => {
  const findings: unknown[] = [];
  await verifyAudit(db, { username, onFinding: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
};

it('by hand: created, changed, cancelled, restored, deleted, many at once', async () => {
  const user = await newUser();
  const { token } = user;
  const wallet = await newWallet(user);
  const news = witness(user);
  const { body } = await record(user, wallet, purchase);
  expect(await news()).toEqual(['transaction created by user']);
  await request('PATCH', `/transaction/${body.uuid}`, { token, body: { amount: '3' } });
  expect(await news()).toEqual(['transaction changed by user']);
  await request('POST', `/transaction/cancel/${body.uuid}`, { token });
  await request('POST', `/transaction/restore/${body.uuid}`, { token });
  expect(await news()).toEqual(['transaction changed by user', 'transaction changed by user']);
  await request('DELETE', `/transaction/${body.uuid}`, { token });
  expect(await news()).toEqual(['transaction deleted by user']);
  const entry = { wallet_uuid: wallet.uuid, chain_id: 1, ...purchase };
  await request('POST', '/transaction/bulk', { token, body: { transactions: [entry, entry] } });
  expect(await news()).toEqual(Array(2).fill('transaction created by user'));
  await expectWhole(user);
});

it('what is refused leaves nothing', async () => {
  const user = await newUser();
  const wallet = await newWallet(user);
  expect((await record(user, wallet, { ...purchase, transaction_type: 'SELL' })).status).toBe(400);
  expect(await witness(user)()).toEqual([]);
});

it('links: by themselves, ended by hand, made by hand', async () => {
  const user = await newUser();
  const { token } = user;
  const [from, to] = [await newWallet(user), await newWallet(user)];
  await record(user, from, purchase);
  const news = witness(user);
  await news();
  const fields = {
    amount: '1',
    timestamp: '2024-02-01T00:00:00Z',
    transaction_hash: hashOf('between wallets'),
  };
  const sent = (await record(user, from, { ...fields, transaction_type: 'TRANSFER_OUT' })).body;
  const received = (await record(user, to, { ...fields, transaction_type: 'TRANSFER_IN' })).body;
  const created = 'transaction created by user';
  expect(await news()).toEqual([created, created, ...Array(2).fill('link created by system')]);
  await request('DELETE', `/transfer/link/${sent.uuid}`, { token });
  const ended = Array(2).fill('link deleted by user');
  expect(await news()).toEqual([...ended, 'declined_link created by user']);
  const body = { out: sent.uuid, in: received.uuid };
  await request('POST', '/transfer/link', { token, body });
  expect(await news()).toEqual(['declined_link deleted by user', ...Array(2).fill('link created by user')]);
  await request('DELETE', `/wallet/${to.uuid}`, { token });
  expect(await news()).toEqual([...ended, 'transaction deleted by user']);
  await expectWhole(user);
});

it('imports, edits of what they brought, and their undoing', async () => {
  const user = await newUser();
  const { token } = user;
  const wallet = await newWallet(user);
  const news = witness(user);
  const files = [
    transactionsFile([
      { tx: 'deposit', day: 0, in: '2', usd: '3000' },
      { tx: 'another', day: 1, in: '1', usd: '3000' },
    ]),
  ];
  const dry = await importFiles(user, wallet, files, { dryRun: true });
  expect(dry.body.files[0].imported).toBe(2);
  expect(await news()).toEqual([]);
  const { body } = await importFiles(user, wallet, files);
  expect(await news()).toEqual(Array(2).fill('transaction created by user'));
  const [one] = await everyItem(user, `/wallet/transactions/${wallet.uuid}`);
  await request('PATCH', `/transaction/${one.uuid}`, { token, body: { price_usd: '5' } });
  expect(await news()).toEqual(['transaction changed by user']);
  await request('DELETE', `/import/${body.batch_uuid}`, { token });
  expect(await news()).toEqual([
    'transaction changed by user',
    ...Array(2).fill('transaction deleted by user'),
  ]);
  await expectWhole(user);
});

it('naming lots, and methods by tax year', async () => {
  const user = await newUser();
  const { token } = user;
  const wallet = await newWallet(user);
  const { body: bought } = await record(user, wallet, purchase);
  const { body: sold } = await record(user, wallet, {
    ...purchase,
    transaction_type: 'SELL',
    timestamp: '2024-02-01T00:00:00Z',
  });
  const news = witness(user);
  await news();
  const path = `/transaction/${sold.uuid}/lots`;
  const body = { lot_selections: [{ transaction_uuid: bought.uuid, amount: '0.5' }] };
  await request('PUT', path, { token, body });
  expect(await news()).toEqual(['lot_selection created by user']);
  const [named] = await everyItem(user, `/audit?wallet=${wallet.uuid}`);
  expect(named).toMatchObject({
    after: { transaction_uuid: sold.uuid, acquisition_uuid: bought.uuid, raw_amount: expect.any(String) },
    balance_uuids: [bought.balance_uuid],
  });
  await request('DELETE', path, { token });
  expect(await news()).toEqual(['lot_selection deleted by user']);
  const portfolio: Json = await createPortfolio(user, [wallet]);
  await news();
  const method = { default: 'FIFO', 2024: 'HIFO' };
  await request('PATCH', `/portfolio/${portfolio.uuid}`, { token, body: { cost_basis_method: method } });
  expect(await news()).toEqual(['portfolio changed by user']);
  const [changed] = await everyItem(user, '/audit');
  expect(changed).toMatchObject({
    before: { cost_basis_years: {} },
    after: { cost_basis_years: { 2024: 'HIFO' } },
  });
  await expectWhole(user);
});

it('portfolios and their wallets', async () => {
  const user = await newUser();
  const { token } = user;
  const [one, two] = [await newWallet(user), await newWallet(user)];
  const news = witness(user);
  const portfolio: Json = await createPortfolio(user, [one]);
  expect(await news()).toEqual(['portfolio created by user', 'portfolio_wallet created by user']);
  const path = `/portfolio/${portfolio.uuid}`;
  await request('PATCH', path, { token, body: { name: 'Another name' } });
  expect(await news()).toEqual(['portfolio changed by user']);
  const [entry] = await everyItem(user, '/audit');
  expect(entry).toMatchObject({
    subject_uuid: portfolio.uuid,
    before: { name: portfolio.name, cost_basis_method: 'FIFO' },
    after: { name: 'Another name', cost_basis_method: 'FIFO' },
    wallet_uuids: [],
    balance_uuids: [],
  });
  await request('PUT', path, { token, body: { name: 'Another name' } });
  expect(await news()).toEqual([]);
  await request('PUT', `${path}/wallet/${two.uuid}`, { token });
  await request('DELETE', `${path}/wallet/${two.uuid}`, { token });
  expect(await news()).toEqual(['portfolio_wallet created by user', 'portfolio_wallet deleted by user']);
  await request('DELETE', `/wallet/${one.uuid}`, { token });
  expect(await news()).toEqual(['portfolio_wallet deleted by user']);
  await request('DELETE', path, { token });
  expect(await news()).toEqual(['portfolio deleted by user']);
  await expectWhole(user);
});

it('a correction of decimals, by an operator, for everybody', async () => {
  const users = [await newUser(), await newUser()];
  const token = await newToken({ decimals: 18 });
  for (const user of users)
    await record(user, await newWallet(user), { ...purchase, token_uuid: token.uuid });
  const corrected = await asOperator('POST', `/tokens/${token.uuid}/decimals`, { body: { decimals: 6 } });
  expect(corrected.status).toBeLessThan(300);
  for (const user of users) {
    const [entry] = await everyItem(user, '/audit');
    expect(entry).toMatchObject({
      actor: { kind: 'operator', username: null },
      action: 'changed',
      before: { amount: '1', raw_amount: '1000000000000000000' },
      after: { amount: '1', raw_amount: '1000000' },
    });
    await expectWhole(user);
  }
});
