import { seedTokens } from './token.ts';

/** From PancakeSwap's and SushiSwap's lists for Arbitrum. */
export const arbitrumTokens = seedTokens('42161', [
  // On the chain it calls itself USD₮0; users and exchanges say USDT.
  ['0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9', 6, 'USDT', 'Tether USD', 'tether', 'stablecoin'],
  ['0xaf88d065e77c8cC2239327C5EDb3A432268e5831', 6, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  [
    '0xFF970A61A04b1cA14834A43f5dE4533eBDDB5CC8',
    6,
    'USDC.e',
    'USD Coin (Arb1)',
    'usd-coin-ethereum-bridged',
    'stablecoin',
  ],
  ['0xDA10009cBd5D07dd0CeCc66161FC93D7c9000da1', 18, 'DAI', 'Dai Stablecoin', 'dai', 'stablecoin'],
  ['0x17FC002b466eEc40DaE837Fc4bE5c67993ddBd6F', 18, 'FRAX', 'Frax', 'frax', 'stablecoin'],
  ['0x5d3a1Ff2b6BAb83b63cd9AD0787074081a52ef34', 18, 'USDe', 'USDe', 'ethena-usde', 'stablecoin'],
  ['0x82aF49447D8a07e3bd95BD0d56f35241523fBab1', 18, 'WETH', 'Wrapped Ether', 'weth', 'wrapped_native'],
  ['0x2f2a2543B76A4166549F7aaB2e75Bef0aefC5B0f', 8, 'WBTC', 'Wrapped BTC', 'wrapped-bitcoin'],
  [
    '0x5979D7b546E38E414F7E9822514be443A4800529',
    18,
    'wstETH',
    'Wrapped liquid staked Ether 2.0',
    'wrapped-steth',
  ],
  ['0x35751007a407ca6FEFfE80b3cB397736D2cf4dbe', 18, 'weETH', 'Wrapped eETH', 'wrapped-eeth'],
  ['0x912CE59144191C1204E64559FE8253a0e49E6548', 18, 'ARB', 'Arbitrum', 'arbitrum'],
  ['0xf97f4df75117a78c1A5a0DBb814Af92458539FB4', 18, 'LINK', 'ChainLink Token', 'chainlink'],
  ['0xFa7F8980b0f1E64A2062791cc3b0871572f1F7f0', 18, 'UNI', 'Uniswap', 'uniswap'],
  ['0xfc5A1A6EB076a2C7aD06eD22C90d7E710E35ad0a', 18, 'GMX', 'GMX', 'gmx'],
  ['0x11cDb42B0EB46D95f990BeDD4695A6e3fA034978', 18, 'CRV', 'Curve DAO Token', 'curve-dao-token'],
  ['0x0c880f6761F1af8d9Aa9C466984b80DAb9a8c9e8', 18, 'PENDLE', 'Pendle', 'pendle'],
  ['0x3082CC23568eA640225c2467653dB90e9250AaA0', 18, 'RDNT', 'Radiant', 'radiant-capital'],
  ['0x539bdE0d7Dbd336b79148AA742883198BBF60342', 18, 'MAGIC', 'MAGIC', 'magic'],
  ['0xd4d42F0b6DEF4CE0383636770eF773390d85c61A', 18, 'SUSHI', 'SushiToken', 'sushi'],
  ['0x9623063377AD1B27544C965cCd7342f7EA7e88C7', 18, 'GRT', 'Graph Token', 'the-graph'],
  ['0x354A6dA3fcde098F8389cad84b0182725c6C91dE', 18, 'COMP', 'Compound', 'compound-governance-token'],
  ['0x040d1EdC9569d4Bab2D15287Dc5A4F10F56a56B8', 18, 'BAL', 'Balancer', 'balancer'],
]);
