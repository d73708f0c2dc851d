import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../sandbox/page/build.ts';
import { makePageRoutes } from '../../sandbox/page/routes.ts';
import type { RunningApp } from '../../src/main.ts';
import { makeTexts, type TextKey } from '../../src/texts.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { launchBrowser } from './browser.ts';
import { takeSeat, type Seat } from './real-visit.ts';

/*
 * One exemption from its first day, Thursday, 15 January, until the day after its last, Sunday, 15 February 2026. Two steps
 * before the deadline fall on Saturdays and come on the Friday.
 */
const NAME = 'Payment provider API key';
const FIRST_NAGS = [
  ['2026-01-30', 15],
  ['2026-02-06', 8],
] as const;

let stage: Stage;
let app: RunningApp;
let seat: Seat;

beforeAll(async () => {
  const page = makePageRoutes(await buildPage());
  stage = await openStage({ scale: 0.01, planted: false, page, policy: withoutMornings });
  app = await stage.startApp();
  seat = await takeSeat(await launchBrowser(), `${stage.workspace.url}/#finance-ops`);
}, 120_000);

afterAll(async () => {
  await seat?.stop();
  await app?.stop();
  await stage?.close();
}, 60_000);

const english = makeTexts('en');
const turkish = makeTexts('tr');

