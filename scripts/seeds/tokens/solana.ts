import { seedTokens } from './token.ts';

/** From Jupiter's validated list. The address is the mint. */
export const solanaTokens = seedTokens('solana', [
  ['EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 6, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  ['Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', 6, 'USDT', 'Tether USD', 'tether', 'stablecoin'],
  // A Token-2022 mint: its accounts belong to the other token program.
  ['2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo', 6, 'PYUSD', 'PayPal USD', 'paypal-usd', 'stablecoin'],
  ['So11111111111111111111111111111111111111112', 9, 'wSOL', 'Wrapped SOL', 'solana', 'wrapped_native'],
  ['mSoLzYCxHdYgdzU16g5QSh3i5K3z3KZK7ytfqcJm7So', 9, 'mSOL', 'Marinade staked SOL', 'msol'],
  ['J1toso1uCk3RLmjorhTtrVwY9HJ7X8V9yYac6Y7kGCPn', 9, 'JitoSOL', 'Jito Staked SOL', 'jito-staked-sol'],
  [
    'bSo13r4TkiE4KumL71LsHTPpL2euBYLFx6h9HP3piy1',
    9,
    'bSOL',
    'BlazeStake Staked SOL',
    'blazestake-staked-sol',
  ],
  ['JUPyiwrYJFskUPiHa7hkeR8VUtAeFoSYbKedZNsDvCN', 6, 'JUP', 'Jupiter', 'jupiter-exchange-solana'],
  ['jtojtomepa8beP8AuQc6eXt5FriJwfFMwQx2v2f9mCL', 9, 'JTO', 'Jito', 'jito-governance-token'],
  ['HZ1JovNiVvGrGNiiYvEozEVgZ58xaU3RKwX8eACQBCt3', 6, 'PYTH', 'Pyth Network', 'pyth-network'],
  ['4k3Dyjzvzp8eMZWUXbBCjEvwSkkk59S5iCNLY3QrkX6R', 6, 'RAY', 'Raydium', 'raydium'],
  ['orcaEKTdK7LKz57vaAYr9QeNsVEPfiu6QeMU1kektZE', 6, 'ORCA', 'Orca', 'orca'],
  ['hntyVP6YFm1Hg25TN9WGLqM12b8TQmcknKrdu1oxWux', 8, 'HNT', 'Helium Network Token', 'helium'],
  ['rndrizKT3MK1iimdxRdWabcF7Zg7AR5T4nud4EkHBof', 8, 'RENDER', 'Render Token', 'render-token'],
  ['85VBFQZC9TZkfaptBWjvUw7YbZjy52A6mjtPGjstQAmQ', 6, 'W', 'Wormhole Token', 'wormhole'],
  ['DezXAZ8z7PnrnRJjz3wXBoRgixCa6xjnB7YaB1pPB263', 5, 'BONK', 'Bonk', 'bonk'],
  ['7GCihgDB8fe6KNjn2MYtkzZcRjQy3t9GHdC8uHYmW2hr', 9, 'POPCAT', 'Popcat', 'popcat'],
  ['7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU', 9, 'SAMO', 'Samoyed Coin', 'samoyedcoin'],
  ['3NZ9JMVBmGAqocybic2c7LQCJScmgsAZ6vQqTDzcqmJh', 8, 'WBTC', 'Wrapped BTC (Portal)', 'wrapped-bitcoin'],
  ['7vfCXTUXx5WJV5JADk17DUJ4ksgau7utNKj4b963voxs', 8, 'ETH', 'Ether (Portal)', 'ethereum'],
]);
