import { describe, expect, test } from 'vitest';
import { renderClosedHome, renderHome, renderMemberHome } from '../../blocks/home.ts';
import { renderNotice } from '../../blocks/notice.ts';
import type { HomeModel } from '../../src/home/load-home.ts';
import type { FindingId, OverrideId, UserId } from '../../src/ids.ts';
import { makeTexts } from '../../src/texts.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import { makePayoutSlo } from '../slo/ground.ts';
import { makeSource, makeStanding, makeSums, minutesAgo } from '../slo/standing-ground.ts';
import { makeClosing, makeLine } from './exemption-models.ts';

const NOW = new Date('2026-01-15T06:30:00Z');
const EMPTY: HomeModel = {
  state: {
    timeZone: 'Europe/Istanbul',
    running: null,
    last: null,
    settled: null,
    progress: null,
    full: null,
    nextAt: new Date('2026-01-16T06:00:00Z'),
  },
  unanswered: { lines: [], count: 0 },
  overrides: { lines: [], count: 0 },
  proposals: { lines: [], count: 0 },
  exemptions: { lines: [], count: 0, reviews: { lines: [], count: 0 } },
  held: { lines: [], count: 0 },
  promises: [],
  mine: { findings: [], page: 1, pages: 1, count: 0, choices: { rules: [], providers: [], tenants: [] } },
  timeZone: 'Europe/Istanbul',
  now: NOW,
};

const escalation = (number: number) => ({
  id: `00000000-0000-4000-8000-00000000000${number}`,
  title: { kind: 'finding', rule: 'R02', subject: { kind: 'transaction', id: 'tx_1' } } as const,
  severity: 'sev1' as const,
  startedAt: new Date('2026-01-15T05:55:00Z'),
  level: number - 1,
  message: { channelId: 'C1', ts: '1768456501.367000' },
});

const BUSY: HomeModel = {
  ...EMPTY,
  promises: [
    makeStanding(),
    makeStanding({ slo: makePayoutSlo(), sums: makeSums(80, 1_000) }),
    makeStanding({ source: makeSource({ silentSince: minutesAgo(9) }) }),
    makeStanding({ sums: makeSums(0, 0) }),
  ],
  exemptions: {
    lines: [makeLine('2026-02-05')],
    count: 7,
    reviews: { lines: [makeLine('2026-02-02', { state: 'closing' }, makeClosing())], count: 1 },
  },
  unanswered: { lines: [escalation(1), escalation(2)], count: 40 },
  held: { lines: [escalation(3)], count: 1 },
  overrides: {
    lines: [
      {
        id: '00000000-0000-4000-8000-0000000000d1' as OverrideId,
        kind: 'payout',
        tenantId: 'atlas',
        subjectId: 'wd_1',
        target: 'mark_paid',
        basis: 'bank_proof',
        amountMinor: 12_500n,
        currency: 'EUR',
        state: 'open',
        version: 1,
        approvals: 1,
        needed: 2,
        expiresAt: new Date('2026-01-15T11:30:00Z'),
        requestedBy: 'person:U00000OPS1',
        votedBy: ['U00000MGR1' as UserId],
        message: { channelId: 'C1', ts: '1768456501.367000', threadTs: '1768456500.000100' },
        link: null,
      },
    ],
    count: 3,
  },
  proposals: {
    lines: [
      {
        id: '00000000-0000-4000-8000-0000000000a1',
        findingId: '00000000-0000-4000-8000-0000000000f1' as FindingId,
        rule: 'R07',
        class: 'HIGH',
        proposedBy: 'person:U00000OPS1',
        until: new Date('2026-01-22T21:00:00Z'),
      },
    ],
    count: 1,
  },
};

const links = {
  digest: 'https://example.slack.com/archives/C1/p1768456801000000',
  permalink: ({ ts }: { ts: string }) => `https://example.slack.com/archives/C1/p${ts.replace('.', '')}`,
};

describe('Home', () => {
  test.each([
    ['empty', EMPTY],
    ['busy', BUSY],
  ])('%s looks as agreed and is a view that Slack takes', async (name, model) => {
    for (const locale of ['en', 'tr'] as const) {
      const view = renderHome(model, makeTexts(locale), links);
      expect(validateView(view)).toEqual([]);
      await expect(`${JSON.stringify(view, null, 2)}\n`).toMatchFileSnapshot(
        `golden/home-${name}.${locale}.json`,
      );
    }
  });

  test('of somebody without a role looks as agreed', async () => {
    for (const locale of ['en', 'tr'] as const) {
      const view = renderMemberHome(BUSY, makeTexts(locale));
      expect(validateView(view)).toEqual([]);
      await expect(`${JSON.stringify(view, null, 2)}\n`).toMatchFileSnapshot(
        `golden/home-member.${locale}.json`,
      );
    }
  });

  test('stands without the service levels, and says so', () => {
    for (const [locale, words] of [
      ['en', 'can’t be read now'],
      ['tr', 'şu anda okunamıyor'],
    ] as const)
      for (const view of [
        renderHome({ ...BUSY, promises: null }, makeTexts(locale), links),
        renderMemberHome({ ...BUSY, promises: null }, makeTexts(locale)),
      ]) {
        expect(validateView(view)).toEqual([]);
        expect(JSON.stringify(view)).toContain(words);
        expect(JSON.stringify(view)).not.toContain('✅');
      }
  });

  test('says only why to who may not see it', () => {
    const view = renderClosedHome(renderNotice('🔒', ['no']), makeTexts('en'));
    expect(validateView(view)).toEqual([]);
    expect(JSON.stringify(view)).not.toContain('Nobody has answered');
  });
});
