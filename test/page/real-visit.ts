import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { CHECKOUT } from '../support/checkout.ts';
import { npmStart, type Started } from '../support/npm-start.ts';
import { launchBrowser } from './browser.ts';

/** A browser before the sandbox's page, as one person sits there. */
export interface Seat {
  page: Page;
  /** Everything that the page's console complained about. */
  complaints: string[];
  log: () => Locator;
  dialog: () => Locator;
  /** The message that names it, a payment say; the newest of several. */
  cardOf: (name: string) => Locator;
  actAs: (name: string) => Promise<void>;
  go: (name: string) => Promise<void>;
  /** Puts a message fully into view, as high as it goes. */
  show: (card: Locator) => Promise<void>;
  /** The mouse out of the way; into docs/ when UPDATE_PICTURES=1 asks for it, or all of them into the folder that LOOK_AT names. */
  picture: (name: string, options?: { isDocs?: boolean }) => Promise<void>;
  stop: () => Promise<void>;
}

/** A browser at the door of a sandbox of its own. */
export interface RealVisit extends Seat {
  sandbox: Started;
  /** Makes a payout of a provider, and lets the next check see it. */
  make: (payout: object) => Promise<{ id: string; attempt: string }>;
  tell: (order: object) => Promise<void>;
  advance: (span: string) => Promise<void>;
}

type Chromium = Awaited<ReturnType<typeof launchBrowser>>;

/** `npm start` and a Chromium in Istanbul; `environment` goes to the sandbox. */
export async function openRealVisit(
  channel: string,
  environment: Record<string, string> = {},
): Promise<RealVisit> {
  const home = mkdtempSync(join(tmpdir(), 'mutabik-visit-'));
  const [sandbox, chromium] = await Promise.all([npmStart({ home, environment }), launchBrowser()]);
  const seat = await takeSeat(chromium, `${sandbox.ready.sandbox}/#${channel}`);
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await sandbox.post(path, body);
    if (answer !== null && typeof answer === 'object' && 'error' in answer)
      throw new Error(`${path}: ${String(answer.error)}`);
    return answer;
  };
  return {
    ...seat,
    sandbox,
    make: async (payout) =>
      (await post('/sandbox/transaction', { kind: 'withdrawal', ...payout })) as {
        id: string;
        attempt: string;
      },
    tell: async (order) => void (await post('/sandbox/provider', order)),
    advance: async (span) => void (await post('/sandbox/clock', { advance: span })),
    stop: async () => {
      await seat.stop();
      await sandbox.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Chromium in Istanbul, at this address of the page. */
export async function takeSeat(chromium: Chromium, address: string): Promise<Seat> {
  const page = await chromium.browser.newPage({
    viewport: { width: 1280, height: 900 },
    colorScheme: 'light',
    timezoneId: 'Europe/Istanbul',
  });
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  const log = (): Locator => page.getByRole('log', { name: 'Messages' });
  return {
    page,
    complaints,
    log,
    dialog: () => page.getByRole('dialog'),
    cardOf: (name) => log().getByRole('article').filter({ hasText: name }).last(),
    actAs: async (name) => {
      const option = page.getByLabel('Acting as').locator('option', { hasText: name });
      await page.getByLabel('Acting as').selectOption(String(await option.getAttribute('value')));
    },
    go: (name) => page.getByRole('navigation').getByRole('link', { name }).click(),
    show: async (card) => await card.evaluate((element) => element.scrollIntoView({ block: 'start' })),
    picture: async (name, { isDocs = false } = {}) => {
      await page.mouse.move(0, 0);
      if (isDocs) await page.locator('.notice').waitFor({ state: 'detached' });
      const folder = process.env['LOOK_AT'];
      if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
      if (isDocs && process.env['UPDATE_PICTURES'] === '1')
        await page.screenshot({ path: join(CHECKOUT, 'docs', `${name}.png`) });
    },
    stop: () => chromium.stop(),
  };
}
