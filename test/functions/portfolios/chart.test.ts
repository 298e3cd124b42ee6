import { describe, expect, inject, it } from 'vitest';
import { type Json, newUser, newWallet, record, request, type TestUser } from '../../support/api.ts';
import { useBrowser } from '../../support/browser.ts';
import { holdTwo, midnight } from '../../support/held.ts';
import { createPortfolio } from '../../support/portfolios.ts';
import { expectError, expectFault } from '../answers.ts';
import { sql } from '../database.ts';
import { verifiedToken } from '../verified-token.ts';

const open = useBrowser();

const draw = async (user: TestUser, portfolio: Json, query = ''): Promise<string> => {
  const { status, body } = await request('GET', `/portfolio/${portfolio.uuid}/chart.svg?${query}`, {
    token: user.token,
  });
  expect(status).toBe(200);
  return body;
};

const held = async (symbol = `<script>"&'`) => {
  const user = await newUser();
  const wallet = await newWallet(user);
  await holdTwo(user, wallet);
  const token = await verifiedToken('5');
  await sql('UPDATE tokens SET symbol = $2 WHERE uuid = $1', [token, symbol]);
  await record(user, wallet, {
    ...{ token_uuid: token, transaction_type: 'BUY', amount: '1', price_usd: '1' },
    timestamp: '2024-01-01T00:00:00Z',
  });
  return { user, portfolio: await createPortfolio(user, [wallet]) };
};

const range = `from=${midnight(320)}&to=${midnight(280)}`;

describe('GET /portfolio/{portfolio_uuid}/chart.svg', () => {
  it('shows value against cost over time with labelled axes, and what makes the value', async () => {
    const { user, portfolio } = await held();
    const { page, complaints, picture } = await open('/info');
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${user.token}` });
    // Under the policy that it comes with.
    await page.goto(`${inject('platform').url}/portfolio/${portfolio.uuid}/chart.svg?${range}&theme=light`);
    const texts = await page.locator('svg text').allTextContents();
    expect(texts).toEqual(expect.arrayContaining(['Value', 'Cost basis', 'Allocation today', '$0']));
    expect(texts).toContain('<script>"&\'');
    expect(texts).toContain('100.0 %');
    expect(texts.filter((text) => /^\$\d/.test(text)).length).toBeGreaterThan(2);
    for (const colour of ['#0b62c4', '#b35900']) {
      expect(await page.locator(`svg path[stroke="${colour}"]`).count()).toBeGreaterThan(0);
    }
    expect(complaints).toEqual([]);
    await picture('chart');
  });

  it('runs nothing, loads nothing, and has no style but one that its policy names', async () => {
    const { user, portfolio } = await held();
    for (const theme of ['light', 'dark', 'auto']) {
      const svg = await draw(user, portfolio, `${range}&theme=${theme}`);
      expect(svg).not.toMatch(/<script|<foreignObject|\bon\w+=|javascript:|\bstyle=|<image|url\(h|#fe01/i);
      expect(svg.match(/<style/g)).toHaveLength(1);
      expect(/prefers-color-scheme/.test(svg)).toBe(theme === 'auto');
    }
  });

  it.each([
    ['light', 'W'],
    ['dark', '漢'],
    ['auto', '🐕'],
  ])('is readable at 600 pixels in %s, whatever names are made of: %s', async (theme, letter) => {
    const { user, portfolio } = await held(letter.repeat(30));
    await sql('UPDATE portfolios SET name = $2 WHERE uuid = $1', [portfolio.uuid, letter.repeat(60)]);
    const { page, complaints, picture } = await open('/info');
    await page.setExtraHTTPHeaders({ authorization: `Bearer ${user.token}` });
    await page.goto(
      `${inject('platform').url}/portfolio/${portfolio.uuid}/chart.svg?${range}&theme=${theme}`,
    );
    const boxes = await page.locator('svg text').evaluateAll((texts) =>
      texts.map((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { text: text.textContent, left, right, top, bottom };
      }),
    );
    expect(boxes.length).toBeGreaterThan(8);
    expect(boxes.filter(({ left, right, bottom }) => left < 0 || right > 600 || bottom > 420)).toEqual([]);
    const overlapping = boxes.filter((one, place) =>
      boxes.some(
        (other, further) =>
          further > place &&
          Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
          Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1,
      ),
    );
    expect(overlapping).toEqual([]);
    expect(complaints).toEqual([]);
    await picture(`chart-${theme}`);
  });

  it('has a line that ends where snapshots are missing', async () => {
    const { user, portfolio } = await held();
    // Five days before the holding are known to have been nothing; after its own day there are no more snapshots.
    const svg = await draw(user, portfolio, `from=${midnight(303)}&to=${midnight(296)}&theme=light`);
    const [, line = ''] = /<path d="([^"]+)"[^>]* stroke="#0b62c4"[^>]*stroke-width="2.5"/.exec(svg) ?? [];
    expect(line.match(/[\d.]+ [\d.]+/g)?.length).toBeLessThan(8);
  });

  it('says so where there is nothing', async () => {
    const user = await newUser();
    const svg = await draw(user, await createPortfolio(user));
    expect(svg).toContain('Nothing held in this time');
    expect(svg).toContain('Nothing of known value');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('says that no value is known where what is held has none', async () => {
    const { user, portfolio } = await held();
    await sql(
      `UPDATE balances_history SET price_usd = NULL
       WHERE id / 8 IN (SELECT id FROM balances WHERE user_id = (SELECT id FROM users WHERE uuid = $1))`,
      [user.uuid],
    );
    const svg = await draw(user, portfolio, `from=${midnight(300)}&to=${midnight(300)}`);
    expect(svg).toContain('No value known of this time');
    expect(svg).not.toContain('Nothing held');
  });

  it('is as wide as it is asked to be, within reason', async () => {
    const { user, portfolio } = await held();
    expect(await draw(user, portfolio, 'width=900')).toMatch(/^<svg [^>]*width="900"/);
    const path = `/portfolio/${portfolio.uuid}/chart.svg`;
    const ask = (query: string, { token } = user) => request('GET', `${path}?${query}`, { token });
    for (const width of ['319', '2001', 'wide']) expectFault(await ask(`width=${width}`), 'width');
    expectFault(await ask('theme=pink'), 'theme');
    expectError(await ask(`from=${midnight(99)}&interval=hour`), 400, 'BadRequestException', '1000 points');
    expectError(await ask('', await newUser()), 404, 'PortfolioError', 'Portfolio not found');
  });
});
