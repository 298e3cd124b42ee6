import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Json } from '../../support/api.ts';
import { useBrowser } from '../../support/browser.ts';

const visit = useBrowser();

interface Filled {
  /** Fields to change in the body that the page suggests. */
  body?: Json;
  parameters?: Record<string, string>;
}

/** Tries an operation out as a visitor does: unfolds it, fills it in, sends it and reads what came back. */
const tryOut = async (page: Page, operation: string, { body, parameters = {} }: Filled): Promise<Json> => {
  const block = page.locator(`[id^="operations-"][id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  if (body) {
    const field = block.locator('textarea.body-param__text');
    await field.fill(JSON.stringify({ ...JSON.parse(await field.inputValue()), ...body }));
  }
  for (const [name, value] of Object.entries(parameters)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table tbody');
  const textOf = async (part: string) => String(await answer.locator(part).first().textContent());
  const status = Number.parseInt(await textOf('.response-col_status'), 10);
  return { status, body: JSON.parse(await textOf('pre')) };
};

const authorize = async (page: Page, token: string): Promise<void> => {
  await page.locator('.auth-wrapper .authorize').click();
  await page.locator('#auth-bearer-value').fill(token);
  const bearer = page.locator('.auth-container', { hasText: 'bearerAuth' });
  await bearer.getByRole('button', { name: 'Apply credentials' }).click();
  await page.locator('.modal-ux .btn-done').first().click();
};

it('takes a visitor from nothing to a balance', async () => {
  const { page, complaints, picture } = await visit('/docs');
  await page.locator('.opblock').first().waitFor();
  await picture('docs');
  expect(await page.title()).toBe('BagTracker API');

  const account = { username: `u${randomUUID().slice(0, 8)}`, password: 'correct horse battery' };
  const email = `${account.username}@example.org`;
  const signedUp = await tryOut(page, 'authSignUp', { body: { ...account, email } });
  expect(signedUp).toMatchObject({ status: 201, body: { username: account.username } });
  const loggedIn = await tryOut(page, 'authLogIn', { body: account });
  await authorize(page, loggedIn.body.access_token);

  const wallet = await tryOut(page, 'walletsCreate', { body: {} });
  expect(wallet).toMatchObject({ status: 201, body: { name: 'Cold storage' } });
  const wallet_uuid = wallet.body.uuid;
  const transaction = await tryOut(page, 'transactionsCreate', { body: { wallet_uuid } });
  expect(transaction).toMatchObject({ status: 201, body: { wallet_uuid, amount: '1.5' } });
  const balances = await tryOut(page, 'balancesList', { parameters: { wallet_uuid } });
  expect(balances.body.items).toMatchObject([{ amount: '1.5', token: { symbol: 'ETH' } }]);
  await page.getByText('Response body').last().scrollIntoViewIfNeeded();
  await picture('docs-balance');

  expect(complaints).toEqual([]);
  // Least of all the token.
  const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
  expect(kept).toBe('[{},{},""]');
});

it('leads to the other page', async () => {
  const { page, complaints } = await visit('/docs');
  await page.getByRole('link', { name: 'Read' }).click();
  await page.waitForURL('**/redoc');
  await page.getByRole('link', { name: 'Try it out' }).click();
  await page.waitForURL('**/docs');
  await page.locator('.opblock').first().waitFor();
  expect(complaints.filter((line) => !line.startsWith('failed:'))).toEqual([]);
});
