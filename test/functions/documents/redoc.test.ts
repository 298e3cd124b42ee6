import { expect, it } from 'vitest';
import { endpoints } from '#shared/contract/index.ts';
import { useBrowser } from '../../support/browser.ts';

const visit = useBrowser();

it('shows every operation to a reader', async () => {
  const { page, complaints, picture } = await visit('/redoc');
  await page.locator('[data-section-id*="/operation/"]').first().waitFor();
  await picture('redoc');
  await expect(page.title()).resolves.toBe('BagTracker API');
  const shown = await page.locator('[data-section-id*="/operation/"] h2').allInnerTexts();
  expect(shown.map((text) => text.trim()).sort()).toEqual(endpoints.map(({ summary }) => summary).sort());
  expect(complaints).toEqual([]);
});
