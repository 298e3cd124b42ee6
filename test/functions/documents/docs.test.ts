import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Json } from '../../support/api.ts';
import { useBrowser } from '../../support/browser.ts';

const visit = useBrowser();

interface Filled {
  body?: Json;
  parameters?: Record<string, string>;
}

/** Tries an operation out as a visitor does: unfolds it, fills it in, sends it and reads what came back. */
const tryOut = async (page: Page, operation: string, { body, parameters = {} }: Filled): Promise<Json> => {
  const block = page.locator(`[id^="operations-"][id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  if (body) await block.locator('textarea.body-param__text').fill(JSON.stringify(body));
  for (const [name, value] of Object.entries(parameters)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table');
  const status = Number(await answer.locator('tbody .response-col_status').first().innerText());
  return { status, body: JSON.parse(await answer.locator('tbody pre').first().innerText()) };
};

/** The body that the page suggests. */
const suggested = async (page: Page, operation: string): Promise<Json> => {
  const block = page.locator(`[id^="operations-"][id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  const text = await block.locator('.opblock-section-request-body pre').first().innerText();
  await block.locator('.opblock-summary-control').click();
  return JSON.parse(text);
};

const authorize = async (page: Page, token: string) => {
  await page.locator('.auth-wrapper .authorize').click();
  await page.locator('#auth-bearer-value').fill(token);
  await page
    .locator('.auth-container', { hasText: 'bearerAuth' })
    .getByRole('button', { name: 'Apply credentials' })
    .click();
  await page.locator('.modal-ux .btn-done').first().click();
};

it('takes a visitor from nothing to a balance', async () => {
  const { page, complaints, picture } = await visit('/docs');
  await page.locator('.opblock').first().waitFor();
  await picture('docs');
  await expect(page.title()).resolves.toBe('BagTracker API');
  const username = `u${randomUUID().slice(0, 8)}`;
  const account = await suggested(page, 'authSignUp');
  const signedUp = await tryOut(page, 'authSignUp', {
    body: { ...account, username, email: `${username}@example.org` },
  });
  expect(signedUp).toMatchObject({ status: 201, body: { username } });
  const loggedIn = await tryOut(page, 'authLogIn', { body: { username, password: account.password } });
  await authorize(page, loggedIn.body.access_token);
  const wallet = await tryOut(page, 'walletsCreate', { body: await suggested(page, 'walletsCreate') });
  expect(wallet.status).toBe(201);
  const { uuid: wallet_uuid } = wallet.body;
  const example = await suggested(page, 'transactionsCreate');
  const transaction = await tryOut(page, 'transactionsCreate', { body: { ...example, wallet_uuid } });
  expect(transaction.status).toBe(201);
  const balances = await tryOut(page, 'balancesList', { parameters: { wallet_uuid } });
  expect(balances.body.items).toMatchObject([{ amount: example.amount }]);
  await picture('docs-balance');
  expect(complaints).toEqual([]);
  const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
  expect(kept).toBe('[{},{},""]');
});
