/** A purchase, but for its wallet and chain. */
export const purchase = {
  transaction_type: 'BUY',
  amount: '1',
  price_usd: '100',
  timestamp: '2024-01-01T00:00:00Z',
};
