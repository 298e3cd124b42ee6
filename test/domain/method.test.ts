import { describe, expect, it } from 'vitest';
import { costBasisMethods } from '#shared/contract/portfolios.ts';
import { firstDifference, type Method, methods, planOf } from '#shared/domain/method.ts';

it('has the methods that the contract has', () => {
  expect(costBasisMethods).toEqual(methods);
});

describe('the first difference of two plans', () => {
  const start = Number.NEGATIVE_INFINITY;
  const year = (number: number) => Date.UTC(number, 0);
  type Years = Record<string, Method>;

  it.each<[string, [Method, Years], [Method, Years], number | null]>([
    ['is none for the same', ['FIFO', { 2024: 'HIFO' }], ['FIFO', { 2024: 'HIFO' }], null],
    ['is none where a year says the default', ['FIFO', { 2024: 'FIFO' }], ['FIFO', {}], null],
    ['is all the past for another default', ['FIFO', {}], ['LIFO', {}], start],
    ['is the beginning of the year', ['FIFO', {}], ['FIFO', { 2024: 'HIFO' }], year(2024)],
    ['is the first of several years', ['FIFO', { 2025: 'LIFO' }], ['FIFO', { 2023: 'LOFO' }], year(2023)],
    [
      'passes years that agree',
      ['FIFO', { 2020: 'HIFO', 2022: 'LIFO' }],
      ['FIFO', { 2020: 'HIFO', 2022: 'LOFO' }],
      year(2022),
    ],
  ])('%s', (_, left, right, moment) => {
    expect(firstDifference(planOf(...left), planOf(...right))).toBe(moment);
    expect(firstDifference(planOf(...right), planOf(...left))).toBe(moment);
  });
});
