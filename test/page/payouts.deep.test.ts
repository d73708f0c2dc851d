import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRealVisit, type RealVisit } from './real-visit.ts';

let visit: RealVisit;

beforeAll(async () => {
  visit = await openRealVisit('ops-alerts');
  await visit.actAs('ops2');
}, 180_000);

afterAll(async () => {
  await visit?.stop();
}, 60_000);

const FAILED = { state: 'payout_failed', age: '10m' };

/** Effects that the platform ever made, of all payouts. */
async function effects(): Promise<unknown[]> {
  return ((await visit.sandbox.get('/sandbox/platform')) as { effects: unknown[] }).effects;
}

describe('payouts in the browser', () => {
  it('sends a failed payout again, once confirmed, until it is paid', async () => {
    const { page, dialog, show, picture } = visit;
    const before = (await effects()).length;
    const { id } = await visit.make({ ...FAILED, amount: '1250.00', currency: 'TRY', provider: 'kuzey-pay' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByText('A retry is safe').waitFor();
    // As high as the message, so that no other is cut.
    await page.setViewportSize({ width: 1280, height: 770 });
    await show(card);
    await picture('page-payout', { isDocs: true });
    await page.setViewportSize({ width: 1280, height: 900 });

    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog()
      .getByText(/₺1,250\.00 to account ••\w{4} through kuzey-pay/)
      .waitFor();
    await picture('payout-confirm');
    await dialog().getByRole('button', { name: 'Not now' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(await effects()).toHaveLength(before);
    expect(await card.getByText('Retry by').count()).toBe(0);

    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByRole('button', { name: 'Send again' }).click();
    await card.getByText('the platform made a new attempt').waitFor();
    await show(card);
    await picture('payout-sent');
    expect(await effects()).toHaveLength(before + 1);
    await card.getByText('Payout is on its way again').waitFor();
    await card.getByText('Sent on this proof').waitFor();
    await show(card);
    await picture('payout-way');

    await visit.advance('15m');
    await card.getByText(/^Paid at /).waitFor();
    expect(await card.locator('.line-through').first().textContent()).toContain(
      'Payout failed, funds are held',
    );
    expect(await card.getByRole('button', { name: /Retry|Recheck|Escalate|More/ }).count()).toBe(0);
    await show(card);
    await picture('payout-paid');
    expect(await effects()).toHaveLength(before + 1);
  });

  it('says unknown of a retry whose answer was lost, then what became of it', async () => {
    const { dialog, show, picture } = visit;
    const before = (await effects()).length;
    const { id } = await visit.make({ ...FAILED, amount: '88.00', currency: 'EUR', provider: 'kuzey-pay' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await visit.sandbox.post('/sandbox/faults', { target: 'platform.retry', kind: 'lost_reply', times: 1 });
    await visit.sandbox.post('/sandbox/faults', { target: 'platform.lookup', kind: '500', times: 3 });
    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByRole('button', { name: 'Send again' }).click();
    await card.getByText('unknown whether it was done').waitFor();
    expect(await card.getByRole('button', { name: /Retry|Recheck/ }).count()).toBe(0);
    await show(card);
    await picture('payout-operation-unknown');
    await visit.advance('5m');
    await card.getByText('the platform made a new attempt').waitFor();
    expect(await effects()).toHaveLength(before + 1);
  });

  it('asks a silent provider again until it answers', async () => {
    const { show, picture } = visit;
    const made = { amount: '310.00', currency: 'EUR', provider: 'atlas-bank', state: 'processing' };
    const { id, attempt } = await visit.make({ ...made, age: '35m' });
    await visit.tell({ attempt, answer: 'silent' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByText('Unknown: the provider has not answered').waitFor();
    expect(await card.getByRole('button', { name: 'Retry' }).count()).toBe(0);
    await card.getByRole('button', { name: 'Recheck' }).click();
    await card.getByText('the provider was asked about 1 attempt').waitFor();
    await card.getByText('Unknown: the provider has not answered').waitFor();
    await show(card);
    await picture('payout-unknown');

    await visit.tell({ attempt, answer: 'pending' });
    await card.getByRole('button', { name: 'Recheck' }).click();
    await card.getByText('the provider says that it is still pending').waitFor();
    await show(card);
    await picture('payout-known');
    await visit.tell({ attempt, answer: 'succeed' });
    await visit.advance('5m');
    await card.getByText(/^Paid at /).waitFor();
    await show(card);
    await picture('payout-known-paid');
    expect(await card.getByRole('button', { name: /Retry|Recheck|Escalate|More/ }).count()).toBe(0);
  });

  it('opens details from the menu, and refuses a guest in private', async () => {
    const { page, dialog, show, picture } = visit;
    const before = (await effects()).length;
    const { id } = await visit.make({ ...FAILED, amount: '64.00', currency: 'USD', provider: 'kuzey-pay' });
    await visit.advance('5m');
    const card = visit.cardOf(id);
    await card.getByRole('button', { name: 'More actions' }).click();
    await picture('payout-menu');
    await page.getByRole('menuitem', { name: 'Details' }).click();
    await dialog().getByText('Nobody has retried or rechecked it from here.').waitFor();
    await closeAll('ops2');
    await visit.actAs('guest1');
    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByRole('button', { name: 'Send again' }).click();
    await visit.log().getByText('Guests can').waitFor();
    await picture('payout-guest');
    await visit.actAs('engineer1');
    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByRole('button', { name: 'Send again' }).click();
    await visit.log().getByText('Only visible to you').last().waitFor();
    await show(card);
    await picture('payout-engineer');
    await visit.actAs('ops2');
    expect(await card.getByText('Retry by').count()).toBe(0);
    expect(await effects()).toHaveLength(before);
  });

  it('sends nothing when the payout has moved meanwhile', async () => {
    const { dialog, show, picture } = visit;
    const before = (await effects()).length;
    const made = await visit.make({ ...FAILED, amount: '77.00', currency: 'USD', provider: 'mavi-wire' });
    await visit.advance('5m');
    const card = visit.cardOf(made.id);
    await card.getByRole('button', { name: 'Retry' }).waitFor();
    await visit.tell({ attempt: made.attempt, answer: 'succeed' });
    await card.getByRole('button', { name: 'Retry' }).click();
    await dialog().getByRole('button', { name: 'Send again' }).click();
    await card.getByText('not sent, decided at').waitFor();
    await card.getByText('it was not safe any more').waitFor();
    await show(card);
    await picture('payout-refused');
    expect(await effects()).toHaveLength(before);
  });

  it('makes one message of six payouts, with a list', async () => {
    const { dialog, show, picture } = visit;
    for (const amount of ['11.00', '12.00', '13.00', '14.00', '15.00', '16.00'])
      await visit.make({ ...FAILED, amount, currency: 'KWD', provider: 'mavi-wire' });
    await visit.advance('5m');
    const card = visit.cardOf('payouts with one cause');
    await card.getByRole('button', { name: 'Show list' }).waitFor();
    await show(card);
    await picture('payout-group');
    await card.getByRole('button', { name: 'Show list' }).click();
    await dialog().getByText('only those of one message').waitFor();
    await dialog().getByText('retry is safe').first().waitFor();
    await picture('payout-group-list');
    await dialog().getByRole('button', { name: 'Details' }).first().click();
    await dialog().getByText('What was done').waitFor();
    await picture('payout-group-detail');
    await closeAll('ops2');
  });

  it('lists payouts, filters them and opens one', async () => {
    const { page, dialog, picture } = visit;
    await page.getByLabel('Write to #ops-alerts').fill('/payouts');
    await page.keyboard.press('Enter');
    await dialog().getByText('of 2').first().waitFor();
    await picture('payout-list');
    await page.getByRole('combobox', { name: 'Any provider' }).fill('atlas');
    await page.keyboard.press('Enter');
    await expect.poll(() => dialog().getByText('kuzey-pay').count()).toBe(0);
    await picture('payout-list-filtered');
    await dialog().getByRole('button', { name: 'Details' }).first().click();
    await dialog().getByText('What was done').waitFor();
    await picture('payout-detail');
    await closeAll('ops2');
  });

  it('speaks Turkish to a Turkish reader in private', async () => {
    const { page, dialog, picture } = visit;
    await visit.actAs('ops1');
    await page.getByLabel('Write to #ops-alerts').fill('/payouts failed');
    await page.keyboard.press('Enter');
    await dialog().getByText('ödemenin').waitFor();
    await picture('payout-list-tr');
    await dialog().getByRole('button', { name: 'Ayrıntılar' }).first().click();
    await dialog().getByText('Yapılanlar').waitFor();
    await picture('payout-detail-tr');
    await closeAll('ops1');
  });

  it('stands on a phone in the dark', async () => {
    const { page, show, picture } = visit;
    await visit.actAs('ops2');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await show(visit.cardOf('it was not safe any more'));
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await picture('payout-phone');
    expect(visit.complaints).toEqual([]);
  });
});

async function closeAll(name: string): Promise<void> {
  const { views } = (await visit.sandbox.get('/sandbox/state')) as {
    views: Record<string, { id: string }[]>;
  };
  await visit.sandbox.post('/sandbox/close', { user: name, view_id: views[name]?.[0]?.id, all: true });
  await visit.dialog().waitFor({ state: 'hidden' });
}
