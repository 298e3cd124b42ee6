/** Whatever way leads to it, the same final state has the same balances, lots and matches. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  balancesOf,
  everyItem,
  type Json,
  newUser,
  newWallet,
  request,
  type TestUser,
} from '../../support/api.ts';
import { newToken } from '../database.ts';
import { cancel, day, enter, link, patch, remove, restore, unlink } from './ledger.ts';

const types = ['BUY', 'BUY', 'SELL', 'TRANSFER_IN', 'TRANSFER_OUT', 'FEE'] as const;

const step = fc.record({
  action: fc.constantFrom(
    'record',
    'record',
    'record',
    'own',
    'own',
    'patch',
    'cancel',
    'restore',
    'delete',
    'link',
    'unlink',
  ),
  type: fc.constantFrom(...types),
  wallet: fc.nat(1),
  amount: fc.integer({ min: 1, max: 9 }).map(String),
  price_usd: fc.option(fc.integer({ min: 0, max: 9 }).map(String), { freq: 4 }),
  on: fc.integer({ min: 1, max: 25 }),
  isHashed: fc.boolean(),
  pick: fc.nat(),
  other: fc.nat(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Desk {
  user: TestUser;
  wallets: Json[];
  token_uuid: string;
}

const newDesk = async (token_uuid: string): Promise<Desk> => {
  const user = await newUser();
  return { user, wallets: [await newWallet(user), await newWallet(user)], token_uuid };
};

const recorded = async ({ user, wallets }: Desk): Promise<Json[]> =>
  (await Promise.all(wallets.map(({ uuid }) => everyItem(user, `/wallet/transactions/${uuid}`))))
    .flat()
    .sort((left, right) =>
      left.created_at < right.created_at ? -1 : left.created_at > right.created_at ? 1 : 0,
    );

/** One step; many are refused, which must change nothing. */
const take = async (desk: Desk, one: Step): Promise<void> => {
  const { user, wallets, token_uuid } = desk;
  const { action, type, wallet, amount, price_usd, on, isHashed } = one;
  const fields = { token_uuid, price_usd };
  const record = (place: number, kind: string, more: object = {}) =>
    enter(user, wallets[place], kind, amount, on, { ...fields, ...more });
  if (action === 'record') return void (await record(wallet, type));
  if (action === 'own') {
    const hash = isHashed ? { transaction_hash: `0x${randomBytes(32).toString('hex')}` } : {};
    await record(wallet, 'TRANSFER_OUT', hash);
    return void (await record(1 - wallet, 'TRANSFER_IN', hash));
  }
  const all = await recorded(desk);
  const chosen = all[one.pick % all.length];
  if (!chosen) return;
  if (action === 'patch')
    await patch(user, chosen, { amount, price_usd, ...(isHashed ? { timestamp: day(on) } : {}) });
  else if (action === 'cancel') await cancel(user, chosen);
  else if (action === 'restore') await restore(user, chosen);
  else if (action === 'delete') await remove(user, chosen);
  else if (action === 'link') {
    const outs = all.filter(({ transaction_type }) => transaction_type === 'TRANSFER_OUT');
    const ins = all.filter(({ transaction_type }) => transaction_type === 'TRANSFER_IN');
    const [out, into] = [outs[one.pick % outs.length], ins[one.other % ins.length]];
    if (out && into) await link(user, out, into);
  } else await unlink(user, chosen);
};

/** Enters the state of one desk, without its history, on another that is new; the uuids of the one by those of the other. */
const copyOf = async (desk: Desk): Promise<{ copy: Desk; names: Map<string, string> }> => {
  const copy = await newDesk(desk.token_uuid);
  // At one and the same time, what has a place under its hash comes first, then what was recorded first: as here.
  const all = (await recorded(desk))
    .filter(({ status }) => status === 'confirmed')
    .sort(
      (left, right) =>
        Number(left.transaction_hash === null) - Number(right.transaction_hash === null) ||
        left.created_at.localeCompare(right.created_at),
    );
  const names = new Map<string, string>();
  if (all.length === 0) return { copy, names };
  const { token } = copy.user;
  const transactions = all.map(
    ({ wallet_uuid, chain_id, transaction_type, amount, price_usd, timestamp }) => ({
      wallet_uuid: copy.wallets[desk.wallets.findIndex(({ uuid }) => uuid === wallet_uuid)].uuid,
      ...{ chain_id, transaction_type, amount, price_usd, timestamp, token_uuid: desk.token_uuid },
    }),
  );
  const { status, body } = await request('POST', '/transaction/bulk', { token, body: { transactions } });
  expect(status).toBe(201);
  for (const [place, { uuid }] of body.items.entries()) names.set(all[place].uuid, uuid);
  for (const { uuid, transaction_type, linked_transaction_uuid: other } of all) {
    if (transaction_type !== 'TRANSFER_OUT' || !names.has(other)) continue;
    expect((await link(copy.user, { uuid: names.get(uuid) }, { uuid: names.get(other) })).status).toBe(201);
  }
  return { copy, names };
};

/** Balances, lots and matches, with transactions by the names of the copy. */
const booksOf = async ({ user, wallets }: Desk, names: ReadonlyMap<string, string> = new Map()) => {
  const books = [];
  for (const wallet of wallets) {
    for (const { uuid, wallet_uuid: _, ...balance } of await balancesOf(user, wallet)) {
      const list = async (name: string) =>
        (await everyItem(user, `/balance/${uuid}/${name}`)).map(
          ({ uuid: _, lot_uuid, transaction_uuid, ...rest }) => ({
            ...rest,
            isShort: lot_uuid === null,
            transaction: names.get(transaction_uuid) ?? transaction_uuid,
          }),
        );
      const lots = await list('lots');
      const isEmpty = balance.amount === '0' && lots.length === 0;
      if (!isEmpty) books.push({ balance, lots, matches: await list('matches') });
    }
  }
  return books;
};

it('is a function of what is recorded and linked, not of how it came to be', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 35, size: 'max' }), async (steps) => {
      const desk = await newDesk((await newToken({ decimals: 6 })).uuid);
      for (const one of steps) await take(desk, one);
      const { copy, names } = await copyOf(desk);
      expect(await booksOf(desk, names)).toEqual(await booksOf(copy));
    }),
    // To find a shorter case would take longer than the test may: what failed is printed as it is.
    { numRuns: 12, endOnFailure: true },
  );
});
