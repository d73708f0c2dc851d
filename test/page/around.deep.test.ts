import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { homeView, shownView } from './fixture-views.ts';
import { hasFocus, openVisits } from './visit.ts';

const { visit, server } = openVisits();
const DIGEST = '#finance-ops/1768456800.000100';
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const bodies = () => server().posts.map(({ body }) => body);

describe('Home', () => {
  it('asks the app and draws what it published', async () => {
    server().answers['/sandbox/home'] = () => {
      server().state.homes = { ops1: shownView(homeView, 'VH') };
      return {};
    };
    const { page, complaints } = await visit('#finance-ops');
    await page.getByRole('navigation').getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Good morning' }).waitFor();
    await page.getByText('As ops1 sees it').waitFor();
    await page.getByRole('button', { name: 'Review' }).click();
    await page.getByLabel('Tell me at any hour').check();
    await expect.poll(bodies).toEqual([
      { user: 'U1' },
      { user: 'U1', home: true, action_id: 'findings.review', block_id: 'f1', value: 'f_1', values: {} },
      {
        user: 'U1',
        home: true,
        action_id: 'home.quiet',
        block_id: 'quiet',
        option: 'off',
        values: { quiet: { 'home.quiet': 'off' } },
      },
    ]);
    expect(complaints).toEqual([]);
  });

  it('is each person’s own', async () => {
    server().state.homes = { ops1: shownView(homeView, 'VH') };
    const { page } = await visit('#~home');
    await page.getByRole('heading', { name: 'Good morning' }).waitFor();
    await page.getByLabel('Acting as').selectOption('U4');
    await page.getByText('Nothing published yet').waitFor();
    expect(bodies()).toEqual([{ user: 'U1' }, { user: 'U4' }]);
  });
});

describe('commands', () => {
  it('are offered after a slash and sent as such', async () => {
    server().answers['/sandbox/command'] = () => ({ ack_ms: 40, status: 200, reply: { text: 'ok' } });
    const { page } = await visit('#finance-ops');
    const line = page.getByLabel('Write to #finance-ops');
    await line.pressSequentially('/');
    expect(await page.getByRole('listbox').getByRole('option').count()).toBe(6);
    await line.pressSequentially('re');
    await page.keyboard.press('Enter');
    expect(await line.inputValue()).toBe('/recon ');
    await line.pressSequentially('help');
    await page.keyboard.press('Enter');
    await page.getByText('/recon as ops1: acknowledged in 40 ms').waitFor();
    expect(server().posts).toEqual([
      {
        path: '/sandbox/command',
        body: { user: 'U1', channel: 'C1', command: '/recon', text: 'help' },
      },
    ]);
    expect(await line.inputValue()).toBe('');
  });

  it('keep what was typed when the app does not answer', async () => {
    server().answers['/sandbox/command'] = () => ({ ack_ms: 3000, status: 0, error: 'operation_timeout' });
    const { page } = await visit('#finance-ops');
    await page.getByLabel('Write to #finance-ops').fill('/incident');
    await page.keyboard.press('Enter');
    await page.getByText('/incident as ops1: operation_timeout').waitFor();
    expect(await page.getByLabel('Write to #finance-ops').inputValue()).toBe('/incident');
  });
});

describe('links and private answers', () => {
  it('leads from a permalink to its message', async () => {
    const { page } = await visit('#finance-approvals');
    await page.getByRole('link', { name: 'a chart' }).click();
    const target = log(page).getByRole('article', { name: /09:01/ });
    await expect.poll(() => hasFocus(target)).toBe(true);
    await page.goBack();
    await page.getByRole('link', { name: 'a reply' }).click();
    const reply = page.getByRole('log', { name: 'Thread' }).getByRole('article', { name: /09:05/ });
    await expect.poll(() => reply.getAttribute('class')).toContain('message-pointed');
    expect(await page.getByRole('link', { name: 'a reply' }).count()).toBe(0);
  });

  it('names groups, and louder those one is in', async () => {
    const { page } = await visit('#finance-approvals');
    const group = log(page).getByText('@finance-ops');
    expect(await group.getAttribute('class')).toContain('mention-me');
    await page.getByLabel('Acting as').selectOption('U4');
    await expect.poll(() => group.getAttribute('class')).toBe('mention');
    await log(page).getByText('@S9').waitFor();
  });

  it('shows private answers in channel and thread until dismissed', async () => {
    server().state.ephemerals.push({
      ...(server().state.ephemerals[0] as { user: string; channel: string; text: string; blocks: never[] }),
      ts: '1768457170.000100',
      thread_ts: '1768456800.000100',
      text: 'In the thread alone.',
    } as never);
    const { page } = await visit(DIGEST);
    await page.getByRole('log', { name: 'Thread' }).getByText('In the thread alone.').waitFor();
    expect(await log(page).getByText('In the thread alone.').count()).toBe(0);
    const note = log(page).getByText('You can close LOW findings yourself.');
    await log(page).getByText('Only visible to you').waitFor();
    await log(page).getByRole('button', { name: 'Dismiss' }).click();
    await note.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('log', { name: 'Thread' }).getByText('In the thread alone.').waitFor();
    expect(await note.count()).toBe(0);
  });

  it('wraps the long audit head beside a thread', async () => {
    const { page } = await visit(DIGEST);
    const code = log(page).getByText('mutabik-audit-head:v1').first();
    await code.waitFor();
    const overhang = await code.evaluate((element) => {
      const body = element.closest('.message-body') ?? element;
      return element.getBoundingClientRect().right - body.getBoundingClientRect().right;
    });
    expect(overhang).toBeLessThan(8);
  });

  it('says who is outside of a channel', async () => {
    const { page } = await visit('#security');
    await page.getByText('ops1 is not a member').waitFor();
  });
});