describe('thirty-one days of an exemption, in the browser', () => {
  it('begin when ops1 adds it for owner1', async () => {
    const { page, dialog } = seat;
    const fact = (name: 'risk' | 'route' | 'owner') => turkish.t(`exemptions.fact.${name}`);
    await seat.actAs('ops1');
    await page.getByLabel('Write to #finance-ops').fill('/exemption add');
    await page.keyboard.press('Enter');
    await dialog().getByLabel(turkish.t('exemptions.add.name')).fill(NAME);
    await dialog().getByLabel(turkish.t('exemptions.add.place')).fill('production');
    await pick(fact('risk'), turkish.t('findings.class.HIGH'));
    await pick(fact('route'), turkish.t('exemptions.add.route.procure'));
    await pick(fact('owner'), /owner1|Aslı Demir/);
    await dialog().getByLabel(turkish.t('exemptions.add.mitigation')).fill('Sağlayıcının sınama ortamı.');
    await seat.picture('exemption-form');
    await dialog()
      .getByRole('button', { name: turkish.t('exemptions.add.submit'), exact: true })
      .click();
    await dialog().waitFor({ state: 'hidden' });
    await seat.log().getByText('EX-1').waitFor();
  }, 60_000);

  it.each(FIRST_NAGS)('remind owner1 on %s, in Turkish', async (day, days) => {
    await seat.actAs('owner1');
    await moveTo(`${day}T10:05:00+03:00`);
    await directMessages();
    await expectNewest(turkish, turkish.t('exemptions.stands.left', { days }));
  });

  it('go on in English, once owner1 reads that', async () => {
    await post('user', { user: 'owner1', locale: 'en-US' });
    await moveTo('2026-02-11T10:05:00+03:00');
    await expectNewest(english, '3 days left');
    await seat.log().getByText(turkish.t('exemptions.nag.older')).last().waitFor();
    await moveTo('2026-02-13T10:05:00+03:00');
    await expectNewest(english, '1 day left');
    await seat.picture('page-exemption', { isDocs: true });
  });

  it('are over at the end of the last day', async () => {
    await seat.page.getByRole('button', { name: '+24 h' }).click();
    await expectNewest(english, 'due today');
    await seat.page.getByRole('button', { name: '+24 h' }).click();
    await expectNewest(english, 'OVERDUE by 1 day');
    expect(await nags().count()).toBe(6);
    await seat.picture('exemption-overdue');
  });

  it('tell the lead, security and whoever escalations reach', async () => {
    await seat.actAs('lead1');
    await directMessages();
    const told = nags().last();
    await told.getByText(turkish.t('exemptions.stands.overdue', { days: 1 })).waitFor();
    await told.getByText('son günü geçti ve kapatılmadı').waitFor();
    expect(await told.getByRole('button', { name: turkish.t('exemptions.button.done') }).count()).toBe(0);
    await seat.picture('exemption-lead');
    await seat.go('security');
    const roll = seat.cardOf(english.t('exemptions.roll.title', { count: 1 }));
    await roll.getByText('EX-1').waitFor();
    await seat.cardOf('Security review').waitFor();
    await seat.picture('exemption-security');
    await seat.go('ops-alerts');
    await escalation().getByRole('button', { name: 'Acknowledge' }).waitFor();
    await seat.picture('exemption-escalation');
  });

  it('let owner1 hand in what proves that it is done', async () => {
    const { dialog } = seat;
    await seat.actAs('owner1');
    await directMessages();
    await nags()
      .last()
      .getByRole('button', { name: english.t('exemptions.button.done'), exact: true })
      .click();
    await dialog().getByLabel('Link to the proof').fill('https://ci.example/run/1');
    await dialog().getByLabel('What it proves').fill('The test key gets 401, the real one 200.');
    await seat.picture('exemption-hand-in');
    await dialog()
      .getByRole('button', { name: english.t('exemptions.hand_in.submit'), exact: true })
      .click();
    await dialog().waitFor({ state: 'hidden' });
    await nags().last().getByText('handed in, waits for review').waitFor();
    expect(await doneButtons(english).count()).toBe(0);
    await seat.picture('exemption-handed-in');
  });

  it('end when security1 accepts it', async () => {
    const { dialog } = seat;
    await seat.actAs('security1');
    await seat.go('security');
    const card = seat.cardOf(english.t('exemptions.closing.waiting', { name: 'EX-1' }));
    await card.getByText('The test key gets 401').waitFor();
    await card.getByText('Handed in by @owner1').waitFor();
    await seat.show(card);
    await seat.picture('exemption-closing');
    await card.getByRole('button', { name: 'Accept', exact: true }).click();
    await dialog().getByRole('button', { name: 'Close it', exact: true }).click();
    await seat.cardOf(english.t('exemptions.closing.accepted', { name: 'EX-1' })).waitFor();
    // A channel takes one message a second.
    await post('clock', { advance: '1m' });
    const roll = seat.cardOf(english.t('exemptions.roll.title', { count: 1 }));
    await roll.getByText('✅ closed').waitFor();
    await seat.picture('exemption-closed');
    await seat.go('ops-alerts');
    await escalation().getByText('it was closed with evidence').waitFor();
    expect(await escalation().getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await seat.actAs('owner1');
    await directMessages();
    await nags().last().getByText('closed').first().waitFor();
    await seat.picture('exemption-over');
    expect(seat.complaints).toEqual([]);
  });
});

/** Not the answers to owner1's own presses, which only they see. */
const nags = (): Locator =>
  seat.log().getByRole('article').filter({ hasText: 'EX-1', hasNotText: 'Only visible to you' });
const escalation = (): Locator => seat.cardOf(`Exemption past its deadline: ${NAME}`);

const doneButtons = ({ t }: typeof english): Locator =>
  seat.log().getByRole('button', { name: t('exemptions.button.done'), exact: true });

/** The newest reminder says so and has the buttons; those before have none. */
async function expectNewest({ t }: typeof english, standing: string): Promise<void> {
  const newest = nags().last();
  await newest.getByText(standing).waitFor({ timeout: 60_000 });
  for (const name of ['done', 'extend', 'not_mine'] as const) {
    const key: TextKey = `exemptions.button.${name}`;
    await newest.getByRole('button', { name: t(key), exact: true }).waitFor();
  }
  await post('idle', {});
  await expect
    .poll(async () => (await doneButtons(english).count()) + (await doneButtons(turkish).count()))
    .toBe(1);
}

async function pick(label: string, option: string | RegExp): Promise<void> {
  await seat.dialog().getByRole('combobox', { name: label }).click();
  await seat.page.getByRole('listbox').getByRole('option', { name: option }).first().click();
}

const directMessages = (): Promise<void> => seat.go('Direct messages');

/** Over the days between, on which nothing is due, in one leap: lived through hour by hour they take 5 s each. */
async function moveTo(to: string): Promise<void> {
  await stage.clock.moveTo(new Date(`${to.slice(0, 10)}T08:00:00+03:00`));
  await post('clock', { to });
}

async function post(path: string, body: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${stage.workspace.url}/sandbox/${path}`, init);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

/** Thirty-one reconciliations of nothing take longer than all the rest. */
function withoutMornings(text: string): string {
  const never = '{ cron: "0 0 1 1 *", catch_up: last }';
  return text
    .replace(/schedule: \{ cron: "0 9 [^}]*\}/, `schedule: ${never}`)
    .replace(/full_scan: \{[^}]*\}/, `full_scan: ${never}`);
}
