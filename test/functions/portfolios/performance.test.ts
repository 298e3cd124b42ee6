import { beforeEach, describe, expect, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, expectFault, nobodys } from '../answers.ts';
import { newToken, sql } from '../database.ts';
import { verifiedToken } from '../verified-token.ts';

let user: TestUser;
let wallet: Json;
let portfolio: Json;
let coin: string;

beforeEach(async () => {
  user = await newUser();
  wallet = await newWallet(user);
  portfolio = await createPortfolio(user, [wallet]);
  coin = await verifiedToken();
});

const price = (token: string, at: string, usd: string, isDisputed = false) =>
  sql(
    `INSERT INTO token_prices (price_at, token_id, source, price_usd, is_disputed)
     SELECT $2, id, 'test', $3, $4 FROM tokens WHERE uuid = $1`,
    [token, at, usd, isDisputed],
  );

const ownPrice = (owner: TestUser, token: string, usd: string, from: string, to: string | null = null) =>
  sql(
    `INSERT INTO price_overrides (user_id, token_id, price_usd, valid_from, valid_to)
     SELECT users.id, tokens.id, $3, $4, $5 FROM users, tokens WHERE users.uuid = $1 AND tokens.uuid = $2`,
    [owner.uuid, token, usd, from, to],
  );

const trusted = { unpriced: 0, stale: 0, disputed: 0, manual: 0 };

const day = (number: number) => `2024-05-${String(number).padStart(2, '0')}T00:00:00.000Z`;

const enter = async (fields: Record<string, unknown>, to = wallet): Promise<Json> => {
  const entry = { token_uuid: coin, transaction_type: 'BUY', amount: '1', timestamp: day(2), ...fields };
  const { status, body } = await record(user, to, entry);
  expect(status).toBe(201);
  return body;
};

const measure = async (query = `from=${day(1)}&to=${day(11)}`): Promise<Json> => {
  const { status, body } = await request('GET', `/portfolio/${portfolio.uuid}/performance?${query}`, {
    token: user.token,
  });
  expect(status).toBe(200);
  return body;
};

