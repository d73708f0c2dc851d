import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage } from '../../sandbox/page/build.ts';
import { makePageRoutes } from '../../sandbox/page/routes.ts';
import type { RunningApp } from '../../src/main.ts';
import { makeTexts, type TextKey } from '../../src/texts.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { launchBrowser } from './browser.ts';
import { takeSeat, type Seat } from './real-visit.ts';

/*
 * Service levels as people see them: asked in both languages, shown to the channel, and one outage of the API from its
 * first alert to its recovery. The clock begins on Thursday, 15 January 2026, 08:30.
 */
let stage: Stage;
let app: RunningApp;
let seat: Seat;

beforeAll(async () => {
  const page = makePageRoutes(await buildPage());
  stage = await openStage({ scale: 0.05, planted: false, slo: true, page, policy: withoutMornings });
  app = await stage.startApp();
  seat = await takeSeat(await launchBrowser(), `${stage.workspace.url}/#slo`);
  // The first snapshot reads a month back.
  await post('clock', { advance: '2m' });
}, 180_000);

afterAll(async () => {
  await seat?.stop();
  await app?.stop();
  await stage?.close();
}, 60_000);

const english = makeTexts('en');
const turkish = makeTexts('tr');
const API = { en: 'API availability', tr: 'API erişilebilirliği' };

describe('service levels in the browser', () => {
  it.each([
    ['engineer1', 'tr-TR', turkish, API.tr],
    ['engineer2', 'en-US', english, API.en],
  ] as const)('are told to %s, who reads %s', async (user, locale, texts, title) => {
    await post('user', { user, locale });
    await seat.actAs(user);
    await ask('/slo');
    const answer = seat.cardOf(title);
    await answer.getByText(texts.t('slo.health.met')).first().waitFor();
    for (const key of ['slo.button.details', 'slo.button.share'] satisfies TextKey[])
      await answer
        .getByRole('button', { name: texts.t(key) })
        .first()
        .waitFor();
    await seat.show(answer);
    await seat.picture(`slo-${locale}`);
    await ask(`/slo ${title}`);
    await seat
      .log()
      .getByText(texts.t('slo.answer.trend', { days: 30 }))
      .last()
      .waitFor();
    await seat.picture(`slo-one-${locale}`);
  });

  it('are shown to the channel, with a chart', async () => {
    await seat
      .log()
      .getByRole('button', { name: english.t('slo.button.share') })
      .last()
      .click();
    const shared = seat
      .log()
      .getByRole('article')
      .filter({ hasText: english.t('slo.title'), hasNotText: 'Only visible to you' });
    await shared.last().getByText(english.t('slo.share.chart')).waitFor();
    await seat.show(shared.last());
    await seat.picture('slo-shared');
    expect(await shared.count()).toBe(1);
  }, 60_000);

  it('burn while the API is down, and call somebody', async () => {
    await post('faults', { target: 'sli', kind: '500' });
    await post('clock', { advance: '6m' });
    const card = seat.cardOf(english.t('slo.burn.title.page', { name: API.en }));
    await card.getByText(english.t('slo.burn.nobody')).waitFor();
    await card.getByText(english.t('slo.burn.chart')).waitFor();
    await seat.show(card);
    await seat.picture('slo-burning');
    await card.getByRole('button', { name: english.t('slo.burn.button.acknowledge') }).click();
    await card.getByText('engineer2').first().waitFor();
    expect(await card.getByRole('button', { name: english.t('slo.burn.button.acknowledge') }).count()).toBe(
      0,
    );
    await seat.go('ops-alerts');
    const escalation = seat.cardOf(english.t('escalations.title.slo_burn', { name: 'api-availability' }));
    await escalation.getByText('engineer2').first().waitFor();
    await seat.picture('slo-escalation');
    await seat.go('slo');
  }, 120_000);

  it('recover, and the same message says so', async () => {
    await post('faults', { target: 'sli', kind: 'none' });
    await post('clock', { advance: '7h' });
    const card = seat.cardOf(english.t('slo.burn.title.recovered', { name: API.en }));
    await card.getByText(english.t('slo.burn.chart')).waitFor();
    await seat.show(card);
    await seat.picture('page-slo', { isDocs: true });
    await seat.go('ops-alerts');
    await seat
      .log()
      .getByText(/it has recovered/)
      .first()
      .waitFor();
    expect(seat.complaints).toEqual([]);
  }, 180_000);
});

async function ask(words: string): Promise<void> {
  await seat.page.getByLabel('Write to #slo').fill(words);
  await seat.page.keyboard.press('Enter');
}

async function post(path: string, body: object): Promise<void> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${stage.workspace.url}/sandbox/${path}`, init);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

function withoutMornings(text: string): string {
  const never = '{ cron: "0 0 1 1 *", catch_up: last }';
  return text
    .replace(/schedule: \{ cron: "0 9 [^}]*\}/, `schedule: ${never}`)
    .replace(/full_scan: \{[^}]*\}/, `full_scan: ${never}`);
}
