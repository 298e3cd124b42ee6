import { describe, expect, test } from 'vitest';
import { canonicalContract } from '#shared/adapters/chains/addresses.ts';
import { type ChainSeed, chains } from '../../scripts/seeds/chains.ts';
import { type TokenSeed, tokens } from '../../scripts/seeds/tokens.ts';

const tokenCases = tokens.map((token): [string, TokenSeed] => [`${token.symbol} on ${token.chainId}`, token]);
const chainCases = chains.map((chain): [string, ChainSeed] => [chain.name, chain]);

function tokensOf(chainId: string) {
  return tokens.filter((token) => token.chainId === chainId);
}

function symbols(chainId: string, kind: TokenSeed['kind']) {
  return tokensOf(chainId)
    .filter((token) => token.kind === kind)
    .map((token) => token.symbol)
    .sort();
}

function duplicates(values: string[]) {
  return values.filter((value, i) => values.indexOf(value) !== i);
}

describe('seeded chains', () => {
  test('are the seven, by their public ids', () => {
    expect(chains.map((chain) => chain.chainId)).toEqual([
      '1',
      '56',
      '137',
      '42161',
      'tron',
      'solana',
      'stacks',
    ]);
    expect(duplicates(chains.map((chain) => chain.shortName))).toEqual([]);
  });

  test.each(chainCases)('%s has a number for its id, or else its short name', (_, chain) => {
    expect(chain.chainId).toMatch(
      chain.kind === 'evm' ? /^[1-9][0-9]*$/ : new RegExp(`^${chain.shortName}$`),
    );
  });

  test.each(chainCases)('%s links to its explorer', (_, chain) => {
    const link = chain.explorerUrl + chain.explorerTxPath;
    expect(new URL(`${link}HASH`).href).toBe(`${link}HASH`);
    expect(new URL(`${chain.explorerUrl}${chain.explorerAddressPath}A`).protocol).toBe('https:');
    expect(chain.explorerUrl).not.toMatch(/\/$/);
  });

  test.each(chainCases)('%s has a rule of finality', (_, chain) => {
    expect(chain.finality.confirmations).toBeGreaterThan(0);
    expect(chain.blockTimeMs).toBeGreaterThan(0);
  });
});

describe('price sources', () => {
  test.each(chainCases)('can be asked about the coin and the contracts of %s', (_, chain) => {
    for (const name of [chain.coingeckoPlatform, chain.coingeckoNativeId, chain.defillamaId])
      expect(name).toMatch(/^[a-z0-9-]+$/);
  });

  test('are asked about nearly every token by the id of its coin, and about the others by contract', () => {
    const unnamed = tokens.filter(({ coingeckoId }) => coingeckoId === null);
    expect(unnamed.length).toBeLessThan(tokens.length / 10);
    for (const { contractAddress } of unnamed) expect(contractAddress).toMatch(/^\S+$/);
  });
});

describe('seeded tokens', () => {
  test.each(chainCases)('%s has about twenty', (_, { chainId }) => {
    expect(tokensOf(chainId).length).toBeGreaterThanOrEqual(20);
    expect(tokensOf(chainId).length).toBeLessThanOrEqual(25);
  });

  test.each(tokenCases)('%s has a canonical address, possible decimals and readable names', (_, token) => {
    const chain = chains.find(({ chainId }) => chainId === token.chainId);
    expect(canonicalContract(chain?.kind ?? 'evm', token.contractAddress)).toBe(token.contractAddress);
    expect(token.decimals).toSatisfy(
      (value: number) => Number.isInteger(value) && value >= 0 && value <= 255,
    );
    expect(token.symbol).toMatch(/^[A-Za-z0-9.]{1,16}$/);
    expect(token.name).toBe(token.name.trim());
    expect(token.name).not.toBe('');
    expect(token.coingeckoId ?? 'none').toMatch(/^[a-z0-9-]+$/);
  });

  test.each(chainCases)('%s has each address and each symbol once, its own coin included', (_, chain) => {
    const own = tokensOf(chain.chainId);
    expect(duplicates(own.map((token) => token.contractAddress.toLowerCase()))).toEqual([]);
    expect(duplicates([chain.nativeSymbol, ...own.map((token) => token.symbol)])).toEqual([]);
  });

  test('have 18 decimals for every stablecoin of BNB Smart Chain', () => {
    const stablecoins = tokensOf('56').filter((token) => token.kind === 'stablecoin');
    expect(stablecoins.map((token) => [token.symbol, token.decimals])).toEqual([
      ['USDT', 18],
      ['USDC', 18],
      ['DAI', 18],
      ['BUSD', 18],
      ['FDUSD', 18],
      ['TUSD', 18],
    ]);
  });

  test.each(['1', '137', '42161', 'tron', 'solana'])('have 6 decimals for USDT and USDC on %s', (chainId) => {
    const found = tokensOf(chainId).filter((token) => /^(USDT|USDC(\.e)?)$/.test(token.symbol));
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found.every((token) => token.decimals === 6)).toBe(true);
  });

  test.each([
    ['1', ['DAI', 'FRAX', 'USDC', 'USDT'], ['WETH']],
    ['56', ['BUSD', 'DAI', 'FDUSD', 'TUSD', 'USDC', 'USDT'], ['WBNB']],
    ['137', ['BUSD', 'DAI', 'USDC', 'USDC.e', 'USDT'], ['WPOL']],
    ['42161', ['DAI', 'FRAX', 'USDC', 'USDC.e', 'USDT', 'USDe'], ['WETH']],
    ['tron', ['TUSD', 'USDC', 'USDD', 'USDDOLD', 'USDJ', 'USDT'], ['WTRX']],
    ['solana', ['PYUSD', 'USDC', 'USDT'], ['wSOL']],
    ['stacks', ['USDA', 'USDCx', 'USDh', 'aeUSDC', 'sUSDT'], []],
  ])('name the stablecoins and the wrapped coin of %s', (chainId, stablecoins, wrapped) => {
    expect(symbols(chainId, 'stablecoin')).toEqual(stablecoins);
    expect(symbols(chainId, 'wrapped_native')).toEqual(wrapped);
  });

  test('give a wrapped coin the decimals of the coin', () => {
    for (const chain of chains) {
      const wrapped = tokensOf(chain.chainId).filter((token) => token.kind === 'wrapped_native');
      expect(wrapped.map((token) => token.decimals)).toEqual(wrapped.map(() => chain.nativeDecimals));
    }
  });
});
