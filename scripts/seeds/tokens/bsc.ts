import { seedTokens } from './token.ts';

/**
 * From PancakeSwap's extended token list. Most are Binance-Peg tokens, which have 18 decimals whatever the original
 * has: USDT and USDC, 6 elsewhere, are 18 here.
 */
export const bscTokens = seedTokens('56', [
  ['0x55d398326f99059fF775485246999027B3197955', 18, 'USDT', 'Tether USD', 'tether', 'stablecoin'],
  ['0x8AC76a51cc950d9822D68b83fE1Ad97B32Cd580d', 18, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  ['0x1AF3F329e8BE154074D8769D1FFa4eE058B1DBc3', 18, 'DAI', 'Dai Token', 'dai', 'stablecoin'],
  // No longer issued, so not the price of the token it stood for.
  ['0xe9e7CEA3DedcA5984780Bafc599bD69ADd087D56', 18, 'BUSD', 'BUSD Token', 'binance-peg-busd', 'stablecoin'],
  [
    '0xc5f0f7b66764F6ec8C8Dff7BA683102295E16409',
    18,
    'FDUSD',
    'First Digital USD',
    'first-digital-usd',
    'stablecoin',
  ],
  ['0x40af3827F39D0EAcBF4A168f8D4ee67c121D11c9', 18, 'TUSD', 'TrueUSD', 'true-usd', 'stablecoin'],
  ['0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c', 18, 'WBNB', 'Wrapped BNB', 'wbnb', 'wrapped_native'],
  ['0x2170Ed0880ac9A755fd29B2688956BD959F933F8', 18, 'ETH', 'Ethereum Token', 'ethereum'],
  ['0x7130d2A12B9BCbFAe4f2634d864A1Ee1Ce3Ead9c', 18, 'BTCB', 'BTCB Token', 'binance-bitcoin'],
  [
    '0xa2E3356610840701BDf5611a53974510Ae27E2e1',
    18,
    'wBETH',
    'Wrapped Binance Beacon ETH',
    'wrapped-beacon-eth',
  ],
  ['0xF8A0BF9cF54Bb92F17374d9e9A321E6a111a51bD', 18, 'LINK', 'ChainLink Token', 'chainlink'],
  ['0xBf5140A22578168FD562DCcF235E5D43A02ce9B1', 18, 'UNI', 'Uniswap', 'uniswap'],
  ['0x0E09FaBB73Bd3Ade0a17ECC321fD13a19e81cE82', 18, 'CAKE', 'PancakeSwap Token', 'pancakeswap-token'],
  ['0x7083609fCE4d1d8Dc0C979AAb8c869Ea2C873402', 18, 'DOT', 'Polkadot Token', 'polkadot'],
  ['0x3EE2200Efb3400fAbB9AacF31297cBdD1d435D47', 18, 'ADA', 'Cardano Token', 'cardano'],
  ['0x1D2F0da169ceB9fC7B3144628dB156f3F6c60dBE', 18, 'XRP', 'XRP Token', 'ripple'],
  ['0x4338665CBB7B2485A8855A139b75D5e34AB0DB94', 18, 'LTC', 'Litecoin Token', 'litecoin'],
  ['0xbA2aE424d960c26247Dd6c32edC70B295c744C43', 8, 'DOGE', 'Dogecoin', 'dogecoin'],
  ['0x570A5D26f7765Ecb712C0924E4De545B89fD43dF', 18, 'SOL', 'SOLANA', 'solana'],
  // The contract of 18 decimals that it replaced is not seeded.
  ['0xCE7de646e7208a4Ef112cb6ed5038FA6cC6b12e3', 6, 'TRX', 'TRON', 'tron'],
  ['0xcF6BB5389c92Bdda8a3747Ddb454cB7a64626C63', 18, 'XVS', 'Venus', 'venus'],
  ['0x4B0F1812e5Df2A09796481Ff14017e6005508003', 18, 'TWT', 'Trust Wallet', 'trust-wallet-token'],
  ['0xa2B726B1145A4773F68593CF171187d8EBe4d495', 18, 'INJ', 'Injective Protocol', 'injective-protocol'],
]);
