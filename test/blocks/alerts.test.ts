import { describe, expect, it } from 'vitest';
import { renderAlert } from '../../blocks/alerts.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { ALERT_KINDS, type Alert, type AlertArgs, type AlertKind } from '../../src/alerts/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const HOSTILE = '<!channel> `rm` 4111111111111111';

const ARGS: AlertArgs = {
  task_failed: { task: 'reconcile', key: 'slot:daily:2026-01-15T06:00:00.000Z', error: HOSTILE },
  slot_missed: {
    schedule: 'reconciliation',
    count: 3,
    firstAt: '2026-01-13T06:00:00Z',
    lastAt: '2026-01-15T06:00:00Z',
  },
  card_failed: { card: 'digest', channel: 'finance-ops', error: 'not_in_channel' },
  file_failed: { card: 'digest', channel: 'finance-ops', file: 'findings.csv', error: HOSTILE },
  run_failed: { label: '2026-01-15', state: 'failed', error: 'finance_unavailable' },
  page_failed: { error: 'the pager did not answer: fetch failed' },
  operation_unknown: { transaction: 'tx_1', since: '2026-01-15T02:00:00.000Z' },
  platform_unauthorised: { status: 401 },
  platform_unreachable: { failures: 5 },
  slack_unreachable: { firstAt: '2026-01-15T02:00:00.000Z', lastAt: '2026-01-15T03:04:00.000Z' },
  audit_broken: { seq: 1042, problem: 'the hash does not follow from the row' },
  route_reaches_nobody: { count: 2, levels: 'audit 1, findings 2' },
  owner_unreachable: { exemption: 'EX-7', person: 'U0OWNER1', error: 'user_disabled' },
  slo_blind: {
    slo: 'payout',
    since: '2026-01-15T02:00:00.000Z',
    error: 'canceling statement due to statement timeout',
  },
  owner_left: { exemption: 'EX-7', person: 'U0OWNER1', heir: 'security' },
};

function makeAlert(kind: AlertKind, changes: Partial<Alert> = {}): Alert {
  return {
    id: '7b8f',
    kind,
    subject: { kind: 'job', id: 'slot:daily:1' },
    severity: 'sev2',
    args: ARGS[kind],
    count: 3,
    state: 'open',
    firstAt: new Date('2026-01-15T06:00:00Z'),
    lastAt: new Date('2026-01-15T06:20:00Z'),
    resolvedAt: null,
    ...changes,
  } as Alert;
}

const render = (alert: Alert, locale: 'en' | 'tr') =>
  renderAlert(
    { alert, timeZone: 'Europe/Istanbul' },
    { locale, previousPermalink: null, permalink: () => null },
  );

describe.each(LOCALES)('an alert in %s', (locale) => {
  it.each(ALERT_KINDS)('looks as agreed and is safe: %s', async (kind) => {
    const content = render(makeAlert(kind), locale);
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    expect(textObjects(content).flatMap(({ text }) => liveMarkup(text))).toEqual([]);
    expect(allText(content) + content.text).not.toContain('4111111111111111');
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/alert-${kind}.${locale}.json`,
    );
  });

  it('looks as agreed once resolved', async () => {
    const resolvedAt = new Date('2026-01-15T07:00:00Z');
    const content = render(makeAlert('run_failed', { state: 'resolved', resolvedAt, count: 1 }), locale);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/alert-resolved.${locale}.json`,
    );
  });
});

describe('an alert', () => {
  it('says how bad it is in words', () => {
    expect(render(makeAlert('audit_broken', { severity: 'sev1' }), 'en').text).toMatch(
      /^🚨 Sev-1, act now: /,
    );
  });

  it('gives no advice once resolved', () => {
    const text = allText(render(makeAlert('run_failed', { state: 'resolved' }), 'en'));
    expect(text).not.toContain('run the reconciliation again');
    expect(text).toContain('✅ Resolved:');
  });
});
