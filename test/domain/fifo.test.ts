import { describe, expect, test } from 'vitest';
import { accountOf, accountsOf } from '../support/ledger-text.ts';

const twoLots = `
  buy 4 @ 100 on 2015-10-01
  buy 5 @ 111 on 2015-10-02
`;

const threeLots = `${twoLots.trim()}
  buy 6 @ 122 on 2015-10-03
`;

describe('a disposal consumes lots first in, first out', () => {
  test.each([
    [
      'partial first lot',
      twoLots,
      'sell 3 @ 120',
      ['3 of lot 1, cost 300, proceeds 360, gain 60, short'],
      ['lot 1: 1 of 4, cost 100, acquired 2015-10-01', 'lot 2: 5 of 5, cost 555, acquired 2015-10-02'],
    ],
    [
      'complete first lot',
      twoLots,
      'sell 4 @ 120',
      ['4 of lot 1, cost 400, proceeds 480, gain 80, short'],
      ['lot 2: 5 of 5, cost 555, acquired 2015-10-02'],
    ],
    [
      'across two lots',
      twoLots,
      'sell 5 @ 120',
      [
        '4 of lot 1, cost 400, proceeds 480, gain 80, short',
        '1 of lot 2, cost 111, proceeds 120, gain 9, short',
      ],
      ['lot 2: 4 of 5, cost 444, acquired 2015-10-02'],
    ],
    [
      'across three lots',
      threeLots,
      'sell 10 @ 120',
      [
        '4 of lot 1, cost 400, proceeds 480, gain 80, short',
        '5 of lot 2, cost 555, proceeds 600, gain 45, short',
        '1 of lot 3, cost 122, proceeds 120, gain -2, short',
      ],
      ['lot 3: 5 of 6, cost 610, acquired 2015-10-03'],
    ],
    [
      'exactly all lots',
      twoLots,
      'sell 9 @ 120',
      [
        '4 of lot 1, cost 400, proceeds 480, gain 80, short',
        '5 of lot 2, cost 555, proceeds 600, gain 45, short',
      ],
      [],
    ],
    [
      'more than available',
      twoLots,
      'sell 10 @ 120',
      [
        '4 of lot 1, cost 400, proceeds 480, gain 80, short',
        '5 of lot 2, cost 555, proceeds 600, gain 45, short',
        '1 of no lot, cost unknown, proceeds 120, gain unknown',
      ],
      [],
    ],
  ])('%s', (_, lots, sale, matches, open) => {
    const account = accountOf(`${lots.trim()}\n${sale}`);
    expect(account).toMatchObject({ matches, open });
  });

  test('nothing held: all is missing, and later purchases are not touched by it', () => {
    const account = accountOf('sell 2 @ 10\nbuy 2 @ 7');
    expect(account.matches).toEqual(['2 of no lot, cost unknown, proceeds 20, gain unknown']);
    expect(account.open).toEqual(['lot 1: 2 of 2, cost 14, acquired 2020-01-01']);
  });

  test('equal dates: the older number first', () => {
    const account = accountOf('buy 1 @ 300\nbuy 1 @ 100\nbuy 1 @ 200\nsell 2 @ 400');
    expect(account.matches).toEqual([
      '1 of lot 1, cost 300, proceeds 400, gain 100, short',
      '1 of lot 2, cost 100, proceeds 400, gain 300, short',
    ]);
  });

  test('a spent lot is never taken from again', () => {
    const account = accountOf('buy 1 @ 1\nsell 1 @ 2\nbuy 1 @ 3\nsell 1 @ 4\nbuy 1 @ 5\nsell 1 @ 6');
    expect(account.matches).toEqual([
      '1 of lot 1, cost 1, proceeds 2, gain 1, short',
      '1 of lot 2, cost 3, proceeds 4, gain 1, short',
      '1 of lot 3, cost 5, proceeds 6, gain 1, short',
    ]);
  });
});

describe('a lot carried in from another wallet takes the place of its date', () => {
  const carriedInto = (lots: string) => `
    A: buy 1 @ 50 on 2015-10-02
    ${lots}
    A: out 1 on 2015-11-01
    B: in 1 from #4
    B: sell 9 @ 200
  `;

  test.each([
    ['first, being the oldest', '2015-10-03', '2015-10-04', [2, 3, 1]],
    ['in the middle', '2015-10-01', '2015-10-03', [1, 3, 2]],
    ['last, being the youngest', '2015-09-01', '2015-10-01', [1, 2, 3]],
    ['behind an older number of the same date', '2015-10-02', '2015-10-03', [1, 3, 2]],
  ])('%s', (_, first, second, places) => {
    const { B } = accountsOf(carriedInto(`B: buy 1 @ 100 on ${first}\nB: buy 1 @ 110 on ${second}`));
    const found = [1, 2, 3].map(
      (number) => B.matches.findIndex((match) => match.includes(`lot ${number},`)) + 1,
    );
    expect(found).toEqual(places);
  });

  test('ahead of a lot that is partly consumed', () => {
    const { B } = accountsOf(`
      A: buy 1 @ 50 on 2015-10-01
      B: buy 2 @ 100 on 2015-10-02
      B: sell 1 @ 200
      A: out 1 on 2015-11-01
      B: in 1 from #4
      B: sell 2 @ 200
    `);
    expect(B.matches).toEqual([
      '1 of lot 1, cost 100, proceeds 200, gain 100, short',
      '1 of lot 2, cost 50, proceeds 200, gain 150, short',
      '1 of lot 1, cost 100, proceeds 200, gain 100, short',
    ]);
  });
});
