import { describe, expect, test } from 'vitest';
import { deriveMovements } from '#shared/domain/movements.ts';
import { printMovement, rowsOf } from '../support/evidence-text.ts';

const movementsOf = (text: string): string[] => deriveMovements(rowsOf(text)).map(printMovement).sort();

describe('a swap has one value, that of the leg whose price is best known', () => {
  test.each([
    [
      'a stablecoin over the native coin',
      'out 1 ETH @ 3010\nin 3000 USDC @ 1',
      ['BUY 3000 USDC @ 1', 'SELL 1 ETH @ 3000 = 3000'],
    ],
    [
      'a stablecoin over a small token',
      'out 3000 USDC @ 1\nin 7 PEPE @ 999999',
      ['BUY 7 PEPE @ 428.571428571428571429 = 3000', 'SELL 3000 USDC @ 1'],
    ],
    [
      'the native coin over a small token, given',
      'out 1 ETH @ 3000\nin 5 PEPE @ 999999',
      ['BUY 5 PEPE @ 600 = 3000', 'SELL 1 ETH @ 3000'],
    ],
    [
      'the native coin over a small token, received',
      'out 5 PEPE @ 999999\nin 1 ETH @ 3000',
      ['BUY 1 ETH @ 3000', 'SELL 5 PEPE @ 600 = 3000'],
    ],
    [
      'the wrapped coin over a small token',
      'out 5 PEPE @ 999999\nin 1 WETH @ 3000',
      ['BUY 1 WETH @ 3000', 'SELL 5 PEPE @ 600 = 3000'],
    ],
    [
      'of the native coin and its wrapped form: what was given',
      'out 1 ETH @ 3000\nin 1 WETH @ 3001',
      ['BUY 1 WETH @ 3000 = 3000', 'SELL 1 ETH @ 3000'],
    ],
    [
      'of two stablecoins: what was given',
      'out 100 USDC @ 1\nin 101 USDT @ 1',
      ['BUY 101 USDT @ 0.990099009900990099 = 100', 'SELL 100 USDC @ 1'],
    ],
    [
      'of two small tokens: what was given',
      'out 10 PEPE @ 2\nin 5 DOGE @ 3',
      ['BUY 5 DOGE @ 4 = 20', 'SELL 10 PEPE @ 2'],
    ],
    [
      'of two small tokens: what was received, where only that is known',
      'out 10 PEPE\nin 5 DOGE @ 3',
      ['BUY 5 DOGE @ 3', 'SELL 10 PEPE @ 1.5 = 15'],
    ],
    [
      'the native coin where the price of the stablecoin is unknown',
      'out 1 ETH @ 3000\nin 3000 USDC',
      ['BUY 3000 USDC @ 1 = 3000', 'SELL 1 ETH @ 3000'],
    ],
    [
      'a value known as a whole stays whole on both sides',
      'out 3 ETH = 10\nin 7 PEPE',
      ['BUY 7 PEPE @ 1.428571428571428571 = 10', 'SELL 3 ETH @ 3.333333333333333333 = 10'],
    ],
    [
      'price times amount keeps all its places',
      'out 0.000000000000000003 ETH @ 0.000000000000000007\nin 1 PEPE',
      [
        'BUY 1 PEPE @ 0 = 0.000000000000000000000000000000000021',
        'SELL 0.000000000000000003 ETH @ 0.000000000000000007',
      ],
    ],
  ])('%s', (_, rows, movements) => {
    expect(movementsOf(rows)).toEqual(movements.sort());
  });
});

describe('an explorer’s price of a small token never prices another kind of leg', () => {
  test.each([
    ['native, received', 'out 5 PEPE @ 999999\nin 1 ETH', ['BUY 1 ETH review', 'SELL 5 PEPE review']],
    ['native, given', 'out 1 ETH\nin 5 PEPE @ 999999', ['BUY 5 PEPE review', 'SELL 1 ETH review']],
    ['wrapped', 'out 5 PEPE = 999999\nin 1 WETH', ['BUY 1 WETH review', 'SELL 5 PEPE review']],
    ['stablecoin', 'out 5 PEPE @ 999999\nin 1 USDC', ['BUY 1 USDC review', 'SELL 5 PEPE review']],
    ['nothing is known at all', 'out 1 ETH\nin 5 PEPE', ['BUY 5 PEPE review', 'SELL 1 ETH review']],
    [
      'two small tokens, nothing is known',
      'out 1 DOGE\nin 5 PEPE',
      ['BUY 5 PEPE review', 'SELL 1 DOGE review'],
    ],
  ])('%s', (_, rows, movements) => {
    expect(movementsOf(rows)).toEqual(movements);
  });
});

