import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seedChains, seedTokens } from '../../scripts/seed.ts';
import { insert, insertBalance, insertUser, insertWallet, ownDatabase } from '../support/database.ts';

const { url, pool, rows } = await ownDatabase();

const root = resolve(import.meta.dirname, '../..');

interface Ended {
  code: number;
  out: string;
  error: string;
}

/** `npm run seed -- …` as its own process. */
const seed = (...words: string[]): Promise<Ended> =>
  new Promise((done) => {
    const options = { cwd: root, env: { PATH: process.env.PATH, DATABASE_URL: url } };
    execFile(process.execPath, ['scripts/seed.ts', ...words], options, (failure, out, error) =>
      done({ code: failure ? Number(failure.code) : 0, out, error }),
    );
  });

const counts = async () => {
  const [row] = await rows(
    'SELECT (SELECT count(*) FROM chains) AS chains, (SELECT count(*) FROM tokens) AS tokens',
  );
  return [Number(row?.chains), Number(row?.tokens)];
};

const identities = () =>
  rows(
    'SELECT id, uuid, created_at FROM chains UNION ALL SELECT id, uuid, created_at FROM tokens ORDER BY uuid',
  );

const nativeOf = async (chain: string) => {
  const [token] = await rows(
    `SELECT tokens.*, chains.public_id FROM tokens JOIN chains ON chains.id = chain_id
     WHERE public_id = $1 AND contract_address IS NULL`,
    [chain],
  );
  return token ?? {};
};

test('the commands write, tell and repeat', async () => {
  expect(await seed('chains', 'status')).toEqual({ code: 0, out: '0 chains\n', error: '' });
  expect(await seed('chains', 'seed')).toEqual({ code: 0, out: 'Wrote 7 chains.\n', error: '' });
  const { out } = await seed('tokens', 'seed');
  const [, tokens] = await counts();
  expect(out).toBe(`Wrote ${tokens} tokens.\n`);
  const before = await identities();
  expect((await seed('chains', 'seed')).out).toBe('Wrote 7 chains.\n');
  expect((await seed('tokens', 'seed')).out).toBe(out);
  expect(await identities()).toEqual(before);
  const status = (await seed('tokens', 'status')).out.trim().split('\n');
  expect(status).toHaveLength(8);
  expect(status.at(-1)).toBe('7 chains');
  for (const line of status.slice(0, 7))
    expect(Number(/: (\d+)$/.exec(line)?.[1])).toBeGreaterThanOrEqual(18);
});

test('a wrong command says how it is used', async () => {
  const usage = 'Usage: npm run seed -- chains|tokens seed|status|clear\n';
  expect(await seed('users', 'seed')).toEqual({ code: 1, out: '', error: usage });
  expect(await seed('chains')).toEqual({ code: 1, out: '', error: usage });
});

describe('what is written', () => {
  test('the seven chains with their ids, and a native token each', async () => {
    await seedChains(url);
    await seedTokens(url);
    const chains = await rows(
      `SELECT public_id, chains.kind, symbol, decimals, explorer_url, is_verified FROM chains
       JOIN tokens ON chain_id = chains.id AND contract_address IS NULL ORDER BY chains.id`,
    );
    expect(
      chains.map((row) => [row.public_id, row.kind, row.symbol, row.decimals, row.is_verified].join(' ')),
    ).toEqual([
      '1 evm ETH 18 true',
      '56 evm BNB 18 true',
      '137 evm POL 18 true',
      '42161 evm ETH 18 true',
      'tron tron TRX 6 true',
      'solana solana SOL 9 true',
      'stacks stacks STX 6 true',
    ]);
    for (const { explorer_url } of chains) expect(explorer_url).toMatch(/^https:\/\//);
  });

  test('USDT has 18 decimals on BSC, and 6 elsewhere', async () => {
    const decimals = await rows(
      `SELECT public_id, decimals FROM tokens JOIN chains ON chains.id = chain_id
       WHERE symbol LIKE 'USD%T%' AND tokens.name LIKE 'Tether%' ORDER BY chains.id`,
    );
    expect(decimals.find(({ public_id }) => public_id === '56')?.decimals).toBe(18);
    for (const row of decimals) if (row.public_id !== '56') expect(row.decimals).toBe(6);
    expect(decimals.map(({ public_id }) => public_id)).toContain('tron');
  });

  test('seeding takes the seed’s words, but leaves decimals alone and says that they are in doubt', async () => {
    await pool.query(`UPDATE chains SET name = 'Something else' WHERE public_id = '1'`);
    const token = await nativeOf('1');
    await pool.query(`UPDATE tokens SET name = 'x', symbol = 'x', decimals = 9 WHERE id = $1`, [token.id]);
    await seedChains(url);
    await seedTokens(url);
    expect(await nativeOf('1')).toMatchObject({
      ...{ uuid: token.uuid, name: 'Ether', symbol: 'ETH', decimals: 9, is_verified: false },
    });
    expect((await rows(`SELECT name FROM chains WHERE public_id = '1'`))[0]?.name).toBe('Ethereum');
    await pool.query('UPDATE tokens SET decimals = 18 WHERE id = $1', [token.id]);
    await seedTokens(url);
    expect((await nativeOf('1')).is_verified).toBe(true);
  });

  test('a token that a file brought before becomes verified and stays the same token', async () => {
    const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
    await pool.query('DELETE FROM tokens WHERE contract_address = $1', [usdc]);
    const [chain] = await rows(`SELECT id FROM chains WHERE public_id = '1'`);
    const brought = { chain_id: chain?.id, contract_address: usdc, symbol: 'USDC', name: 'x', decimals: 6 };
    const { uuid } = await insert(pool, 'tokens', brought);
    await seedTokens(url);
    const [token] = await rows('SELECT uuid, kind, is_verified FROM tokens WHERE contract_address = $1', [
      usdc,
    ]);
    expect(token).toEqual({ uuid, kind: 'stablecoin', is_verified: true });
  });

  test('two at once write the same once', async () => {
    await seedChains(url);
    await seedTokens(url);
    const before = await counts();
    await Promise.all([seedChains(url), seedTokens(url), seedChains(url), seedTokens(url)]);
    expect(await counts()).toEqual(before);
  });
});

test('clear removes what nothing uses, and keeps the rest as it is', async () => {
  await seedChains(url);
  await seedTokens(url);
  const wallet = await insertWallet(pool, await insertUser(pool));
  const held = await nativeOf('1');
  await insertBalance(pool, wallet, held);
  const solana = await nativeOf('solana');
  const watched = { user_id: wallet.user_id, wallet_id: wallet.id, chain_id: solana.chain_id, address: 'x' };
  await insert(pool, 'wallet_addresses', watched);
  const [, tokens = 0] = await counts();

  expect((await seed('chains', 'clear')).out).toBe('Removed 0 chains; 7 are in use and stay.\n');
  expect((await seed('tokens', 'clear')).out).toBe(`Removed ${tokens - 1} tokens; 1 are in use and stay.\n`);
  expect((await nativeOf('1')).uuid).toBe(held.uuid);
  expect((await seed('chains', 'clear')).out).toBe('Removed 5 chains; 2 are in use and stay.\n');
  expect((await rows('SELECT public_id FROM chains ORDER BY id')).map((row) => row.public_id)).toEqual([
    '1',
    'solana',
  ]);
  expect((await seed('tokens', 'clear')).out).toBe('Removed 0 tokens; 1 are in use and stay.\n');

  await seedChains(url);
  await seedTokens(url);
  expect(await counts()).toEqual([7, tokens]);
  expect((await nativeOf('1')).uuid).toBe(held.uuid);
});
