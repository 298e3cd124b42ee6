/** The methods by small figures, worked by hand in the comments. */
import { describe, expect, test, vi } from 'vitest';
import { scaleOf } from '#shared/domain/lot.ts';
import { everyYear, type Method, type MethodPlan, periodAt } from '#shared/domain/method.ts';
import { replayAll, replayOnto } from '../support/books.ts';
import { accountOf, accountsOf, transactions } from '../support/ledger-text.ts';

const by = (text: string, plan: Method | MethodPlan) =>
  accountOf(text, 18, typeof plan === 'string' ? everyYear(plan) : plan);

/** AVERAGE in 2020, FIFO in all other years. */
const averageIn2020: MethodPlan = { default: 'FIFO', years: new Map([[2020, 'AVERAGE']]) };

describe('each method chooses another lot', () => {
  const lots = `
    buy 1 @ 100 on 2020-01-01
    buy 1 @ 300 on 2020-02-01
    buy 1 @ 200 on 2020-03-01
    sell 1 @ 400 on 2020-06-01
  `;

  // What is left costs 600 less what went: the methods differ in when a gain is realized, not in what there is.
  test.each<[Method, string, string]>([
    ['FIFO', '1 of lot 1, cost 100, proceeds 400, gain 300, short', '500'],
    ['LIFO', '1 of lot 3, cost 200, proceeds 400, gain 200, short', '400'],
    ['HIFO', '1 of lot 2, cost 300, proceeds 400, gain 100, short', '300'],
    ['LOFO', '1 of lot 1, cost 100, proceeds 400, gain 300, short', '500'],
    // (100 + 300 + 200) / 3 = 200 for each; for its date the oldest goes.
    ['AVERAGE', '1 of lot 1, cost 200, proceeds 400, gain 200, short', '400'],
  ])('%s', (method, match, cost) => {
    const { matches, methods, totals } = by(lots, method);
    expect({ matches, methods, cost: totals.cost }).toEqual({ matches: [match], methods: [method], cost });
  });

  test.each<Method>(['FIFO', 'LIFO', 'HIFO', 'LOFO', 'AVERAGE'])('%s: equals go by number', (method) => {
    const { matches } = by('buy 1 @ 5\nbuy 1 @ 5\nbuy 1 @ 5\nsell 2 @ 5', method);
    expect(matches.map((match) => match.slice(0, 10))).toEqual(['1 of lot 1', '1 of lot 2']);
  });
});

describe('the dearest and the cheapest', () => {
  test('are told by cost per unit, fees included', () => {
    // (100 + 5) / 1 = 105, 2 x 102 / 2 = 102, 312 / 3 = 104.
    const text = 'buy 1 @ 100 fee 5\nbuy 2 @ 102\nbuy 3 = 312\nsell 5 @ 200';
    const places = (method: Method) => by(text, method).matches.map((match) => match.slice(0, 10));
    expect(places('HIFO')).toEqual(['1 of lot 1', '3 of lot 3', '1 of lot 2']);
    expect(places('LOFO')).toEqual(['2 of lot 2', '3 of lot 3']);
  });

  test('are told apart beyond the last place of a price', () => {
    // A third is more than 0.333333333333333333, by a third of the last place.
    const text = 'buy 1 @ 0.333333333333333333 on 2020-01-01\nbuy 3 = 1 on 2020-01-02\nsell 1 @ 1';
    expect(by(text, 'HIFO').matches[0]).toContain('1 of lot 2');
    expect(by(text, 'LOFO').matches[0]).toContain('1 of lot 1');
  });

  test.each<Method>(['HIFO', 'LOFO'])('%s: unknown costs come last, the older first', (method) => {
    const { matches } = by(
      'in 1 on 2020-01-01\nin 1\nbuy 1 @ 0\nbuy 1 @ 9 on 2020-01-02\nsell 4 @ 1',
      method,
    );
    expect(matches.slice(2).map((match) => match.slice(0, 10))).toEqual(['1 of lot 1', '1 of lot 2']);
  });

  test('of equal cost per unit is the one acquired first, though it came later', () => {
    const { B } = accountsOf(
      `
      A: buy 1 @ 7 on 2019-01-01
      B: buy 2 @ 7 on 2020-01-01
      A: out 1 on 2020-02-01
      B: in 1 from #3
      B: sell 1 @ 9
    `,
      18,
      everyYear('HIFO'),
    );
    expect(B.matches).toEqual(['1 of lot 2, cost 7, proceeds 9, gain 2, long']);
  });
});

test('LIFO leaves coins that another wallet acquired long ago for last', () => {
  const text = `
    A: buy 1 @ 7 on 2019-01-01
    B: buy 1 @ 8 on 2020-01-01
    A: out 1 on 2020-02-01
    B: in 1 from #3
    B: sell 2 @ 9
  `;
  const { B } = accountsOf(text, 18, everyYear('LIFO'));
  expect(B.matches).toEqual([
    '1 of lot 1, cost 8, proceeds 9, gain 1, short',
    '1 of lot 2, cost 7, proceeds 9, gain 2, long',
  ]);
});

