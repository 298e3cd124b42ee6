import { seedTokens } from './token.ts';

/** From the lists of DefiLlama, JustLend and SUN.io. */
export const tronTokens = seedTokens('tron', [
  ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 6, 'USDT', 'Tether USD', 'tether', 'stablecoin'],
  // No longer issued on Tron.
  ['TEkxiTehnzSmSe2XqrBj4w32RUN966rdz8', 6, 'USDC', 'USD Coin', 'usd-coin', 'stablecoin'],
  ['TXDk8mbtRbXeYuMNS83CfKPaYYT8XWv9Hz', 18, 'USDD', 'Decentralized USD', 'usdd', 'stablecoin'],
  // The first contract of USDD, replaced in 2025.
  ['TPYmHEhy5n8TCEfYGqW2rPxsghSfzghPDn', 18, 'USDDOLD', 'Decentralized USD (old)', null, 'stablecoin'],
  ['TUpMhErZL2fhh4sVNULAbNKLokS4GjC1F4', 18, 'TUSD', 'TrueUSD', 'true-usd', 'stablecoin'],
  ['TMwFHYXLJaRUPeW6421aqXL4ZEzPRFGkGT', 18, 'USDJ', 'JUST Stablecoin', 'just-stablecoin', 'stablecoin'],
  ['TNUC9Qb1rRpS5CbWLmNMxXBjyFoydXjWFR', 6, 'WTRX', 'Wrapped TRX', 'tron', 'wrapped_native'],
  ['TU3kjFuhtEo42tsCBtfYUAZxoqQ4yuSLQ5', 18, 'sTRX', 'Staked TRX', null],
  ['TCFLL5dx5ZJdKnWuesXxi1VPwjLVmWZZy9', 18, 'JST', 'JUST', 'just'],
  ['TSSMHYeV2uE9qYH95DqyoCuNCzEL1NvU3S', 18, 'SUN', 'SUN', 'sun-token'],
  ['TAFjULxiVgT4qWk6UZwjqwZXTSaGaqnVp4', 18, 'BTT', 'BitTorrent', 'bittorrent'],
  ['TLa2f6VPqDgRE67v1736s7bJ8Ray5wYjU7', 6, 'WIN', 'WINkLink', 'wink'],
  ['TFczxzPhnThNSqr5by8tvxsdCFRRz6cPNq', 6, 'NFT', 'APENFT', 'apenft'],
  ['TUPM7K8REVzD2UdV4R5fe5M8XbnR2DdoJ6', 18, 'HTX', 'HTX DAO', 'htx-dao'],
  ['TXpw8XeWYeTUd4quDskoUqeQPowRh4jY65', 8, 'WBTC', 'Wrapped BTC', 'wrapped-bitcoin'],
  ['TXWkP3jLBqRGojUih1ShzNyDaN5Csnebok', 18, 'WETH', 'Wrapped Ether', null],
  // Issued by an exchange, which alone can redeem them: not safely priced as the coins they are named after.
  ['TN3W4H6rK2ce4vX9YnFQHwKENnHjoxb3m9', 8, 'BTC', 'Bitcoin', null],
  ['THb4CqiFdwNHsWsQCs4JhzwjMWys4aqCbF', 18, 'ETH', 'Ethereum', null],
  ['TR3DLthpnDdCGabhVDbD3VMsiJoCXY3bZd', 8, 'LTC', 'Litecoin', null],
  ['THbVQp8kMjStKNnf2iCY6NEzThKMK5aBHg', 8, 'DOGE', 'Dogecoin', null],
]);
