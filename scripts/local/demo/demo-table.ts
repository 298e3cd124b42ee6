import {
  difference,
  divideHalfEven,
  formatUnits,
  parseUnits,
  pricePlaces,
  product,
  sum,
} from '#shared/domain/decimal.ts';
import { demoTokens } from './demo-history.ts';

/** What the table shows of a balance, as the API answers it. */
export interface Position {
  wallet: string;
  token: { symbol: string };
  amount: string;
  avg_buy_price_usd: string | null;
  cost_basis_usd: string | null;
  realized_pnl_usd: string;
}

/** USD with two decimals and thousands commas, rounded half-even, for the eye only. */
const dollars = (text: string): string => {
  const [whole = '', fraction = ''] = text.split('.');
  const exact = parseUnits(`${whole}.${fraction.slice(0, pricePlaces).padEnd(1, '0')}`, pricePlaces);
  const cents = formatUnits(divideHalfEven(exact, 10n ** 16n), 2);
  const [units = '0', rest = ''] = cents.split('.');
  return `${units.replace(/\B(?=(\d{3})+$)/g, ',')}.${rest.padEnd(2, '0')}`;
};

const examplePrice = (symbol: string): string =>
  Object.entries(demoTokens).find(([name]) => name === symbol)?.[1].examplePrice ?? '0';

const header = ['Wallet', 'Token', 'Amount', 'Average cost', 'Value', 'Realized', 'Unrealized'];

/** Draws positions at the demo's example prices, with a line of totals. */
export const portfolioTable = (positions: readonly Position[]): string => {
  const valued = positions.map((position) => {
    const value = product(position.amount, examplePrice(position.token.symbol));
    return { ...position, value, unrealized: difference(value, position.cost_basis_usd ?? '0') };
  });
  const rows = valued.map((position) => [
    position.wallet,
    position.token.symbol,
    position.amount,
    position.avg_buy_price_usd === null ? '-' : dollars(position.avg_buy_price_usd),
    dollars(position.value),
    dollars(position.realized_pnl_usd),
    dollars(position.unrealized),
  ]);
  const totals = [
    'Total',
    '',
    '',
    '',
    dollars(sum(valued.map(({ value }) => value))),
    dollars(sum(valued.map(({ realized_pnl_usd }) => realized_pnl_usd))),
    dollars(sum(valued.map(({ unrealized }) => unrealized))),
  ];
  const table = [header, ...rows, totals];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const draw = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const prices = Object.entries(demoTokens).map(([symbol, { examplePrice: price }]) => `${symbol} ${price}`);
  const lines = [draw(header), rule, ...rows.map(draw), rule, draw(totals)].map((line) => `  ${line}`);
  return `  In USD, valued at example prices (${prices.join(', ')}):\n\n${lines.join('\n')}`;
};
