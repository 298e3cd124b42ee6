import { expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { useBrowser } from '../../support/browser.ts';

const visit = useBrowser();

it('shows every operation to a reader, and finds them', async () => {
  const { page, complaints, picture } = await visit('/redoc');
  await page.locator('[data-section-id*="/operation/"]').first().waitFor();
  await picture('redoc');
  expect(await page.title()).toBe('BagTracker API');
  const shown = await page.locator('[data-section-id*="/operation/"] h2').allTextContents();
  expect(shown.map((text) => text.trim()).sort()).toEqual(endpoints.map(({ summary }) => summary).sort());
  await page.getByPlaceholder('Search...').fill('record a transaction');
  await page.locator('[data-role="search:results"]').getByText('Record a transaction by hand').waitFor();
  expect(complaints).toEqual([]);
});