describe('average cost', () => {
  test('is that of what is held, whatever was sold before', () => {
    // 2 @ 10, of which one goes at 10; with 1 @ 40 the two have cost 50, so the next goes at 25.
    const { matches, totals } = by('buy 2 @ 10\nsell 1 @ 30\nbuy 1 @ 40\nsell 1 @ 30', 'AVERAGE');
    expect(matches).toEqual([
      '1 of lot 1, cost 10, proceeds 30, gain 20, short',
      '1 of lot 1, cost 25, proceeds 30, gain 5, short',
    ]);
    expect(totals).toMatchObject({ cost: '25', quantity: '1', realized: '25' });
  });

  test('of thirds adds up', () => {
    // 10 / 3; then 6.666666666666666667 / 2, a tie that goes to the even 4; the last takes what is left.
    const { matches, totals } = by('buy 2 @ 2\nbuy 1 @ 6\nsell 1 @ 9\nsell 1 @ 9\nsell 1 @ 9', 'AVERAGE');
    expect(matches.map((match) => /cost ([^,]+)/.exec(match)?.[1])).toEqual([
      '3.333333333333333333',
      '3.333333333333333334',
      '3.333333333333333333',
    ]);
    expect(totals).toMatchObject({ cost: '0', realized: '17' });
  });

  test('is of what has a known cost only', () => {
    // 2 unknown, 2 for 20: after the unknown, which are older, one goes at 20 / 2.
    const { matches, methods, totals } = by('in 2\nbuy 2 @ 10\nsell 3 @ 15', 'AVERAGE');
    expect(matches).toEqual([
      '2 of lot 1, cost unknown, proceeds 30, gain unknown, short',
      '1 of lot 2, cost 10, proceeds 15, gain 5, short',
    ]);
    expect(methods).toEqual(['AVERAGE', 'AVERAGE']);
    expect(totals).toMatchObject({ cost: '10', unknownQuantity: '0' });
  });

  test('goes along to another wallet', () => {
    // 1 @ 10 and 1 @ 30: each at 20.
    const text = `
      A: buy 1 @ 10 on 2019-01-01
      A: buy 1 @ 30 on 2020-01-01
      A: out 1 on 2020-02-01
      B: in 1 from #3
    `;
    const { A, B } = accountsOf(text, 18, everyYear('AVERAGE'));
    expect(A.totals.cost).toBe('20');
    expect(B.open).toEqual(['lot 1: 1 of 1, cost 20, acquired 2019-01-01']);
  });
});

describe('a method for each tax year', () => {
  const plan: MethodPlan = { default: 'FIFO', years: new Map([[2021, 'LIFO']]) };
  const lots = 'buy 1 @ 1 on 2020-01-01\nbuy 1 @ 2 on 2020-01-02\nbuy 1 @ 3 on 2020-01-03';

  test('takes over the lots of the year before', () => {
    const { matches, methods } = by(
      `${lots}\nsell 1 @ 9 on 2021-05-01\nbuy 1 @ 4 on 2021-06-01\nsell 1 @ 9 on 2022-01-01`,
      plan,
    );
    expect(matches.map((match) => match.slice(0, 10))).toEqual(['1 of lot 3', '1 of lot 1']);
    expect(methods).toEqual(['LIFO', 'FIFO']);
  });

  test.each([
    ['2020-12-31T23:59:59.999Z', 1, 'FIFO'],
    ['2021-01-01T00:00:00.000Z', 3, 'LIFO'],
    ['2021-12-31T23:59:59.999Z', 3, 'LIFO'],
    ['2022-01-01T00:00:00.000Z', 1, 'FIFO'],
  ])('that of %s takes lot %i: %s', (moment, lot, method) => {
    const { matches, methods } = by(`${lots}\nsell 1 @ 9 on ${moment}`, plan);
    expect(matches[0]).toContain(`1 of lot ${lot},`);
    expect(methods).toEqual([method]);
  });
});

test.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])('tax years are those of UTC, also in %s', (zone) => {
  vi.stubEnv('TZ', zone);
  try {
    const [first, last] = [Date.UTC(2021, 0), Date.UTC(2022, 0) - 1];
    expect(new Set([first, last].map((moment) => new Date(moment).getFullYear())).size).toBe(2);
    const period = { method: 'LIFO', from: first, until: last + 1 };
    const plan: MethodPlan = { default: 'FIFO', years: new Map([[2021, 'LIFO']]) };
    expect([periodAt(plan, first), periodAt(plan, last)]).toEqual([period, period]);
  } finally {
    vi.unstubAllEnvs();
  }
});

