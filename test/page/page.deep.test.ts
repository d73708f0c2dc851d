import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fieldsModal, homeView, shownView } from './fixture-views.ts';
import { openVisits } from './visit.ts';

const { visit, server } = openVisits();
const DIGEST = '#finance-ops/1768456800.000100';

const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const digest = (page: Page) => log(page).getByRole('article', { name: 'Mutabık, 09:00' });

describe('the page', () => {
  it('opens under its strict policy without complaint', async () => {
    const answer = await fetch(server().url);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    const { page, complaints } = await visit(DIGEST);
    await page.getByRole('complementary', { name: 'Thread' }).waitFor();
    await page.getByRole('button', { name: 'Traffic' }).click();
    await page.getByRole('link', { name: 'slo' }).click();
    await page.getByText('# no heading').waitFor();
    expect(await page.title()).toBe('#slo · Mutabık sandbox');
    expect(complaints).toEqual([]);
  });

  it('shows the digest with table, dates and edit mark', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).waitFor();
    const words = await digest(page).innerText();
    expect(words).toContain('Mutabık: 3 HIGH, 4 MED, 12 LOW on 14 January');
    expect(words).toContain('bugün 08:59');
    expect(words).toContain('edited');
    expect(words).toContain('Audit head *9f2c41…* Europe/Istanbul');
    const cells = await digest(page).getByRole('cell').allInnerTexts();
    expect(cells.slice(0, 4)).toEqual(['Deposits', '4,120', '₺81,204,550.10', 'up 4.2 %']);
    expect(cells.slice(4)).toEqual(['*Withdrawals*', '1,893', '₺40,118,020.00', 'down 1.1 %']);
  });

  it('keeps escaped text dead and links whole', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).getByText('<!channel>').waitFor();
    expect(await digest(page).innerText()).toContain('Provider said: <!channel> retry &lt; status page');
    expect(await digest(page).locator('.mention').count()).toBe(0);
    const link = digest(page).getByRole('link', { name: 'status page' });
    expect(await link.getAttribute('href')).toBe('https://status.example.com/?a=1&b=2');
  });

  it('opens a thread with its file, and Escape closes it', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).getByRole('link', { name: '2 replies' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('Looking at R01 now.').waitFor();
    const file = thread.getByRole('link', { name: 'All 19 findings' });
    expect(await file.innerText()).toContain('48.2 kB');
    const download = page.waitForEvent('download');
    await file.click();
    expect((await download).suggestedFilename()).toBe('findings-2026-01-14.csv');
    expect(await readFile(await (await download).path(), 'utf8')).toBe('finding,rule\nf_1,R01\n');
    await thread.getByRole('heading', { name: 'Thread' }).focus();
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${server().url}#finance-ops`);
  });

  it('shows one channel at a time', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).waitFor();
    await page.getByRole('link', { name: 'slo' }).click();
    await log(page).getByText('Plain *stars* <!here> stay plain').waitFor();
    expect(await log(page).count()).toBe(1);
    expect(await log(page).getByRole('article').count()).toBe(1);
    await page.getByRole('link', { name: 'incidents' }).click();
    await page.getByText('Nothing here yet').waitFor();
  });

  it('survives a block that cannot be drawn', async () => {
    const { page } = await visit('#ops-alerts');
    await page.getByText('The block after it').waitFor();
    await page.getByText('This block could not be drawn.').waitFor();
  });

  it('draws an edited message and counts new ones', async () => {
    const { page } = await visit('#slo');
    await page.getByText('# no heading').waitFor();
    server().state.messages[0] = { ...server().state.messages[0], text: 'Reopened *yesterday*' };
    server().state.messages.push({
      ...server().state.messages[0],
      ts: '1768457400.000100',
      text: 'A new one',
    });
    await page.getByRole('link', { name: 'finance-ops 1 new' }).click();
    await log(page).getByText('Reopened yesterday').waitFor();
    await log(page).getByText('A new one').waitFor();
    await page.getByRole('link', { name: 'finance-ops', exact: true }).waitFor();
  });
});

describe('following', () => {
  const topOf = (page: Page, text: string) =>
    log(page)
      .getByText(text)
      .evaluate((element) => element.getBoundingClientRect().top);
  const say = (ts: string, text: string) => {
    server().state.messages.push({ ...server().state.messages[0], ts, text });
  };

  it('shows a new message unless one has scrolled back', async () => {
    server().state.ephemerals = [];
    const { page } = await visit('#finance-ops', { viewport: { width: 1280, height: 500 } });
    const heading = 'Mutabık: 3 HIGH, 4 MED, 12 LOW on 14 January';
    await log(page).getByText(heading).waitFor();
    // Taller than the list: its beginning is what one sees.
    expect(await topOf(page, heading)).toBeGreaterThan(100);
    expect(await topOf(page, heading)).toBeLessThan(250);
    say('1768457400.000100', 'Followed');
    await log(page).getByText('Followed').waitFor();
    expect(await topOf(page, 'Followed')).toBeLessThan(440);
    await log(page).evaluate((element) => void (element.scrollTop = 0));
    say('1768457500.000100', 'Not followed');
    await log(page).getByText('Not followed').waitFor();
    expect(await log(page).evaluate((element) => element.scrollTop)).toBe(0);
  });
});

