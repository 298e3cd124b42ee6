/** The demo's two wallets and what happened in them: bought, swapped, moved, sold, and gas paid on the way. */

interface DemoEntry {
  wallet: 'Everyday' | 'Cold storage';
  token: keyof typeof demoTokens;
  transaction_type: 'BUY' | 'SELL' | 'TRANSFER_IN' | 'TRANSFER_OUT' | 'FEE';
  amount: string;
  price_usd?: string;
  fee_usd?: string;
  timestamp: string;
  /** Entries of one event share a number, as a swap's legs and a transfer's sides share a hash. */
  event: number;
}

/** Prices are examples, for the table on the screen only: nothing in the database is valued with them. */
export const demoTokens = {
  ETH: { chain_id: 1, examplePrice: '3150.40' },
  USDC: {
    chain_id: 1,
    contract_address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    examplePrice: '1.00',
  },
  LINK: {
    chain_id: 1,
    contract_address: '0x514910771AF9Ca656af840dff83E8264EcF986CA',
    examplePrice: '14.85',
  },
  SOL: { chain_id: 'solana', examplePrice: '142.75' },
} as const;

export const demoHistory: readonly DemoEntry[] = [
  {
    event: 1,
    timestamp: '2023-03-10T09:15:00Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'BUY',
    amount: '2',
    price_usd: '1432.18',
    fee_usd: '8.50',
  },
  {
    event: 2,
    timestamp: '2023-06-21T18:02:11Z',
    wallet: 'Everyday',
    token: 'SOL',
    transaction_type: 'BUY',
    amount: '60',
    price_usd: '16.92',
    fee_usd: '2.40',
  },
  {
    event: 3,
    timestamp: '2023-11-02T14:30:45Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'BUY',
    amount: '1.75',
    price_usd: '1846.07',
    fee_usd: '6.10',
  },
  {
    event: 4,
    timestamp: '2024-01-15T11:44:03Z',
    wallet: 'Everyday',
    token: 'LINK',
    transaction_type: 'BUY',
    amount: '250',
    price_usd: '14.21',
    fee_usd: '4.00',
  },
  {
    event: 4,
    timestamp: '2024-01-15T11:44:03Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'FEE',
    amount: '0.003127',
    price_usd: '2511.30',
  },
  {
    event: 5,
    timestamp: '2024-03-12T20:19:59Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'SELL',
    amount: '0.8',
    price_usd: '3975.25',
  },
  {
    event: 5,
    timestamp: '2024-03-12T20:19:59Z',
    wallet: 'Everyday',
    token: 'USDC',
    transaction_type: 'BUY',
    amount: '3180.2',
    price_usd: '1',
  },
  {
    event: 5,
    timestamp: '2024-03-12T20:19:59Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'FEE',
    amount: '0.006482',
    price_usd: '3975.25',
  },
  {
    event: 6,
    timestamp: '2024-05-28T07:05:23Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'TRANSFER_OUT',
    amount: '2',
  },
  {
    event: 6,
    timestamp: '2024-05-28T07:05:23Z',
    wallet: 'Cold storage',
    token: 'ETH',
    transaction_type: 'TRANSFER_IN',
    amount: '2',
  },
  {
    event: 6,
    timestamp: '2024-05-28T07:05:23Z',
    wallet: 'Everyday',
    token: 'ETH',
    transaction_type: 'FEE',
    amount: '0.000294',
    price_usd: '3840.60',
  },
  {
    event: 7,
    timestamp: '2024-11-11T16:27:38Z',
    wallet: 'Everyday',
    token: 'SOL',
    transaction_type: 'SELL',
    amount: '25',
    price_usd: '222.10',
    fee_usd: '5.55',
  },
  {
    event: 8,
    timestamp: '2024-12-05T10:00:12Z',
    wallet: 'Cold storage',
    token: 'ETH',
    transaction_type: 'SELL',
    amount: '1.5',
    price_usd: '3842.90',
    fee_usd: '11.50',
  },
  {
    event: 9,
    timestamp: '2025-02-19T13:51:07Z',
    wallet: 'Everyday',
    token: 'LINK',
    transaction_type: 'SELL',
    amount: '90',
    price_usd: '18.03',
    fee_usd: '1.60',
  },
];
