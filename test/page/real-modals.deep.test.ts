import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../sandbox/page/build.ts';
import { makePageRoutes } from '../../sandbox/page/routes.ts';
import { openWorkspace, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { startStubApp } from '../workspace/stub-app.ts';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { fieldsModal, homeView, loadingModal, reviewModal } from './fixture-views.ts';

let workspace: OpenWorkspace;
let app: Awaited<ReturnType<typeof startStubApp>>;
let chromium: TestBrowser;
let page: Page;

beforeAll(async () => {
  app = await startStubApp();
  workspace = await openWorkspace({ routes: makePageRoutes(await buildPage()) });
  workspace.workspace().setAppUrl(app.url);
  chromium = await launchBrowser();
  page = await chromium.browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(20_000);
  await page.goto(`${workspace.url()}/#finance-ops`);
}, 120_000);

afterAll(async () => {
  await chromium?.stop();
  await workspace?.stop();
  await app?.stop();
});

const last = () => app.received.at(-1)?.data ?? {};
const dialog = () => page.getByRole('dialog');

/** Types a command, so that the app has a trigger, and opens a modal with it. */
async function open(view: object): Promise<{ id: string; hash: string }> {
  const before = app.received.length;
  await page.getByLabel('Write to #finance-ops').fill('/recon now');
  await page.keyboard.press('Enter');
  await expect.poll(() => app.received.length).toBe(before + 1);
  const answer = await workspace.api('views.open', { trigger_id: String(last()['trigger_id']), view });
  expect(answer).toMatchObject({ ok: true });
  await dialog().waitFor();
  return answer['view'] as { id: string; hash: string };
}

describe('modals of the local workspace', () => {
  it('fills a loading view, takes errors, then closes', async () => {
    const { id, hash } = await open(loadingModal);
    await dialog().getByText('Loading…').waitFor();
    const updated = await workspace.api('views.update', { view_id: id, hash, view: reviewModal });
    expect(updated).toMatchObject({ ok: true });
    await page.getByRole('combobox', { name: 'Reason' }).fill('fee');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Please complete this required field.').waitFor();
    await page.getByLabel('Note').fill('Fee of the bank, see statement');
    const errors = { note: 'Name the statement.' };
    app.reply({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_action: 'errors', errors }),
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Name the statement.').waitFor();
    expect(last()).toMatchObject({
      type: 'view_submission',
      user: { name: 'ops1' },
      view: {
        state: {
          values: {
            todo: { pick: { selected_option: { value: 'resolve' } } },
            reason: { pick: { selected_option: { value: 'fee' } } },
            note: { text: { value: 'Fee of the bank, see statement' } },
          },
        },
      },
    });
    await page.getByLabel('Note').fill('Fee of the bank, statement 14');
    await page.getByRole('button', { name: 'Save' }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('pushes a second modal and tells when it is closed', async () => {
    const { id } = await open(reviewModal);
    await dialog().getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Whole history' }).click();
    await expect.poll(() => last()['type']).toBe('block_actions');
    expect(last()).toMatchObject({
      container: { type: 'view', view_id: id },
      actions: [{ action_id: 'findings.more', selected_option: { value: 'findings.history:f_1' } }],
    });
    const pushed = { ...loadingModal, notify_on_close: true };
    await workspace.api('views.push', { trigger_id: String(last()['trigger_id']), view: pushed });
    await dialog().getByText('Loading…').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => last()['type']).toBe('view_closed');
    await page.getByLabel('Note').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  it('gives every kind of field to the app', async () => {
    await open(fieldsModal);
    app.reply({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        options: [{ text: { type: 'plain_text', text: 'Payout 104' }, value: 'wd_104' }],
      }),
    });
    await page.getByRole('combobox', { name: /^Payout/ }).fill('wd');
    await page.getByRole('option', { name: 'Payout 104' }).click();
    await page.getByRole('combobox', { name: /^Providers/ }).fill('bank');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: /^Who/ }).fill('zeynep');
    await page.keyboard.press('Enter');
    await page.getByLabel('Amount').fill('80');
    await page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await dialog().waitFor({ state: 'hidden' });
    const view = last()['view'] as { state: { values: object } };
    expect(view.state.values).toMatchObject({
      line: { text: { value: 'as it was' } },
      providers: { pick: { selected_options: [{ value: 'bankone' }] } },
      who: { pick: { selected_user: 'U0000LEAD1' } },
      payout: { 'payouts.find': { selected_option: { value: 'wd_104', text: { text: 'Payout 104' } } } },
      checks: { pick: { selected_options: [] } },
      day: { pick: { selected_date: '2026-01-30' } },
      moment: { pick: { selected_date_time: 1_768_456_800 } },
      amount: { text: { value: '80' } },
    });
  });

  it('publishes Home for the person who opens it', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
    await expect.poll(() => (last()['event'] as { type?: string } | undefined)?.type).toBe('app_home_opened');
    await workspace.api('views.publish', { user_id: 'U00000OPS1', view: homeView });
    await page.getByRole('heading', { name: 'Good morning' }).waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    await expect.poll(() => last()['type']).toBe('block_actions');
    expect(last()).toMatchObject({ actions: [{ action_id: 'findings.review', value: 'f_1' }] });
    await page.getByRole('link', { name: 'Direct messages' }).waitFor();
  });

  it('shows a command’s reply to its author alone', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'finance-ops' }).click();
    app.reply({ body: 'Nothing is running.' });
    await page.getByLabel('Write to #finance-ops').fill('/recon help');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('Nothing is running.').waitFor();
    await page.getByText('Only visible to you').waitFor();
    await page.getByLabel('Acting as').selectOption({ label: 'ops2 · Oliver Grant (finance-ops, English)' });
    await page.getByText('Nothing is running.').waitFor({ state: 'detached' });
  });
});
