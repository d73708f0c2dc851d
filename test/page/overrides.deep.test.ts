import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTexts, type Locale } from '../../src/texts.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { openRealVisit, type RealVisit } from './real-visit.ts';

/** Who asks reads the other language than the channel is in. */
const ASKERS = { en: { name: 'ops1', locale: 'tr' }, tr: { name: 'ops2', locale: 'en' } } as const;

/** Words as the channel shows them, in its language. */
function shownIn(locale: Locale) {
  const { t } = makeTexts(locale);
  return {
    safe: t('payouts.safe.title'),
    request: t('overrides.button.request'),
    waiting: t('overrides.state.open'),
    approve: t('overrides.button.approve'),
    yes: t('overrides.confirm.yes'),
    done: t('overrides.state.executed'),
    one: t('overrides.stand.open', { approvals: 1, needed: 2 }),
    closed: locale === 'en' ? /^Paid at / : /^Ödendi: /,
    byHand: t('overrides.stand.executed'),
    link: t('overrides.stand.link'),
  };
}

/** Words of the form and of the answers, in the language of whoever asks. */
function toldIn(locale: Locale) {
  const { t } = makeTexts(locale);
  const choice = { target: t('overrides.target.mark_paid'), basis: t('overrides.basis.bank_proof') };
  const bank = t('overrides.reason.bank_confirmed');
  return {
    what: t('overrides.form.what'),
    choice: t('overrides.choice', choice),
    reason: t('overrides.form.reason'),
    bank: `${bank.charAt(0).toLocaleUpperCase(locale)}${bank.slice(1)}`,
    note: t('overrides.form.note'),
    ticket: t('overrides.form.ticket'),
    evidence: t('overrides.form.evidence'),
    submit: t('overrides.form.submit'),
    asked: t('overrides.answer.asked'),
    own: t('overrides.refused.requester'),
  };
}

describe.each(['en', 'tr'] as const)('an override in the browser, channels in %s', (locale) => {
  const asker = ASKERS[locale];
  const words = shownIn(locale);
  const form = toldIn(asker.locale);
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-policy-'));
  let visit: RealVisit;
  let id: string;
  let thread: Locator;

  beforeAll(async () => {
    const example = readFileSync(join(CHECKOUT, 'policy.example.yml'), 'utf8');
    const file = join(folder, 'policy.yml');
    writeFileSync(file, example.replaceAll(/locale: (en|tr) \}/g, `locale: ${locale} }`));
    visit = await openRealVisit('ops-alerts', { POLICY_FILE: file });
    thread = visit.page.getByRole('log', { name: 'Thread' });
  }, 180_000);

  afterAll(async () => {
    await visit?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const picture = (name: string) => visit.picture(`override-${locale}-${name}`);

  async function pick(label: string, option: string): Promise<void> {
    const { page, dialog } = visit;
    await dialog().getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option }).click();
  }

  it('is asked for from the alert, with what stands there before one', async () => {
    const { page, dialog, show } = visit;
    await visit.actAs(asker.name);
    const made = {
      state: 'payout_failed',
      age: '10m',
      amount: '2450.00',
      currency: 'EUR',
      provider: 'kuzey-pay',
    };
    ({ id } = await visit.make(made));
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByText(words.safe).waitFor();
    await card.getByRole('button', { name: 'More actions' }).click();
    await show(card);
    await picture('menu');
    await page.getByRole('menuitem', { name: words.request }).click();
    await dialog().getByText(form.what).waitFor();
    await picture('form');
    await pick(form.what, form.choice);
    await pick(form.reason, form.bank);
    await dialog().getByLabel(form.note).fill('The bank shows it as booked, see the statement.');
    await dialog().getByLabel(form.ticket).fill('no ticket');
    await dialog().getByLabel(form.evidence).fill('https://bank.example.org/statements/4711?day=2026-01-15');
    await dialog().getByRole('button', { name: form.submit, exact: true }).click();
    await dialog().getByText('[A-Z]+-[0-9]+').last().waitFor();
    await picture('form-error');
    await dialog().getByLabel(form.ticket).fill('OPS-4711');
    await dialog().getByRole('button', { name: form.submit, exact: true }).click();
    await dialog().waitFor({ state: 'hidden' });
    await visit.log().getByText(form.asked).waitFor();
    await card.getByText('1 reply').click();
    await thread.getByText(words.waiting).waitFor();
    await picture('thread');
  }, 120_000);

  it('is refused to whoever asked, and approved by two', async () => {
    const { dialog } = visit;
    await approve();
    await thread.getByText(form.own).waitFor();
    await picture('own');
    await visit.actAs('manager1');
    await thread.getByRole('button', { name: words.approve, exact: true }).click();
    await picture('confirm');
    await dialog().getByRole('button', { name: words.yes, exact: true }).click();
    await visit.cardOf(id).getByText(words.one).waitFor();
    await picture('one');
    await visit.actAs('manager2');
    await approve();
    await thread.getByText(words.done).first().waitFor();
    await picture('done');
    expect(await thread.getByRole('button', { name: words.approve }).count()).toBe(0);
  }, 120_000);

  it('closes the alert and the finding, which link to it', async () => {
    const { page, dialog, show } = visit;
    await visit.advance('10m');
    const card = visit.cardOf(id);
    await card.getByText(words.closed).waitFor();
    await card.getByText(words.byHand).waitFor();
    await show(card);
    await picture('alert');
    await page.getByLabel('Write to #ops-alerts').fill(`/recon ${id}`);
    await page.keyboard.press('Enter');
    // manager2 reads English.
    await dialog()
      .getByRole('link', { name: shownIn('en').link })
      .waitFor();
    await picture('finding');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    await visit.go('finance-approvals');
    await visit.log().getByText(words.done).waitFor();
    await picture('line');
    expect(visit.complaints).toEqual([]);
  }, 120_000);

  async function approve(): Promise<void> {
    await thread.getByRole('button', { name: words.approve, exact: true }).click();
    await visit.dialog().getByRole('button', { name: words.yes, exact: true }).click();
  }
});