describe('GET /portfolio/{portfolio_uuid}/performance', () => {
  it('is of nothing where there was nothing', async () => {
    expect(await measure()).toEqual({
      ...{
        portfolio_uuid: portfolio.uuid,
        from: day(1),
        to: day(11),
        begin_value_usd: '0',
        begin_prices: trusted,
        end_value_usd: '0',
        end_prices: trusted,
      },
      ...{ deposits_usd: '0', withdrawals_usd: '0', purchases_usd: '0', sales_usd: '0', gain_usd: '0' },
      ...{ time_weighted_return: null, time_weighted_return_yearly: null },
      ...{ money_weighted_return: null, money_weighted_return_yearly: null },
      ...{
        money_weighted_return_reason: 'nothing_invested',
        simple_return: null,
        complete: true,
        missing: [],
      },
      flows: [],
      steps: [
        {
          ...{
            from: day(1),
            to: day(11),
            begin_value_usd: '0',
            end_value_usd: '0',
            end_prices: trusted,
            flow_usd: '0',
            return: null,
          },
          method: 'exact',
        },
      ],
    });
  });

  it('tells money from outside from what it has earned', async () => {
    await enter({ amount: '2', price_usd: '100' });
    await price(coin, day(5), '120');
    await enter({ transaction_type: 'TRANSFER_IN', timestamp: day(5) });
    await enter({ transaction_type: 'SELL', amount: '1', price_usd: '110', timestamp: day(8) });
    await enter({ transaction_type: 'TRANSFER_OUT', amount: '1', price_usd: '130', timestamp: day(9) });
    await price(coin, '2024-05-10T23:00:00Z', '143');
    const body = await measure();
    expect(body).toMatchObject({
      ...{ purchases_usd: '200', deposits_usd: '120', sales_usd: '110', withdrawals_usd: '130' },
      ...{ begin_value_usd: '0', end_value_usd: '143', gain_usd: '63', complete: true },
    });
    // 1.2 x 110 / 120 x 130 / 110 x 1.1
    expect(body.time_weighted_return).toBe('0.43');
    expect(body.steps.map((step: Json) => step.return)).toEqual([
      ...[null, '0.2', '-0.083333333333333333', '0.181818181818181818', '0.1'],
    ]);
    expect(body.simple_return).toBe('0.196875');
    expect(Number(body.money_weighted_return)).toBeGreaterThan(0);
    expect(body.flows.map((flow: Json) => flow.kind)).toEqual(['purchase', 'deposit', 'sale', 'withdrawal']);
  });

  it('takes a swap for a trade, gas for a cost, and own transfers inside for nothing', async () => {
    const other = await verifiedToken();
    await enter({ amount: '2', price_usd: '100' });
    const hash = { transaction_hash: `0x${'ab'.repeat(32)}`, timestamp: day(4) };
    await enter({ transaction_type: 'SELL', amount: '1', price_usd: '100', ...hash });
    await enter({ token_uuid: other, amount: '10', price_usd: '10', ...hash });
    await enter({ transaction_type: 'FEE', amount: '0.5', price_usd: '100', timestamp: day(5) });
    for (const token of [coin, other])
      await price(token, '2024-05-10T23:00:00Z', token === coin ? '100' : '10');
    const body = await measure();
    expect(body.flows).toHaveLength(1);
    expect(body).toMatchObject({ gain_usd: '-50', time_weighted_return: '-0.25', end_value_usd: '150' });
    const second = await newWallet(user);
    await request('PUT', `/portfolio/${portfolio.uuid}/wallet/${second.uuid}`, { token: user.token });
    const sent = { transaction_hash: `0x${'cd'.repeat(32)}`, timestamp: day(6), amount: '0.5' };
    await enter({ transaction_type: 'TRANSFER_OUT', ...sent });
    await enter({ transaction_type: 'TRANSFER_IN', ...sent }, second);
    const linked = await sql(
      'SELECT 1 FROM transactions WHERE linked_transaction_id IS NOT NULL AND transaction_hash = $1 AND user_id = (SELECT id FROM users WHERE uuid = $2)',
      [sent.transaction_hash, user.uuid],
    );
    expect(linked.length).toBeGreaterThan(0);
    expect(await measure()).toMatchObject({ gain_usd: '-50', time_weighted_return: '-0.25' });
    await request('DELETE', `/portfolio/${portfolio.uuid}/wallet/${second.uuid}`, { token: user.token });
    await price(coin, day(6), '100');
    expect(await measure()).toMatchObject({ withdrawals_usd: '50', gain_usd: '-50', end_value_usd: '100' });
  });

  it('says what is missing where a price is unknown or disputed, and takes the own one first', async () => {
    await enter({ amount: '2', price_usd: '100' });
    await price(coin, '2024-05-10T23:00:00Z', '150', true);
    expect(await measure()).toMatchObject({
      ...{ end_value_usd: null, gain_usd: null, time_weighted_return: null, complete: false },
      ...{ money_weighted_return_reason: 'missing_price', missing: [{ token_uuid: coin, at: day(11) }] },
    });
    await ownPrice(user, coin, '110', day(10));
    expect(await measure()).toMatchObject({
      end_value_usd: '220',
      time_weighted_return: '0.1',
      complete: true,
    });
  });

  it("is by the user's own price while it holds, and never by a stranger's", async () => {
    await enter({ amount: '2', price_usd: '100' });
    for (const at of [day(4), day(6), day(11)]) await price(coin, at, '150');
    const stranger = await newUser();
    await ownPrice(stranger, coin, '7', day(1));
    const fed = { begin_value_usd: '300', begin_prices: trusted, end_value_usd: '300', end_prices: trusted };
    expect(await measure(`from=${day(4)}&to=${day(11)}`)).toMatchObject(fed);
    await ownPrice(user, coin, '110', day(3), day(6));
    const manual = { begin_value_usd: '220', begin_prices: { ...trusted, manual: 1 } };
    expect(await measure(`from=${day(4)}&to=${day(11)}`)).toMatchObject({ ...fed, ...manual });
    expect(await measure(`from=${day(6)}&to=${day(11)}`)).toMatchObject(fed);
    await enter({ transaction_type: 'TRANSFER_IN', timestamp: day(5) });
    const { flows, steps } = await measure(`from=${day(4)}&to=${day(11)}`);
    expect(flows).toMatchObject([{ value_usd: '110', price_state: 'manual' }]);
    expect(steps).toMatchObject([{ end_value_usd: '220', end_prices: { ...trusted, manual: 1 } }, {}]);
  });

  it('says of how many tokens the price of a value is old, own, in dispute or none', async () => {
    const [fresh, old] = [await verifiedToken(), await verifiedToken()];
    const [disputed, own] = [await verifiedToken(), await verifiedToken()];
    for (const token of [coin, fresh, old, disputed, own])
      await enter({ token_uuid: token, price_usd: '100', timestamp: day(1) });
    await ownPrice(user, own, '10', day(1));
    // After a day a price is none, after more than an hour it is old.
    await price(coin, day(1), '10');
    await price(old, '2024-05-01T22:59:59Z', '10');
    await price(fresh, '2024-05-01T23:00:00Z', '10');
    await price(disputed, day(2), '10', true);
    for (const token of [coin, fresh, disputed]) await price(token, day(4), '10');
    await price(old, '2024-05-03T12:00:00Z', '10');
    const late = { stale: 1, manual: 1, unpriced: 0, disputed: 0 };
    expect(await measure(`from=${day(2)}&to=${day(4)}`)).toMatchObject({
      ...{ begin_value_usd: null, begin_prices: { unpriced: 1, stale: 1, disputed: 1, manual: 1 } },
      ...{ end_value_usd: '50', end_prices: late, complete: false, steps: [{ end_prices: late }] },
    });
    expect(await measure(`from=${day(4)}&to=2024-05-04T01:00:00Z`)).toMatchObject({
      ...{ begin_value_usd: '50', begin_prices: late, end_value_usd: '50', end_prices: late, complete: true },
    });
  });

  it('says by which price each flow is valued, and what is there after it', async () => {
    await enter({ amount: '2', price_usd: '100' });
    await price(coin, '2024-05-04T22:00:00Z', '120');
    await enter({ transaction_type: 'TRANSFER_IN', timestamp: day(5) });
    await enter({ transaction_type: 'SELL', amount: '1', price_usd: '110', timestamp: day(8) });
    await enter({ transaction_type: 'TRANSFER_OUT', amount: '1', timestamp: day(9) });
    const { flows, steps, complete } = await measure();
    expect(flows.map((flow: Json) => [flow.value_usd, flow.price_state])).toEqual([
      ['200', 'transaction'],
      ['120', 'stale'],
      ['110', 'transaction'],
      [null, 'none'],
    ]);
    const [stale, unpriced] = [
      { ...trusted, stale: 1 },
      { ...trusted, unpriced: 1 },
    ];
    expect(steps.map((step: Json) => step.end_prices)).toEqual([trusted, stale, trusted, unpriced, unpriced]);
    expect(complete).toBe(false);
  });

  it('begins at a purchase with what that says it was worth', async () => {
    await enter({ amount: '10', price_usd: '99', timestamp: day(3) });
    const { begin_value_usd, flows } = await measure(`from=${day(3)}&to=${day(11)}`);
    expect([begin_value_usd, flows]).toEqual(['990', []]);
    expect((await measure(`from=${day(2)}&to=${day(3)}`)).end_value_usd).toBe('990');
  });

  it('leaves out what is not known to be what it says', async () => {
    await enter({ token_uuid: (await newToken()).uuid, amount: '2', price_usd: '1000000' });
    expect(await measure()).toMatchObject({ end_value_usd: '0', purchases_usd: '0' });
  });

  it('is refused for a time that is none, and for what is not yours', async () => {
    const path = `/portfolio/${portfolio.uuid}/performance`;
    const ask = (query: string, token = user.token) => request('GET', `${path}?${query}`, { token });
    expectFault(await ask('from=soon'), 'from');
    expectError(await ask(`from=${day(2)}&to=${day(2)}`), 400, 'BadRequestException', 'from');
    expectError(await ask('', (await newUser()).token), 404, 'PortfolioError', 'Portfolio not found');
    const answer = await request('GET', `/portfolio/${nobodys}/performance`, { token: user.token });
    expectError(answer, 404, 'PortfolioError', 'Portfolio not found');
  });
});
