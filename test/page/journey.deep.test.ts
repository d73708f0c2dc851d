import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from '../support/checkout.ts';
import { npmStart, type Started } from '../support/npm-start.ts';
import { launchBrowser, type TestBrowser } from './browser.ts';

const home = mkdtempSync(join(tmpdir(), 'mutabik-journey-'));
let sandbox: Started;
let chromium: TestBrowser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [sandbox, chromium] = await Promise.all([npmStart({ home }), launchBrowser()]);
  page = await chromium.browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  page.setDefaultTimeout(30_000);
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${sandbox.ready.sandbox}/#finance-ops`);
}, 180_000);

afterAll(async () => {
  await chromium?.stop();
  await sandbox?.stop();
  rmSync(home, { recursive: true, force: true });
}, 60_000);

const log = () => page.getByRole('log', { name: 'Messages' });
const dialog = () => page.getByRole('dialog');
const go = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click();

async function actAs(name: string): Promise<void> {
  const option = page.getByLabel('Acting as').locator('option', { hasText: name });
  await page.getByLabel('Acting as').selectOption(String(await option.getAttribute('value')));
}

async function moveClock(label: RegExp): Promise<void> {
  await page.getByRole('button', { name: label }).click();
  const bar = page.getByRole('progressbar', { name: 'Moving the clock' });
  await bar.waitFor();
  await bar.waitFor({ state: 'detached', timeout: 120_000 });
}

/** All that somebody has open at once; one after the other is tried elsewhere. */
async function closeAll(name: string): Promise<void> {
  const { views } = (await sandbox.get('/sandbox/state')) as { views: Record<string, { id: string }[]> };
  await sandbox.post('/sandbox/close', { user: name, view_id: views[name]?.[0]?.id, all: true });
}

/** Into docs/, when UPDATE_PICTURES=1 asks for it; the mouse out of the way, the last word said. */
async function picture(name: string): Promise<void> {
  if (process.env['UPDATE_PICTURES'] !== '1') return;
  await page.mouse.move(0, 0);
  await page.locator('.notice').waitFor({ state: 'detached' });
  await page.screenshot({ path: join(CHECKOUT, 'docs', `${name}.png`) });
}

describe('a morning in the browser', () => {
  it('brings the digest at nine', async () => {
    await actAs('ops2');
    await moveClock(/^To today 09:00$/);
    await log().getByText('The worst 8').waitFor();
    await picture('page');
  });

  it('lets ops2 close a finding, and the digest says so', async () => {
    await log().getByRole('button', { name: 'Review' }).first().click();
    await dialog().getByText('History', { exact: true }).waitFor();
    await picture('page-review');
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByText('Say in a few words why').waitFor();
    await page.getByLabel('Note').fill('Paid by hand, seen in the statement');
    await page.getByRole('button', { name: 'Decide' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await log().getByText('closed by @ops2').waitFor();
    await log().getByRole('button', { name: 'Undo' }).waitFor();
  });

  it('refuses guest1 in private', async () => {
    await actAs('guest1');
    await log().getByRole('button', { name: 'Review' }).nth(1).click();
    await dialog().getByText('Guests can').waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
  });

  it('lists all findings, then the HIGH ones, page by page', async () => {
    await actAs('ops2');
    await log().getByRole('button', { name: 'Show all' }).first().click();
    await dialog().getByText('1 to 10 of 61 findings').waitFor();
    await page.getByRole('combobox', { name: 'Any class' }).fill('HIGH');
    await page.keyboard.press('Enter');
    await dialog().getByText('1 to 10 of 44 findings').waitFor();
    await dialog().getByRole('button', { name: 'Next' }).click();
    await dialog().getByText('11 to 20 of 44 findings').waitFor();
    expect(await page.getByRole('combobox', { name: 'Any class' }).inputValue()).toContain('HIGH');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
  });

  it('lets engineer1 acknowledge what climbs', async () => {
    await actAs('engineer1');
    await go('ops-alerts');
    const card = log().getByRole('article').last();
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('@engineer1 has it').waitFor();
  });

  it('lets engineer1 escalate what no rule does, and answer it', async () => {
    await actAs('engineer1');
    await go('finance-ops');
    await log().getByRole('button', { name: 'Show all' }).first().click();
    await page.getByRole('combobox', { name: 'Tüm sınıflar' }).fill('ORTA');
    await page.keyboard.press('Enter');
    await dialog().getByText('13 bulgunun 1 ile 10 arası').waitFor();
    await dialog().getByRole('button', { name: 'İncele' }).first().click();
    await dialog().getByRole('button', { name: 'Üst seviyeye ilet' }).click();
    await dialog().getByText('haber verilecek').waitFor();
    await closeAll('engineer1');
    await dialog().waitFor({ state: 'hidden' });
    await go('ops-alerts');
    const card = log().getByRole('article').filter({ hasText: 'Sev-3' }).last();
    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('@engineer1 has it').waitFor();
  });

  it('shows each person a Home of their own', async () => {
    await go('Home');
    await page.getByText('As engineer1 sees it').waitFor();
    await actAs('ops2');
    await page.getByRole('heading', { name: 'Your desk' }).waitFor();
    await page.getByRole('region', { name: 'Home' }).getByText('1 of 62 closed').waitFor();
    await picture('page-home');
  });

  it('speaks Turkish to manager1', async () => {
    await actAs('manager1');
    await go('finance-ops');
    await log().getByRole('button', { name: 'Review' }).nth(1).click();
    await dialog().getByText('Geçmiş', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Kapat' }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('carries over what is still open on the next day', async () => {
    await actAs('ops2');
    await moveClock(/^To tomorrow 09:00$/);
    await log()
      .getByText(/[1-9]\d* carried over/)
      .last()
      .waitFor({ timeout: 90_000 });
    expect(complaints).toEqual([]);
  });

  it('stands on a phone in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await log().getByText('The worst 8').last().scrollIntoViewIfNeeded();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await picture('page-phone');
  });
});
