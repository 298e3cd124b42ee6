/** The engine against the naive replay. fast-check prints the seed of what fails, and the smallest case it finds. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replayAll } from '../support/books.ts';
import { naiveRecords, recordsOf } from '../support/naive-records.ts';
import { planKinds, plannedLedger, planOf } from '../support/plan-arbitraries.ts';

test.each(planKinds)(
  '%s: a naive replay with fractions and scans finds the same lots and matches',
  (kind) => {
    fc.assert(
      fc.property(plannedLedger(planOf(kind)), ({ scale, balances, events, plans }) => {
        const found = recordsOf(replayAll(balances, events, scale, { plans }));
        const naive = naiveRecords(events, scale, plans);
        if (!isDeepStrictEqual(found, naive)) expect(found).toEqual(naive);
      }),
      { numRuns: kind === 'BY YEAR' ? 3_000 : 1_700, endOnFailure: true },
    );
  },
);
