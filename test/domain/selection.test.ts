/** Specific identification: disposals that name their lots. */
import { describe, expect, test } from 'vitest';
import { everyYear, type MethodPlan } from '#shared/domain/method.ts';
import { accountOf, accountsOf } from '../support/ledger-text.ts';

const lots = 'buy 2 @ 1 on 2020-01-01\nbuy 2 @ 2 on 2020-02-01\nbuy 2 @ 3 on 2020-03-01';

/** What a sale took, as `quantity of lot`, and what chose it. */
const taken = (text: string, plan = everyYear('FIFO')) => {
  const { matches, methods } = accountOf(text, 18, plan);
  return matches.map((match, place) => `${match.split(',')[0]}: ${methods[place]}`);
};

describe('what is named goes first', () => {
  test.each([
    ['all of it', 'sell 2 @ 9 lots #3:2', ['2 of lot 3: SPECIFIC']],
    [
      'then what the method says',
      'sell 4 @ 9 lots #3:1',
      ['1 of lot 3: SPECIFIC', '2 of lot 1: FIFO', '1 of lot 2: FIFO'],
    ],
    ['no more than is sold', 'sell 1 @ 9 lots #3:2,#2:2', ['1 of lot 3: SPECIFIC']],
    ['no more than there is', 'sell 3 @ 9 lots #3:5', ['2 of lot 3: SPECIFIC', '1 of lot 1: FIFO']],
    [
      'in the order in which it is named',
      'sell 2 @ 9 lots #3:1,#2:1',
      ['1 of lot 3: SPECIFIC', '1 of lot 2: SPECIFIC'],
    ],
    ['unless it comes later', 'sell 1 @ 9 lots #5:1\nbuy 1 @ 1', ['1 of lot 1: FIFO']],
    ['unless it is no acquisition', 'sell 1 @ 9 lots #4:1', ['1 of lot 1: FIFO']],
    ['unless its date is another', 'sell 1 @ 9 lots #3/2020-03-02:1', ['1 of lot 1: FIFO']],
    ['and its date may be told', 'sell 1 @ 9 lots #3/2020-03-01:1', ['1 of lot 3: SPECIFIC']],
    // The first leaves one of lot 3, which is all that the second finds.
    [
      'though named twice',
      'sell 2 @ 9 lots #3:1,#3/2020-03-01:2',
      ['1 of lot 3: SPECIFIC', '1 of lot 3: SPECIFIC'],
    ],
  ])('%s', (_, sale, matches) => {
    expect(taken(`${lots}\n${sale}`)).toEqual(matches);
  });

  test('unless it is gone', () => {
    expect(taken(`${lots}\nsell 2 @ 9 lots #3:2\nsell 1 @ 9 lots #3:1`).at(-1)).toBe('1 of lot 1: FIFO');
  });

  test('also for what does not arrive of an own transfer', () => {
    const { A, B } = accountsOf(`
      A: buy 1 @ 1 on 2020-01-01
      A: buy 2 @ 2 on 2020-02-01
      A: buy 1 @ 3 on 2020-03-01
      A: out 2 @ 5 lots #2:2
      B: in 1 from #4
    `);
    expect(A.matches).toEqual(['1 of lot 2, cost 2, sent', '1 of lot 2, cost 2, proceeds 5, gain 3, short']);
    expect(A.methods).toEqual(['SPECIFIC', 'SPECIFIC']);
    expect(B.open).toEqual(['lot 1: 1 of 1, cost 2, acquired 2020-02-01']);
  });
});

describe('a transaction that opened several lots', () => {
  const received = `
    A: buy 3 @ 1 on 2020-01-01
    A: buy 4 @ 2 on 2020-02-01
    B: buy 1 @ 3 on 2019-01-01
    A: out 7 on 2020-03-01
    B: in 7 from #4
  `;
  const sold = (sale: string) =>
    accountsOf(`${received.trim()}\n${sale}`).B.matches.map((match) => match.split(',')[0]);

  test.each([
    ['B: sell 4 @ 9 lots #5:4', ['3 of lot 2', '1 of lot 3']],
    ['B: sell 2 @ 9 lots #5/2020-02-01:2', ['2 of lot 3']],
    ['B: sell 2 @ 9 lots #2:2', ['1 of lot 1', '1 of lot 2']],
    // Two of lot 2, then as much as #5 has left to give: one of lot 2 and four of lot 3.
    ['B: sell 7 @ 9 lots #5/2020-01-01:2,#5:6', ['2 of lot 2', '1 of lot 2', '4 of lot 3']],
    [
      'B: sell 5 @ 9 lots #5/2020-01-01:1,#5/2020-01-01:1,#5:3',
      ['1 of lot 2', '1 of lot 2', '1 of lot 2', '2 of lot 3'],
    ],
  ])('%s', (sale, matches) => {
    expect(sold(sale)).toEqual(matches);
  });
});

test('under average cost the named lot gives its date, and the pool the cost', () => {
  // 2 + 4 + 6 for 6: each at 2.
  const { matches, methods, open } = accountOf(
    `${lots}\nsell 1 @ 9 on 2021-02-15 lots #3:1`,
    18,
    everyYear('AVERAGE'),
  );
  expect(matches).toEqual(['1 of lot 3, cost 2, proceeds 9, gain 7, short']);
  expect(methods).toEqual(['AVERAGE']);
  expect(open.map((lot) => lot.split(',')[0])).toEqual(['lot 1: 2 of 2', 'lot 2: 2 of 2', 'lot 3: 1 of 2']);
});

test('a lot that goes on after average cost is still found by its transaction', () => {
  const plan: MethodPlan = { default: 'FIFO', years: new Map([[2020, 'AVERAGE']]) };
  // After one at 2: five for 10. Lots 4, 5 and 6 go on for 1, 2 and 2.
  const text = `${lots}\nsell 1 @ 9\nsell 1 @ 9 on 2021-02-01 lots #2:1`;
  expect(accountOf(text, 18, plan).matches.at(-1)).toBe('1 of lot 5, cost 2, proceeds 9, gain 7, short');
});
