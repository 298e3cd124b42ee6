/** The whole history of a real wallet, 2017 to 2023, as an explorer exports it. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, type TestUser } from '../../support/api.ts';
import { sql } from '../database.ts';
import { type ExportFile, importFiles } from './exports.ts';

const folder = resolve(import.meta.dirname, '../../../../shared/data/etherscan-0x003dc');
const address = '0x003dc32fe920a4aaeed12dc87e145f030aa753f3';
const isThere = existsSync(folder);
if (!isThere) console.warn(`The real wallet is not tested: there is no ${folder}.`);

const read = (name: string): ExportFile => ({ name, content: readFileSync(join(folder, name), 'utf8') });

/** A file in some parts, each with the headers. */
const cut = ({ name, content }: ExportFile, parts: number): ExportFile[] => {
  const [header = '', ...lines] = content.trimEnd().split(/\r?\n/);
  const size = Math.ceil(lines.length / parts);
  return Array.from({ length: parts }, (_, part) => ({
    name: `${part + 1} of ${name}`,
    content: [header, ...lines.slice(part * size, (part + 1) * size)].join('\n'),
  }));
};

interface Outcome {
  user: TestUser;
  wallet: Json;
  answers: Json[];
  state: Record<string, unknown>;
}

const ofUser = 'user_id = (SELECT id FROM users WHERE uuid = $1::uuid)';

/** Balances, lots and matches of a user, with what a transaction is in the place of its uuid. */
const stateOf = async (user: TestUser, balances: Json[]): Promise<Record<string, unknown>> => {
  const lots = await sql(
    `SELECT tokens.contract_address, lots.sequence, lots.acquired_at, opened_at, lots.raw_amount, remaining_raw_amount,
       lots.kind, basis_known, unit_price_usd, lump_usd, remaining_lump_usd, lots.fee_usd, transaction_hash, transaction_type, transactions.amount
     FROM lots JOIN transactions ON transactions.id = transaction_id JOIN tokens ON tokens.id = token_id
     WHERE lots.${ofUser} ORDER BY tokens.id, sequence`,
    [user.uuid],
  );
  const matches = await sql(
    `SELECT tokens.contract_address, sequence, lot_sequence, lot_matches.kind, lot_matches.raw_amount, cost_usd,
       proceeds_usd, method, lump_usd, acquired_at, disposed_at, term, transaction_hash, transaction_type, transactions.amount
     FROM lot_matches JOIN transactions ON transactions.id = transaction_id JOIN tokens ON tokens.id = token_id
     WHERE lot_matches.${ofUser} ORDER BY tokens.id, sequence`,
    [user.uuid],
  );
  const byToken = (left: Json, right: Json) => (left.token.uuid < right.token.uuid ? -1 : 1);
  const anonymous = balances.map((balance) => ({ ...balance, uuid: '', wallet_uuid: '' })).sort(byToken);
  return { balances: anonymous, lots, matches };
};

/** Imports files for a new user, in one call for each list. */
const importAll = async (calls: readonly (readonly ExportFile[])[]): Promise<Outcome> => {
  const user = await newUser();
  const wallet = await newWallet(user);
  const answers: Json[] = [];
  for (const files of calls) {
    const { status, body } = await importFiles(user, wallet, files, { address });
    expect(status).toBe(201);
    answers.push(body);
  }
  return { user, wallet, answers, state: await stateOf(user, answers.at(-1)?.balances) };
};