describe('the top', () => {
  it('shows how far the clock has moved', async () => {
    let arrive = (): void => {};
    const { page } = await visit('#finance-ops');
    await page.route('**/sandbox/clock', async (route) => {
      await new Promise<void>((resolve) => (arrive = resolve));
      await route.fulfill({ json: {} });
    });
    await page.getByRole('button', { name: '+24 h' }).click();
    const bar = page.getByRole('progressbar', { name: 'Moving the clock' });
    expect(Number(await bar.getAttribute('value'))).toBe(0);
    server().state.now = '2026-01-15T18:12:30.000Z';
    await expect.poll(async () => Number(await bar.getAttribute('value'))).toBeCloseTo(0.5, 2);
    await page.getByText('21:12').waitFor();
    arrive();
    await bar.waitFor({ state: 'detached' });
  });

  it('keeps the colours one chose', async () => {
    const { page } = await visit('#finance-ops', { colorScheme: 'light' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(246, 244, 238)');
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await paper()).toBe('rgb(19, 23, 21)');
    await page.reload();
    await page.getByRole('button', { name: 'Light colours' }).waitFor();
    expect(await paper()).toBe('rgb(19, 23, 21)');
  });

  it('lets two tabs act as two people', async () => {
    const { page } = await visit('#finance-ops');
    const other = await page.context().newPage();
    await other.goto(`${server().url}#finance-ops`);
    await other.getByLabel('Acting as').selectOption('U4');
    await page.reload();
    await page.getByText('You can close LOW findings yourself.').waitFor();
    expect(await page.getByLabel('Acting as').inputValue()).toBe('U1');
    await other.reload();
    await other.getByText('Only for the lead.').waitFor();
  });
});

describe('traffic', () => {
  it('is filtered by way, name and outcome, and can be copied', async () => {
    const { page } = await visit('#finance-ops', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Traffic' }).click();
    const traffic = page.getByRole('complementary', { name: 'Traffic' });
    const rows = traffic.locator('summary');
    await expect.poll(() => rows.count()).toBe(4);
    await traffic.getByLabel('Deliveries').check();
    expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('ack 31 ms')]);
    await traffic.getByLabel('Both ways').check();
    await traffic.getByLabel('Method or event').fill('post');
    expect(await rows.count()).toBe(2);
    await rows.last().click();
    const payload = traffic.getByRole('region', { name: 'Payload' });
    // Blocks travel as a string; they are read out.
    expect(await payload.innerText()).toContain('"type": "divider"');
    await traffic.getByRole('button', { name: 'Copy' }).click();
    await traffic.getByText('Copied').waitFor();
    expect(JSON.parse(await page.evaluate('navigator.clipboard.readText()'))).toEqual({
      channel: 'C1',
      text: 'Mutabık: 3 HIGH',
      blocks: [{ type: 'divider' }],
    });
  });
});

describe('five hundred messages', () => {
  it('open quickly and go back to the first', async () => {
    server().state.ephemerals = [];
    const [first, digest] = server().state.messages as [object, object];
    server().state.messages = Array.from({ length: 500 }, (_, index) => ({
      ...(index % 10 === 0 ? digest : first),
      ...(index % 10 === 0 ? {} : { text: `Message ${index}` }),
      ts: `${1_768_400_000 + index * 60}.000100`,
    }));
    const { page } = await visit('#finance-ops');
    await log(page).getByText('Message 499').waitFor();
    const shownAfterMs = Number(await page.evaluate('performance.now()'));
    expect(shownAfterMs).toBeLessThan(5_000);
    const back = async (): Promise<number> => {
      await log(page).evaluate((element) => void (element.scrollTop = 0));
      return await log(page).getByRole('article').count();
    };
    await expect.poll(back, { timeout: 60_000 }).toBe(500);
    await page.goto(`${server().url}#finance-ops//1768400060.000100`);
    await expect.poll(() => page.evaluate('document.activeElement.innerText')).toContain('Message 1');
  });
});
