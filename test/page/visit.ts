import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { startFixtureServer, type FixtureServer } from './fixture-server.ts';
import { makeFixtureState } from './fixture-state.ts';

export interface Visits {
  server: () => FixtureServer;
  /** A page at a place, and everything its console complained about. */
  visit: (place: string, options?: BrowserContextOptions) => Promise<{ page: Page; complaints: string[] }>;
}

/** A browser and a canned workspace for the tests of one file; each test begins with a fresh state. */
export function openVisits(): Visits {
  let chromium: TestBrowser;
  let server: FixtureServer;
  const open: Page[] = [];
  beforeAll(async () => {
    [chromium, server] = await Promise.all([launchBrowser(), startFixtureServer()]);
  }, 120_000);
  afterAll(async () => {
    await chromium?.stop();
    await server?.stop();
  });
  beforeEach(() => {
    server.state = makeFixtureState();
    server.answers = {};
    server.posts.length = 0;
    server.failing = false;
  });
  afterEach(async () => {
    for (const page of open.splice(0)) await page.context().close();
  });
  return {
    server: () => server,
    visit: async (place, options = {}) => {
      const context = await chromium.browser.newContext({
        viewport: { width: 1280, height: 860 },
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      open.push(page);
      const complaints: string[] = [];
      page.on('console', (line) => {
        if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(server.url + place);
      return { page, complaints };
    },
  };
}

export async function hasFocus(locator: Locator): Promise<boolean> {
  return await locator.evaluate((element) => element === element.ownerDocument.activeElement);
}