describe.skipIf(!isThere)('a real wallet of 958 rows (skipped where its exports are not at hand)', () => {
  let files: ExportFile[];
  let whole: Outcome;

  beforeAll(async () => {
    files = ['etherscan.csv', 'etherscan-internal.csv', 'etherscan-erc20.csv'].map(read);
    whole = await importAll([files]);
  });

  const ether = (): Json =>
    whole.answers[0].balances.find(({ token }: Json) => token.contract_address === null);

  it('imports every row', () => {
    const counts = whole.answers[0].files.map(({ kind, rows, imported, duplicates, skipped }: Json) => [
      kind,
      rows,
      imported,
      duplicates,
      skipped,
    ]);
    expect(counts).toEqual([
      ['transactions', 482, 482, 0, []],
      ['internal', 48, 48, 0, []],
      ['erc20', 428, 428, 0, []],
    ]);
  });

  it('holds 17.901287591473025178 ether, to the last wei', () => {
    expect(ether()).toMatchObject({
      amount: '17.901287591473025178',
      raw_amount: '17901287591473025178',
      shortfall: '0',
      state: 'current',
    });
  });

  it('never holds less than nothing on the way', async () => {
    const [lowest] = await sql(
      `SELECT min(running) AS lowest, count(*) AS moves FROM (
         SELECT sum(CASE WHEN transaction_type IN ('BUY', 'TRANSFER_IN') THEN raw_amount ELSE -raw_amount END)
           OVER (ORDER BY "timestamp", block_number, source_key COLLATE "C") AS running
         FROM transactions JOIN tokens ON tokens.id = token_id AND tokens.kind = 'native'
         WHERE ${ofUser} AND NOT transactions.is_deleted) AS ledger`,
      [whole.user.uuid],
    );
    expect(Number(lowest?.moves)).toBeGreaterThan(500);
    expect(BigInt(lowest?.lowest ?? '-1')).toBeGreaterThanOrEqual(0n);
  });

  it('loses nothing: what came in is what went out and what is left, of each token and each lot', async () => {
    const broken = await sql(
      `SELECT balances.id FROM balances JOIN tokens ON tokens.id = token_id
       CROSS JOIN LATERAL (SELECT coalesce(sum(remaining_raw_amount), 0) AS raw, coalesce(sum(raw_amount), 0) AS opened,
           coalesce(sum(unit_price_usd * remaining_raw_amount) FILTER (WHERE basis_known), 0) AS worth,
           coalesce(sum(remaining_lump_usd) FILTER (WHERE basis_known), 0) AS lump,
           coalesce(sum(remaining_raw_amount) FILTER (WHERE NOT basis_known), 0) AS unknown
         FROM lots WHERE balance_id = balances.id) AS lot
       CROSS JOIN LATERAL (SELECT coalesce(sum(raw_amount), 0) AS raw, coalesce(sum(proceeds_usd - cost_usd), 0) AS gain,
           coalesce(sum(raw_amount) FILTER (WHERE lot_sequence IS NULL), 0) AS short
         FROM lot_matches WHERE balance_id = balances.id) AS match
       CROSS JOIN LATERAL (
         SELECT coalesce(sum(raw_amount) FILTER (WHERE transaction_type IN ('BUY', 'TRANSFER_IN')), 0) AS received,
           coalesce(sum(raw_amount) FILTER (WHERE transaction_type NOT IN ('BUY', 'TRANSFER_IN')), 0) AS given
         FROM transactions WHERE balance_id = balances.id AND NOT is_deleted) AS moved
       WHERE balances.${ofUser} AND NOT (
         balances.raw_amount = lot.raw
         AND (balances.cost_basis_usd - lot.lump) * 10::numeric ^ tokens.decimals = lot.worth
         AND balances.unknown_basis_raw_amount = lot.unknown AND balances.shortfall_raw_amount = match.short
         AND balances.realized_pnl_usd = match.gain AND moved.received = lot.opened AND moved.given = match.raw
         AND moved.received - moved.given + match.short = balances.raw_amount)`,
      [whole.user.uuid],
    );
    expect(broken).toEqual([]);
    const brokenLots = await sql(
      `SELECT lots.* FROM lots JOIN balances ON balances.id = balance_id JOIN tokens ON tokens.id = token_id
       CROSS JOIN LATERAL (SELECT coalesce(sum(raw_amount), 0) AS raw, coalesce(sum(cost_usd), 0) AS cost
         FROM lot_matches WHERE balance_id = lots.balance_id AND lot_sequence = lots.sequence) AS match
       WHERE lots.${ofUser} AND NOT (lots.raw_amount = lots.remaining_raw_amount + match.raw
         AND (NOT basis_known OR match.cost * 10::numeric ^ tokens.decimals = unit_price_usd * match.raw
           + (lump_usd - remaining_lump_usd) * 10::numeric ^ tokens.decimals))`,
      [whole.user.uuid],
    );
    expect(brokenLots).toEqual([]);
  });

  it('imports nothing the second time', async () => {
    const { status, body } = await importFiles(whole.user, whole.wallet, files, { address });
    expect(status).toBe(201);
    expect(body.files.map(({ imported, duplicates }: Json) => [imported, duplicates])).toEqual([
      [0, 482],
      [0, 48],
      [0, 428],
    ]);
    expect(await stateOf(whole.user, body.balances)).toEqual(whole.state);
  });

  const parts = () => files.flatMap((file) => cut(file, 3));
  const shuffled = <T>(items: readonly T[]): T[] =>
    [5, 0, 7, 3, 8, 1, 6, 2, 4].flatMap((place) => items[place] ?? []);

  it.each<[string, () => readonly (readonly ExportFile[])[]]>([
    ['the files the other way round', () => [files.toReversed()]],
    ['one file a call, the tokens first', () => files.toReversed().map((file) => [file])],
    ['each file in three parts, all in one call, shuffled', () => [shuffled(parts())]],
    ['each file in three parts, one part a call, shuffled', () => shuffled(parts()).map((part) => [part])],
  ])('ends in the same balances, lots and matches from %s', async (_, calls) => {
    const outcome = await importAll(calls());
    const imported = outcome.answers.flatMap((answer) => answer.files.map((file: Json) => file.imported));
    expect(imported.reduce((total: number, rows: number) => total + rows, 0)).toBe(958);
    expect(outcome.state).toEqual(whole.state);
  });
});
