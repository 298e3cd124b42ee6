import { beforeAll, expect, it } from 'vitest';
import { newUser, record, request } from '../../support/api.ts';
import { expectError } from '../answers.ts';
import { sql } from '../database.ts';
import { newPortfolio, type Portfolio } from '../routes.ts';

let portfolio: Portfolio;

beforeAll(async () => {
  portfolio = await newPortfolio();
});

it('shows the transaction as it was answered when it was recorded', async () => {
  const { user, transaction } = portfolio;
  const answer = await request('GET', `/transaction/${transaction.uuid}`, { token: user.token });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual(transaction);
});

it("does not reveal another user's transaction", async () => {
  const stranger = await newUser();
  const answer = await request('GET', `/transaction/${portfolio.transaction.uuid}`, {
    token: stranger.token,
  });
  expectError(answer, 404, 'TransactionError', 'Transaction not found');
});

it('does not show a deleted transaction', async () => {
  const { user, wallet } = portfolio;
  const { body } = await record(user, wallet, {
    transaction_type: 'BUY',
    amount: '1',
    timestamp: '2024-03-01T00:00:00Z',
  });
  await sql('UPDATE transactions SET is_deleted = true WHERE uuid = $1', [body.uuid]);
  expectError(
    await request('GET', `/transaction/${body.uuid}`, { token: user.token }),
    404,
    'TransactionError',
  );
});
