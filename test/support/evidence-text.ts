/**
 * Rows of evidence as text, one a line: `out 1 ETH @ 3000`, `in 3000 USDC = 3000`, `gas 0.01 ETH`. `@` gives the price,
 * `=` the value; without them they are unknown. Movements print likewise: `SELL 1 ETH @ 3000`, with `review` where one
 * should look again.
 */
import type { EvidenceRow, Movement, TokenKind } from '#shared/domain/movements.ts';

const kinds = new Map<string, TokenKind>([
  ['ETH', 'native'],
  ['WETH', 'wrapped_native'],
  ['USDC', 'stablecoin'],
  ['USDT', 'stablecoin'],
  ['PEPE', 'other'],
  ['DOGE', 'other'],
]);

const symbols = [...kinds.keys()];

export const rowOf = (line: string): EvidenceRow => {
  const match = /^(in|out|gas) (\S+) (\S+)(?: @ (\S+))?(?: = (\S+))?$/.exec(line);
  if (!match) throw new Error(`not a row: ${line}`);
  const [, direction, amount = '', symbol = '', price, value] = match;
  return {
    tokenId: symbols.indexOf(symbol),
    tokenKind: kinds.get(symbol) ?? 'other',
    amountIn: direction === 'in' ? amount : '0',
    amountOut: direction === 'out' ? amount : '0',
    gasFee: direction === 'gas' ? amount : '0',
    priceUsd: price ?? null,
    valueUsd: value ?? null,
  };
};

export const rowsOf = (text: string): EvidenceRow[] =>
  text
    .trim()
    .split(/\s*\n\s*/)
    .map(rowOf);

export const printMovement = ({
  type,
  amount,
  tokenId,
  priceUsd,
  valueUsd,
  needsReview,
}: Movement): string => {
  const price = priceUsd === null ? '' : ` @ ${priceUsd}`;
  const value = valueUsd === null ? '' : ` = ${valueUsd}`;
  return `${type} ${amount} ${symbols[tokenId]}${price}${value}${needsReview ? ' review' : ''}`;
};