describe('what a hash moves is netted by token', () => {
  test.each([
    ['a transfer in', 'in 5 PEPE @ 2', ['TRANSFER_IN 5 PEPE @ 2']],
    ['a transfer out at an unknown price', 'out 5 PEPE', ['TRANSFER_OUT 5 PEPE']],
    ['a transfer whose value is known', 'in 3 PEPE = 10', ['TRANSFER_IN 3 PEPE @ 3.333333333333333333 = 10']],
    [
      'a refund never left',
      'out 2 ETH @ 3000\nin 0.5 ETH @ 3000\nin 9 PEPE',
      ['BUY 9 PEPE @ 500 = 4500', 'SELL 1.5 ETH @ 3000'],
    ],
    [
      'a refund, with values: their average',
      'out 2 ETH = 6000\nin 0.5 ETH = 1500',
      ['TRANSFER_OUT 1.5 ETH @ 3000'],
    ],
    ['a full refund leaves nothing', 'out 2 ETH @ 3000\nin 2 ETH @ 3000', []],
    [
      'several payments of a swap',
      'out 1 ETH = 3000\nout 1 ETH = 3000\nin 6 PEPE',
      ['BUY 6 PEPE @ 1000 = 6000', 'SELL 2 ETH @ 3000 = 6000'],
    ],
    [
      'a transfer to oneself',
      'in 5 ETH @ 3000\nout 5 ETH @ 3000\ngas 0.01 ETH @ 3000',
      ['FEE 0.01 ETH @ 3000'],
    ],
    [
      'a failed transaction costs only its gas',
      'gas 0.01 ETH @ 3000\nout 0 ETH @ 3000\nin 0 PEPE',
      ['FEE 0.01 ETH @ 3000'],
    ],
    ['gas at an unknown price', 'gas 0.01 ETH', ['FEE 0.01 ETH']],
    [
      'gas is no part of the trade',
      'gas 0.01 ETH @ 3000\nout 1 ETH @ 3000\nin 3000 USDC @ 1',
      ['BUY 3000 USDC @ 1', 'FEE 0.01 ETH @ 3000', 'SELL 1 ETH @ 3000 = 3000'],
    ],
    ['gas that another paid', 'in 5 PEPE\ngas 0.00 PEPE', ['TRANSFER_IN 5 PEPE']],
    ['small amounts are written without exponent', 'in 0.00000001 PEPE', ['TRANSFER_IN 0.00000001 PEPE']],
    ['nothing that moved', 'in 0 PEPE', []],
  ])('%s', (_, rows, movements) => {
    expect(movementsOf(rows)).toEqual(movements);
  });

  test('gas goes to the token of the row that paid it', () => {
    expect(movementsOf('gas 0.00 PEPE\ngas 0.01 ETH @ 3000')).toEqual(['FEE 0.01 ETH @ 3000']);
  });
});

describe('several assets on one side', () => {
  test.each([
    [
      'two trusted ones given are a trade at their sum',
      'out 1 ETH @ 3000\nout 500 USDC @ 1\nin 2 PEPE @ 999999',
      ['BUY 2 PEPE @ 1750 = 3500', 'SELL 1 ETH @ 3000', 'SELL 500 USDC @ 1'],
    ],
    [
      'two trusted ones received are a trade at their sum',
      'in 1 ETH = 3000\nin 500 USDC @ 1\nout 2 PEPE',
      ['BUY 1 ETH @ 3000 = 3000', 'BUY 500 USDC @ 1', 'SELL 2 PEPE @ 1750 = 3500'],
    ],
    [
      'one that only an explorer prices leaves transfers to review',
      'out 1 ETH @ 3000\nout 5 PEPE @ 7\nin 2 DOGE',
      ['TRANSFER_IN 2 DOGE review', 'TRANSFER_OUT 1 ETH @ 3000 review', 'TRANSFER_OUT 5 PEPE @ 7 review'],
    ],
    [
      'one whose price is unknown leaves transfers to review',
      'in 1 ETH @ 3000\nin 500 USDC\nout 2 PEPE',
      ['TRANSFER_IN 1 ETH @ 3000 review', 'TRANSFER_IN 500 USDC review', 'TRANSFER_OUT 2 PEPE review'],
    ],
    [
      'several on both sides are transfers to review, however well known',
      'out 1 ETH @ 3000\nout 1 USDC @ 1\nin 1 WETH @ 3000\nin 1 USDT @ 1',
      [
        'TRANSFER_IN 1 USDT @ 1 review',
        'TRANSFER_IN 1 WETH @ 3000 review',
        'TRANSFER_OUT 1 ETH @ 3000 review',
        'TRANSFER_OUT 1 USDC @ 1 review',
      ],
    ],
    [
      'several that only went out are plain transfers',
      'out 1 ETH @ 3000\nout 5 PEPE',
      ['TRANSFER_OUT 1 ETH @ 3000', 'TRANSFER_OUT 5 PEPE'],
    ],
  ])('%s', (_, rows, movements) => {
    expect(movementsOf(rows)).toEqual(movements);
  });
});