describe('acting', () => {
  it('presses a button as the chosen person', async () => {
    const { page } = await visit('#finance-ops');
    await page.getByLabel('Acting as').selectOption({ label: 'lead1 (finance-leads, English)' });
    await page.getByText('Only for the lead.').waitFor();
    expect(await page.getByText('You can close LOW findings yourself.').count()).toBe(0);
    await digest(page).getByRole('button', { name: 'Show all findings' }).click();
    await page.getByText('findings.show_all as lead1: acknowledged in 12 ms').waitFor();
    expect(server().posts).toEqual([
      {
        path: '/sandbox/click',
        body: {
          user: 'U4',
          channel: 'C1',
          ts: '1768456800.000100',
          action_id: 'findings.show_all',
          block_id: 'digest-actions',
          value: 'run_1',
        },
      },
    ]);
    await page.reload();
    await page.getByText('Only for the lead.').waitFor();
  });

  it('asks before a button with a confirm dialog', async () => {
    const { page } = await visit('#finance-ops');
    const escalate = digest(page).getByRole('button', { name: 'Escalate' });
    const dialog = page.getByRole('dialog', { name: 'Escalate three findings?' });
    await escalate.click();
    await dialog.getByText('The first level is paged now.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(server().posts).toEqual([]);
    await escalate.click();
    await dialog.getByRole('button', { name: 'Escalate' }).click();
    await page.getByText('escalations.start as ops1').waitFor();
    expect(server().posts.map(({ body }) => body['action_id'])).toEqual(['escalations.start']);
  });

  it('chooses from an overflow', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Close as accepted' }).click();
    await page.getByText('findings.more as ops1').waitFor();
    expect(server().posts[0]?.body['option']).toBe('findings.close:f_1');
  });

  it('writes to the channel and into a thread', async () => {
    const { page } = await visit(DIGEST);
    await page.getByLabel('Write to #finance-ops').fill('Morning');
    await page.keyboard.press('Enter');
    await page.getByLabel('Reply in thread').fill('On it & <b>');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => server().posts.map(({ body }) => body))
      .toEqual([
        { user: 'U1', channel: 'C1', text: 'Morning' },
        { user: 'U1', channel: 'C1', text: 'On it &amp; &lt;b&gt;', thread_ts: '1768456800.000100' },
      ]);
  });

  it('moves the clock by an hour and to the morning', async () => {
    const { page } = await visit('#finance-ops');
    await page.getByRole('button', { name: '+1 h' }).click();
    await page.getByRole('button', { name: 'To tomorrow 09:00' }).click();
    await expect
      .poll(() => server().posts.map(({ body }) => body))
      .toEqual([{ advance: '1h' }, { to: '2026-01-16T06:00:00.000Z' }]);
  });
});

describe('trouble and traffic', () => {
  it('lists the calls, the refused ones with reasons', async () => {
    const { page } = await visit('#finance-ops');
    await page.getByRole('button', { name: 'Traffic' }).click();
    const traffic = page.getByRole('complementary', { name: 'Traffic' });
    await traffic.getByText('4 calls').waitFor();
    await traffic.getByLabel('Refused and failed only').check();
    expect(await traffic.locator('summary').count()).toBe(1);
    await traffic.getByText('invalid_blocks').click();
    await traffic.getByText('json-pointer:/blocks/0/text/text').waitFor();
  });

  it('says that the workspace is away, and recovers', async () => {
    server().failing = true;
    const { page } = await visit('#finance-ops');
    await page.getByRole('alert').getByText('database is starting').waitFor();
    server().failing = false;
    await digest(page).waitFor();
    server().failing = true;
    await page.getByRole('alert').getByText('What you see may be old').waitFor();
    expect(await digest(page).isVisible()).toBe(true);
  });
});

describe('small screens and keyboards', () => {
  it.each([390, 760, 1280])('never scrolls sideways at %d px', async (width) => {
    server().state.homes = { ops1: shownView(homeView, 'VH') };
    const { page } = await visit('#finance-ops', { viewport: { width, height: 844 } });
    await digest(page).waitFor();
    const told = { ...server().state.messages[0], channel: 'C6', ts: '1768457400.000100' };
    server().state.messages.push(told);
    await page.getByRole('link', { name: 'ops-alerts 1 new' }).waitFor();
    const scrolled = () => page.evaluate('document.documentElement.scrollWidth');
    for (const place of ['#finance-ops', DIGEST, '#slo']) {
      await page.goto(server().url + place);
      await log(page).getByRole('article').first().waitFor();
      expect(await scrolled()).toBe(width);
    }
    await page.goto(`${server().url}#~home`);
    await page.getByText('Good morning').waitFor();
    expect(await scrolled()).toBe(width);
    await page.getByRole('button', { name: 'Traffic' }).click();
    await page.getByText('invalid_blocks').click();
    expect(await scrolled()).toBe(width);
    server().state.views = { ops1: [shownView(fieldsModal, 'V1')] };
    await page.getByRole('dialog').waitFor();
    const body = page.locator('.modal-body');
    expect(await body.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    expect(await scrolled()).toBe(width);
  });

  it('reaches the channels with the Tab key', async () => {
    const { page } = await visit('#finance-ops');
    await digest(page).waitFor();
    const names: string[] = [];
    while (!names.includes('#slo') && names.length < 25) {
      await page.keyboard.press('Tab');
      names.push(String(await page.evaluate('document.activeElement.innerText.replaceAll("\\n", "")')));
    }
    expect(names[0]).toBe('Skip to messages');
    expect(names).toContain('#slo');
    await page.keyboard.press('Enter');
    await page.getByText('# no heading').waitFor();
  });

  it('skips to the messages', async () => {
    const { page } = await visit('#slo');
    await page.getByText('# no heading').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('messages');
    expect(page.url()).toBe(`${server().url}#slo`);
  });

  it('follows the dark colour scheme', async () => {
    const { page } = await visit('#finance-ops', { colorScheme: 'dark' });
    await digest(page).waitFor();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(19, 23, 21)');
    expect(
      await page.evaluate(`getComputedStyle(document.querySelector('.block-header .text-base')).color`),
    ).toBe('rgb(231, 235, 229)');
  });
});
