import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { fieldsModal, loadingModal, reviewModal, shownView } from './fixture-views.ts';
import { hasFocus, openVisits } from './visit.ts';

const { visit, server } = openVisits();

/** The page with these modals open for ops1, the top last. */
async function openModals(...views: object[]): Promise<Page> {
  server().state.views = { ops1: views };
  const { page } = await visit('#finance-ops');
  await page.getByRole('dialog').waitFor();
  return page;
}

const dialog = (page: Page) => page.getByRole('dialog');
const focused = (page: Page) =>
  page.evaluate('document.activeElement.innerText || document.activeElement.id');
const sent = (path: string) =>
  server()
    .posts.filter((post) => post.path === `/sandbox/${path}`)
    .map(({ body }) => body);

describe('a modal', () => {
  it('takes the focus, and Escape asks to close it', async () => {
    const { page } = await visit('#finance-ops');
    const button = page.getByRole('button', { name: 'Show all findings' });
    await button.focus();
    server().state.views = { ops1: [shownView(reviewModal, 'V1')] };
    await dialog(page).waitFor();
    await expect.poll(() => focused(page)).toBe('R01 · HIGH');
    await page.keyboard.press('Escape');
    await expect.poll(() => sent('close')).toEqual([{ user: 'U1', view_id: 'V1' }]);
    expect(await dialog(page).isVisible()).toBe(true);
    server().state.views = {};
    await dialog(page).waitFor({ state: 'hidden' });
    expect(await focused(page)).toBe('Show all findings');
  });

  it('keeps the Tab key inside', async () => {
    const page = await openModals(shownView(reviewModal, 'V1'));
    for (let press = 0; press < 20; press += 1) {
      await page.keyboard.press('Tab');
      // Chromium lets the focus pass through its own frame: then the document has none.
      expect(await page.evaluate('document.activeElement.closest("dialog, body").tagName')).toMatch(
        /DIALOG|BODY/,
      );
      const outside = await page.evaluate(
        'document.activeElement !== document.body && !document.activeElement.closest("dialog")',
      );
      expect(outside).toBe(false);
    }
  });

  it('sends what was filled in', async () => {
    const page = await openModals(shownView(reviewModal, 'V1'));
    await page.getByLabel('Accept until a day').check();
    await page.getByRole('combobox', { name: 'Reason' }).click();
    await page.getByRole('option', { name: 'Rounding' }).click();
    await page.getByLabel('Note').fill('One kuruş, seen in the statement');
    await page.getByText('32 / 500').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => sent('submit'))
      .toEqual([
        {
          user: 'U1',
          view_id: 'V1',
          values: {
            todo: { pick: 'accept' },
            reason: { pick: 'rounding' },
            note: { text: 'One kuruş, seen in the statement' },
          },
        },
      ]);
  });

  it('shows errors beside the fields until they are mended', async () => {
    server().answers['/sandbox/submit'] = () => ({
      ack_ms: 9,
      status: 200,
      errors: { reason: 'Choose one.', note: 'Too short.' },
    });
    const page = await openModals(shownView(reviewModal, 'V1'));
    await page.getByRole('button', { name: 'Save' }).click();
    const reason = page.getByRole('combobox', { name: 'Reason', description: 'Choose one.' });
    await expect.poll(() => hasFocus(reason)).toBe(true);
    expect(await reason.getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('alert').getByText('2 fields need another look.').waitFor();
    await page.getByLabel('Note').fill('Long enough now');
    await page.getByText('Too short.').waitFor({ state: 'detached' });
    expect(await page.getByText('Choose one.').isVisible()).toBe(true);
  });

  it('says that the app had trouble', async () => {
    server().answers['/sandbox/submit'] = () => ({ ack_ms: 3000, status: 0, error: 'operation_timeout' });
    const page = await openModals(shownView(reviewModal, 'V1'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('alert').getByText('operation_timeout').waitFor();
  });
});

describe('a stack', () => {
  it('keeps what was typed below', async () => {
    const below = shownView(reviewModal, 'V1');
    const page = await openModals(below);
    await page.getByLabel('Note').fill('half a thought');
    server().state.views = { ops1: [below, shownView(loadingModal, 'V2')] };
    await page.getByText('Loading…').waitFor();
    expect(await page.getByLabel('Note').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => sent('close')).toEqual([{ user: 'U1', view_id: 'V2' }]);
    server().state.views = { ops1: [below] };
    await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('half a thought');
  });

  it('closes as a whole when asked', async () => {
    const page = await openModals(shownView(reviewModal, 'V1'), shownView(loadingModal, 'V2'));
    await page.getByRole('button', { name: 'Close all' }).click();
    await expect.poll(() => sent('close')).toEqual([{ user: 'U1', view_id: 'V2', all: true }]);
  });

  it('fills a loading view in place', async () => {
    const page = await openModals(shownView(loadingModal, 'V1'));
    server().state.views = { ops1: [shownView(reviewModal, 'V1')] };
    await page.getByText('Wallet differs from ledger', { exact: true }).last().waitFor();
    expect(await dialog(page).getByText('Loading…').count()).toBe(0);
  });

  it('keeps typed words through an update', async () => {
    const page = await openModals(shownView(reviewModal, 'V1'));
    await page.getByLabel('Note').fill('still here');
    const [head, ...others] = reviewModal.blocks;
    const other = {
      ...reviewModal,
      title: { type: 'plain_text', text: 'R01 · closed' },
      blocks: [{ ...head, text: { type: 'mrkdwn', text: '*Closed by lead1*' } }, ...others],
    };
    server().state.views = { ops1: [shownView(other, 'V1')] };
    await page.getByRole('heading', { name: 'R01 · closed' }).waitFor();
    await dialog(page).getByText('Closed by lead1').waitFor();
    expect(await page.getByLabel('Note').inputValue()).toBe('still here');
  });
});

describe('a link in a modal', () => {
  it('leads to its message and out of the modals', async () => {
    const link = '<https://mutabik-local.slack.com/archives/C3/p1768456860000100|see it>';
    const text = { type: 'mrkdwn', text: link };
    const linked = { ...loadingModal, blocks: [{ type: 'section', block_id: 'link', text }] };
    const page = await openModals(shownView(linked, 'V1'));
    await page.getByRole('link', { name: 'see it' }).click();
    await expect.poll(() => sent('close')).toEqual([{ user: 'U1', view_id: 'V1', all: true }]);
    server().state.views = {};
    await dialog(page).waitFor({ state: 'hidden' });
    expect(page.url()).toBe(`${server().url}#slo//1768456860.000100`);
    await page.getByRole('article', { name: /09:01/ }).waitFor();
  });
});

describe('fields', () => {
  it('are of every kind, and sent as the workspace takes them', async () => {
    server().answers['/sandbox/options'] = () => ({
      options: [{ text: { type: 'plain_text', text: 'Payout 104' }, value: 'wd_104' }],
    });
    const page = await openModals(shownView(fieldsModal, 'V1'));
    const pick = async (name: string, typed: string): Promise<void> => {
      await page.getByRole('combobox', { name: new RegExp(`^${name}`) }).fill(typed);
      await page.keyboard.press('Enter');
    };
    await pick('Providers', 'pay');
    await pick('Providers', 'wire');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove Wire' }).waitFor();
    await pick('Who', 'LEAD');
    await pick('Where', 'slo');
    await page.getByRole('combobox', { name: /^Payout/ }).fill('10');
    await page.getByRole('option', { name: 'Payout 104' }).click();
    await page.getByLabel('Provider asked').check();
    await page.getByLabel('Statement seen').check();
    await page.getByLabel('Until').fill('2026-02-01');
    await page.getByLabel('At (optional)', { exact: true }).fill('09:30');
    await page.getByLabel('Moment').fill('2026-01-16T10:00');
    await page.getByLabel('Amount').fill('12.50');
    await page.getByLabel('Page').fill('https://example.com/a');
    await page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await expect
      .poll(() => sent('submit').map(({ values }) => values))
      .toEqual([
        {
          providers: { pick: ['paycell', 'wire'] },
          who: { pick: 'U4' },
          where: { pick: 'C3' },
          payout: {
            'payouts.find': {
              text: { type: 'plain_text', text: 'Payout 104', emoji: true },
              value: 'wd_104',
            },
          },
          checks: { pick: ['statement', 'provider'] },
          day: { pick: '2026-02-01' },
          hour: { pick: '09:30' },
          // 10:00 in Istanbul.
          moment: { pick: '1768546800' },
          amount: { text: '12.50' },
          page: { text: 'https://example.com/a' },
        },
      ]);
    expect(sent('options').at(-1)).toEqual({
      user: 'U1',
      view_id: 'V1',
      action_id: 'payouts.find',
      block_id: 'payout',
      value: '10',
    });
  });

  it('are checked before anything is sent', async () => {
    const page = await openModals(shownView(fieldsModal, 'V1'));
    await page.getByLabel('Amount').fill('5000.01');
    await page.getByLabel('Page').fill('example');
    await page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await page.getByText('Must be 5000 or less.').waitFor();
    await page.getByText('Must be a web address').waitFor();
    expect(sent('submit')).toEqual([]);
  });

  it('ask the app while one types, where they dispatch', async () => {
    const page = await openModals(shownView(fieldsModal, 'V1'));
    await page.getByLabel('Asks while typing').pressSequentially('pay');
    await expect
      .poll(() => sent('click'))
      .toEqual([
        {
          user: 'U1',
          view_id: 'V1',
          action_id: 'fields.typed',
          block_id: 'search',
          option: 'pay',
          values: { search: { 'fields.typed': 'pay' } },
        },
      ]);
  });

  it('choose at once outside of inputs', async () => {
    const page = await openModals(shownView(fieldsModal, 'V1'));
    await page.getByRole('combobox', { name: 'Class' }).click();
    await page.getByRole('option', { name: 'HIGH' }).click();
    await expect
      .poll(() => sent('click').map(({ action_id, option }) => [action_id, option]))
      .toEqual([['findings.filter_class', 'HIGH']]);
    expect(await page.getByRole('combobox', { name: 'Class' }).inputValue()).toBe('HIGH');
  });

  it('obey the arrow keys, and Escape closes only the list', async () => {
    const page = await openModals(shownView(reviewModal, 'V1'));
    await page.getByRole('combobox', { name: 'Reason' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    expect(sent('close')).toEqual([]);
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'ArrowUp', 'Enter'])
      await page.keyboard.press(key);
    expect(await page.getByRole('combobox', { name: 'Reason' }).inputValue()).toBe('Fee not announced');
    await dialog(page).getByRole('button', { name: 'More actions' }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => sent('click').map(({ option }) => option)).toEqual(['findings.history:f_1']);
  });
});
