import { seedTokens } from './token.ts';

/** From Uniswap's default token list. */
export const ethereumTokens = seedTokens('1', [
  ['0xdAC17F958D2ee523a2206206994597C13D831ec7', 6, 'USDT', 'Tether USD', 'tether', 'stablecoin'],
  ['0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', 6, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  ['0x6B175474E89094C44Da98b954EedeAC495271d0F', 18, 'DAI', 'Dai Stablecoin', 'dai', 'stablecoin'],
  ['0x853d955aCEf822Db058eb8505911ED77F175b99e', 18, 'FRAX', 'Frax', 'frax', 'stablecoin'],
  ['0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', 18, 'WETH', 'Wrapped Ether', 'weth', 'wrapped_native'],
  ['0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599', 8, 'WBTC', 'Wrapped BTC', 'wrapped-bitcoin'],
  // Rebasing: its balances change without a transfer.
  ['0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84', 18, 'stETH', 'Liquid staked Ether 2.0', 'staked-ether'],
  [
    '0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0',
    18,
    'wstETH',
    'Wrapped liquid staked Ether 2.0',
    'wrapped-steth',
  ],
  ['0x514910771AF9Ca656af840dff83E8264EcF986CA', 18, 'LINK', 'ChainLink Token', 'chainlink'],
  ['0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984', 18, 'UNI', 'Uniswap', 'uniswap'],
  ['0x7Fc66500c84A76Ad7e9c93437bFc5Ac33E2DDaE9', 18, 'AAVE', 'Aave Token', 'aave'],
  ['0x9f8F72aA9304c8B593d555F12eF6589cC3A579A2', 18, 'MKR', 'Maker', 'maker'],
  ['0x5A98FcBEA516Cf06857215779Fd812CA3beF1B32', 18, 'LDO', 'Lido DAO Token', 'lido-dao'],
  ['0xD533a949740bb3306d119CC777fa900bA034cd52', 18, 'CRV', 'Curve DAO Token', 'curve-dao-token'],
  ['0xc00e94Cb662C3520282E6f5717214004A7f26888', 18, 'COMP', 'Compound', 'compound-governance-token'],
  ['0xC011a73ee8576Fb46F5E1c5751cA3B9Fe0af2a6F', 18, 'SNX', 'Synthetix Network Token', 'havven'],
  ['0xc944E90C64B2c07662A292be6244BDf05Cda44a7', 18, 'GRT', 'Graph Token', 'the-graph'],
  ['0xC18360217D8F7Ab5e7c516566761Ea12Ce7F9D72', 18, 'ENS', 'Ethereum Name Service', 'ethereum-name-service'],
  ['0x6982508145454Ce325dDbE47a25d4ec3d2311933', 18, 'PEPE', 'Pepe', 'pepe'],
  ['0x95aD61b0a150d79219dCF64E1E6Cc01f0B64C4cE', 18, 'SHIB', 'SHIBA INU', 'shiba-inu'],
  ['0x7D1AfA7B718fb893dB30A3aBc0Cfc608AaCfeBB0', 18, 'MATIC', 'Matic Token', 'matic-network'],
  [
    '0x455e53CBB86018Ac2B8092FdCd39d8444aFFC3F6',
    18,
    'POL',
    'Polygon Ecosystem Token',
    'polygon-ecosystem-token',
  ],
  ['0xB50721BCf8d664c30412Cfbc6cf7a15145234ad1', 18, 'ARB', 'Arbitrum', 'arbitrum'],
  ['0x4d224452801ACEd8B2F0aebE155379bb5D594381', 18, 'APE', 'ApeCoin', 'apecoin'],
]);
