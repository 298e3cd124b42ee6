import { describe, expect, it } from 'vitest';
import { changeOf } from '#shared/domain/change.ts';

const of = (...passages: [nowUsd: string, thenUsd: string | null][]) =>
  changeOf(passages.map(([nowUsd, thenUsd]) => ({ nowUsd, thenUsd })));

describe('a change', () => {
  it('is what is now less what was', () => {
    expect(of(['110', '100'], ['50', '60.5'])).toEqual({
      changeUsd: '-0.5',
      changePercent: '-0.311526479750778816',
      isComplete: true,
    });
  });

  it('leaves out, on both sides, what is unknown of the past, and says so', () => {
    expect(of(['110', '100'], ['50', null])).toEqual({
      changeUsd: '10',
      changePercent: '10',
      isComplete: false,
    });
  });

  it('is unknown where nothing is known', () => {
    const unknown = { changeUsd: null, changePercent: null, isComplete: false };
    expect(of(['50', null])).toEqual(unknown);
    expect(of()).toEqual(unknown);
  });

  it('has no percentage where there was nothing', () => {
    expect(of(['50', '0'])).toEqual({ changeUsd: '50', changePercent: null, isComplete: true });
  });
});