describe('after average cost, lots get costs of their own', () => {
  test('that add up to the pool, with their dates', () => {
    // 1 @ 10 and 2 @ 40: each at 30. One is sold; two are left for 60, and go on as lot 3.
    const { matches, open, methods, totals } = by(
      `
      buy 1 @ 10 on 2020-01-01
      buy 2 @ 40 on 2020-02-01
      sell 1 @ 50 on 2020-03-01
      buy 1 @ 5 on 2021-01-01
      sell 1 @ 100 on 2021-03-01
    `,
      averageIn2020,
    );
    expect(matches).toEqual([
      '1 of lot 1, cost 30, proceeds 50, gain 20, short',
      '2 of lot 2, cost 60, rebased',
      '1 of lot 3, cost 30, proceeds 100, gain 70, long',
    ]);
    expect(methods).toEqual(['AVERAGE', 'AVERAGE', 'FIFO']);
    expect(open).toEqual([
      'lot 3: 1 of 2, cost 30, acquired 2020-02-01',
      'lot 4: 1 of 1, cost 5, acquired 2021-01-01',
    ]);
    expect(totals).toMatchObject({ cost: '35', bought: '95', realized: '90' });
  });

  test('the last taking the rest', () => {
    // 3 @ 5 and 1 @ 1, 1 @ 2, 1 @ 2: 6 for 20. Three are sold for 10, and three lots share 10.
    const text =
      'buy 3 @ 5 on 2020-01-01\nbuy 1 @ 1\nbuy 1 @ 2\nbuy 1 @ 2\nsell 3 @ 9\nbuy 1 @ 1 on 2021-02-01';
    expect(by(text, averageIn2020).matches.slice(1)).toEqual([
      '1 of lot 2, cost 3.333333333333333333, rebased',
      '1 of lot 3, cost 3.333333333333333334, rebased',
      '1 of lot 4, cost 3.333333333333333333, rebased',
    ]);
  });

  test('as far as their cost is known', () => {
    const { open } = by('in 1\nbuy 2 @ 10\nbuy 2 @ 20\nsell 2 @ 9\nbuy 1 @ 1 on 2021-02-01', averageIn2020);
    // The unknown went first; then 1 of 4 for 60, at 15.
    expect(open).toEqual([
      'lot 4: 1 of 1, cost 15, acquired 2020-01-01',
      'lot 5: 2 of 2, cost 30, acquired 2020-01-01',
      'lot 6: 1 of 1, cost 1, acquired 2021-02-01',
    ]);
    const { matches } = by('buy 1 @ 1\nbuy 1 @ 3\nin 1\nsell 1 @ 9\nsell 2 @ 9 on 2021-02-01', averageIn2020);
    expect(matches.slice(1)).toEqual([
      '1 of lot 2, cost 2, rebased',
      '1 of lot 3, cost unknown, proceeds 9, gain unknown, long',
      '1 of lot 4, cost 2, proceeds 9, gain 7, long',
    ]);
  });

  test('but not where nothing was taken at average cost, and not twice', () => {
    const untouched = by('buy 1 @ 1\nbuy 1 @ 3\nsell 1 @ 9 on 2021-02-01', averageIn2020);
    expect(untouched.matches).toEqual(['1 of lot 1, cost 1, proceeds 9, gain 8, long']);
    const twice = by(
      'buy 2 @ 1\nsell 1 @ 9\nbuy 1 @ 3 on 2021-02-01\nbuy 1 @ 4 on 2022-02-01\nbuy 1 @ 5 on 2023-02-01',
      averageIn2020,
    );
    expect(twice.matches.slice(1)).toEqual(['1 of lot 1, cost 1, rebased']);
  });

  test('in the year after which comes a transaction, if years have none', () => {
    const plan: MethodPlan = { default: 'AVERAGE', years: new Map([[2022, 'HIFO']]) };
    // No transaction in 2021, which is AVERAGE too: what is bought in 2022 has a cost of its own.
    const text = 'buy 1 @ 10\nbuy 1 @ 30\nsell 1 @ 9\nbuy 1 @ 19 on 2022-02-01\nsell 1 @ 9 on 2023-02-01';
    expect(by(text, plan).matches.slice(1)).toEqual([
      '1 of lot 2, cost 20, rebased',
      // 20 + 19 for 2, averaged again.
      '1 of lot 3, cost 19.5, proceeds 9, gain -10.5, long',
    ]);
  });

  test('and the fee of the transaction that begins the year stays its own', () => {
    const { totals } = by('buy 2 @ 1 fee 1\nsell 1 @ 9 fee 2\nbuy 1 @ 3 on 2021-02-01 fee 4', averageIn2020);
    expect(totals.fees).toBe('7');
  });
});

test('a pool that ended empty stays ended, wherever a replay goes on', () => {
  const scale = scaleOf(18);
  // 2021 begins with nothing held, so its lot has its own cost, and no later year may take it for a part of the pool.
  const events = transactions('buy 1 @ 10\nsell 1 @ 20\nbuy 1 @ 30 on 2021-02-01\nsell 1 @ 40 on 2022-02-01');
  const plans = new Map([[1, averageIn2020]]);
  for (const count of [1, 2, 3]) {
    const stored = replayAll([1], events.slice(0, count), scale, { plans });
    const books = replayOnto(stored, events.slice(count), scale, { plans });
    expect(books).toEqual(replayAll([1], events, scale, { plans }));
    expect(books.get(1)?.matches.map(({ method }) => method)).toEqual(['AVERAGE', 'FIFO']);
  }
});
