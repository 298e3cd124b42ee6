import { describe, expect, test } from 'vitest';
import { type OwnTransfer, replayUnits } from '#shared/domain/units.ts';

const [A, B, C, D] = [1, 2, 3, 4];

const sent = (from: number, to: number, sentAt: number, receivedAt = sentAt): OwnTransfer => ({
  from,
  to,
  sentAt,
  receivedAt,
});

/** The units as text, in a stable order: `1+2 since 10`. */
const unitsOf = (dirty: [number, number][], transfers: OwnTransfer[]): string[] =>
  replayUnits(new Map(dirty), transfers)
    .map(({ balances, since }) => `${balances.toSorted((a, b) => a - b).join('+')} since ${since}`)
    .sort();

describe('balances replay together', () => {
  test.each<[string, [number, number][], OwnTransfer[], string[]]>([
    ['nothing is dirty', [], [sent(A, B, 10)], []],
    ['a balance alone', [[A, 10]], [], ['1 since 10']],
    ['others are connected, this one is not', [[A, 10]], [sent(B, C, 20)], ['1 since 10']],
    ['sends after the change', [[A, 10]], [sent(A, B, 20)], ['1+2 since 10']],
    ['receives after the change', [[B, 10]], [sent(A, B, 20)], ['1+2 since 10']],
    ['sends at the moment of the change', [[A, 10]], [sent(A, B, 10)], ['1+2 since 10']],
    ['connected only before the change', [[A, 10]], [sent(A, B, 9)], ['1 since 10']],
    ['sent before the change, received after it', [[A, 10]], [sent(A, B, 5, 20)], ['1+2 since 10']],
    ['a chain of hops', [[A, 10]], [sent(A, B, 20), sent(B, C, 30), sent(C, D, 40)], ['1+2+3+4 since 10']],
    [
      'a chain, read backwards',
      [[A, 10]],
      [sent(C, D, 40), sent(B, C, 30), sent(A, B, 20)],
      ['1+2+3+4 since 10'],
    ],
    ['a chain that was over before', [[A, 10]], [sent(B, C, 5), sent(A, B, 20)], ['1+2 since 10']],
    ['there and back', [[A, 10]], [sent(A, B, 20), sent(B, A, 30)], ['1+2 since 10']],
    ['from the start', [[A, -Infinity]], [sent(A, B, 20)], ['1+2 since -Infinity']],
    [
      'two that are dirty and not connected',
      [
        [A, 10],
        [C, 5],
      ],
      [sent(A, B, 20)],
      ['1+2 since 10', '3 since 5'],
    ],
    [
      'two that are dirty and connected: from the earlier',
      [
        [A, 10],
        [B, 5],
      ],
      [sent(A, B, 7)],
      ['1+2 since 5'],
    ],
    [
      'two dirty ones by way of a third',
      [
        [A, 10],
        [C, 5],
      ],
      [sent(A, B, 20), sent(B, C, 30)],
      ['1+2+3 since 5'],
    ],
    ['a transfer to itself', [[A, 10]], [sent(A, A, 20)], ['1 since 10']],
  ])('%s', (_, dirty, transfers, units) => {
    expect(unitsOf(dirty, transfers)).toEqual(units);
  });
});

describe('a receipt dated before its sending takes effect at the sending', () => {
  test.each<[string, [number, number][], OwnTransfer[], string[]]>([
    ['both after the change', [[A, 10]], [sent(A, B, 30, 20)], ['1+2 since 10']],
    ['the change lies between: from the receipt', [[A, 10]], [sent(A, B, 20, 5)], ['1+2 since 5']],
    ['the change of the receiver lies between', [[B, 10]], [sent(A, B, 20, 5)], ['1+2 since 5']],
    ['both before the change', [[A, 10]], [sent(A, B, 9, 5)], ['1 since 10']],
    [
      'being earlier it reaches what happened in between',
      [[A, 10]],
      [sent(B, C, 7), sent(A, B, 20, 5)],
      ['1+2+3 since 5'],
    ],
    ['one reaches back to another', [[A, 10]], [sent(C, B, 6, 3), sent(A, B, 20, 5)], ['1+2+3 since 3']],
  ])('%s', (_, dirty, transfers, units) => {
    expect(unitsOf(dirty, transfers)).toEqual(units);
    expect(unitsOf(dirty, transfers.toReversed())).toEqual(units);
  });
});
