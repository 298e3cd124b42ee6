import { seedTokens } from './token.ts';

/** From Uniswap's default token list. "(PoS)" names are what the chain's own bridge issues. */
export const polygonTokens = seedTokens('137', [
  ['0xc2132D05D31c914a87C6611C10748AEb04B58e8F', 6, 'USDT', 'Tether USD (PoS)', 'tether', 'stablecoin'],
  ['0x3c499c542cEF5E3811e1192ce70d8cC03d5c3359', 6, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  [
    '0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174',
    6,
    'USDC.e',
    'USD Coin (PoS)',
    'bridged-usdc-polygon-pos-bridge',
    'stablecoin',
  ],
  ['0x8f3Cf7ad23Cd3CaDbD9735AFf958023239c6A063', 18, 'DAI', 'Dai Stablecoin (PoS)', 'dai', 'stablecoin'],
  [
    '0x9C9e5fD8bbc25984B178FdCE6117Defa39d2db39',
    18,
    'BUSD',
    'Binance USD (PoS)',
    'binance-usd',
    'stablecoin',
  ],
  // WMATIC until the chain's coin became POL.
  [
    '0x0d500B1d8E8eF31E21C99d1Db9A6444d3ADf1270',
    18,
    'WPOL',
    'Wrapped Polygon Ecosystem Token',
    'wmatic',
    'wrapped_native',
  ],
  ['0x7ceB23fD6bC0adD59E62ac25578270cFf1b9f619', 18, 'WETH', 'Wrapped Ether', 'weth'],
  ['0x1BFD67037B42Cf73acF2047067bd4F2C47D9BfD6', 8, 'WBTC', 'Wrapped BTC (PoS)', 'wrapped-bitcoin'],
  ['0x53E0bca35eC356BD5ddDFebbD1Fc0fD03FaBad39', 18, 'LINK', 'ChainLink Token', 'chainlink'],
  ['0xb33EaAd8d922B1083446DC23f610c2567fB5180f', 18, 'UNI', 'Uniswap (PoS)', 'uniswap'],
  ['0xD6DF932A45C0f255f85145f286eA0b292B21C90B', 18, 'AAVE', 'Aave (PoS)', 'aave'],
  ['0x6f7C932e7684666C9fd1d44527765433e01fF61d', 18, 'MKR', 'Maker (PoS)', 'maker'],
  ['0x172370d5Cd63279eFa6d502DAB29171933a610AF', 18, 'CRV', 'CRV (PoS)', 'curve-dao-token'],
  ['0x8505b9d2254A7Ae468c0E9dd10Ccea3A837aef5c', 18, 'COMP', 'Compound (PoS)', 'compound-governance-token'],
  ['0x50B728D8D964fd00C2d0AAD81718b71311feF68a', 18, 'SNX', 'Synthetix Network Token (PoS)', 'havven'],
  ['0x5fe2B58c013d7601147DcdD68C143A77499f5531', 18, 'GRT', 'Graph Token (PoS)', 'the-graph'],
  [
    '0xbD7A5Cf51d22930B8B3Df6d834F9BCEf90EE7c4f',
    18,
    'ENS',
    'Ethereum Name Service (PoS)',
    'ethereum-name-service',
  ],
  ['0xA1c57f48F0Deb89f569dFbE6E2B7f46D33606fD4', 18, 'MANA', 'Decentraland MANA (PoS)', 'decentraland'],
  ['0x9a71012B13CA4d3D0Cdc72A177DF3ef03b0E76A3', 18, 'BAL', 'Balancer (PoS)', 'balancer'],
  ['0xB5C064F955D8e7F38fE0460C556a72987494eE17', 18, 'QUICK', 'QuickSwap', 'quickswap'],
]);
