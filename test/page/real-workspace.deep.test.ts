import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { buildPage } from '../../sandbox/page/build.ts';
import { makePageRoutes } from '../../sandbox/page/routes.ts';
import { openWorkspace, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { digestBlocks } from './fixture-state.ts';

let workspace: OpenWorkspace;
let chromium: TestBrowser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  workspace = await openWorkspace({ routes: makePageRoutes(await buildPage()) });
  chromium = await launchBrowser();
  page = await chromium.browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(20_000);
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
  });
  await page.goto(`${workspace.url()}/#finance-ops`);
}, 120_000);

afterAll(async () => {
  await chromium?.stop();
  await workspace?.stop();
});

describe('the page on the local workspace', () => {
  it('shows what the app posts, edits and attaches', async () => {
    const client = workspace.client();
    await page.getByText('Nothing here yet').waitFor();
    const posted = await client.chat.postMessage({ channel: 'finance-ops', text: 'First', blocks: [] });
    const log = page.getByRole('log', { name: 'Messages' });
    await log.getByText('First').waitFor();
    const channel = String(posted.channel);
    const ts = String(posted.ts);
    const edited = await workspace.api('chat.update', { channel, ts, text: 'Digest', blocks: digestBlocks });
    expect(edited).toMatchObject({ ok: true });
    await log.getByText('Mutabık: 3 HIGH, 4 MED, 12 LOW on 14 January').waitFor();
    await log.getByText('edited').waitFor();
    await log.getByText('app', { exact: true }).waitFor();
    await client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename: 'all.csv', content: 'a,b\n' });
    await log.getByRole('link', { name: '1 reply' }).click();
    const file = page.getByRole('complementary', { name: 'Thread' }).getByRole('link', { name: 'all.csv' });
    expect(await file.innerText()).toContain('4 B');
    expect(await (await fetch(workspace.url() + (await file.getAttribute('href')))).text()).toBe('a,b\n');
  });

  it('writes as the person that was chosen', async () => {
    await page
      .getByLabel('Acting as')
      .selectOption({ label: 'manager2 · Hannah Reid (finance-managers, English)' });
    await page.getByLabel('Reply in thread').fill('1 < 2, *really* <!channel>');
    await page.keyboard.press('Enter');
    const thread = page.getByRole('log', { name: 'Thread' });
    await thread.getByText('1 < 2, really <!channel>').waitFor();
    await thread.getByText('Hannah Reid').waitFor();
  });

  it('tells a person who may not write here', async () => {
    await page.getByLabel('Acting as').selectOption({ label: 'stranger1 · Stan Novak (no group, English)' });
    await page.getByLabel('Write to #finance-ops').fill('Hello');
    await page.keyboard.press('Enter');
    await page.getByText('The workspace refused: not_in_channel').waitFor();
    // The browser itself notes a refused request.
    expect(complaints.filter((line) => !line.includes('status of 403'))).toEqual([]);
  });

  it('shows the calls, from the first to the last', async () => {
    await page.getByRole('button', { name: 'Traffic' }).click();
    const traffic = page.getByRole('complementary', { name: 'Traffic' });
    await traffic.getByText('chat.update').waitFor();
    const before = (await workspace.calls()).length;
    await workspace.api('chat.postMessage', { channel: 'nowhere', text: 'x' });
    await traffic.getByText('channel_not_found').waitFor();
    expect(await traffic.locator('summary').count()).toBe(before + 1);
  });
});
