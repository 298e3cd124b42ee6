import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject, onTestFinished, vi } from 'vitest';
import { toolsFolder } from '../../scripts/local/settings.ts';
import { ensureChromium } from './chromium.ts';

/** Nothing that the browser does by itself reaches the network. */
const quiet = ['--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'];

/** Fetching the browser for the first time takes as long as the network does. */
const patienceToFetch = 600_000;

/** A busy machine without a graphics card draws slowly. */
const patience = 240_000;

const screenshots = process.env.BAGTRACKER_SCREENSHOTS ?? join(tmpdir(), 'bagtracker-screenshots');

export interface Watched {
  page: Page;
  /** What a visitor must never cause: errors on the console, refusals of the page's policy, requests elsewhere. */
  complaints: string[];
  picture: (name: string) => Promise<unknown>;
}

const watch = (page: Page): Watched => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && origin !== inject('platform').url)
      complaints.push(`elsewhere: ${request.url()}`);
  });
  const picture = (name: string) => page.screenshot({ path: join(screenshots, `${name}.png`) });
  return { page, complaints, picture };
};

/** A browser for the tests of a file; call it at the top of the file. */
export const useBrowser = () => {
  let browser: Browser;
  vi.setConfig({ testTimeout: patience });
  beforeAll(async () => {
    const log = (line: string) => process.stderr.write(`${line}\n`);
    const executablePath = await ensureChromium(toolsFolder, { log });
    browser = await chromium.launch({ executablePath, args: quiet });
  }, patienceToFetch);
  afterAll(() => browser?.close());
  /** Opens a page of the platform, with nothing left of another visit. */
  return async (path: string): Promise<Watched> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patience / 2);
    onTestFinished(() => context.close());
    const watched = watch(await context.newPage());
    await watched.page.goto(inject('platform').url + path);
    return watched;
  };
};
