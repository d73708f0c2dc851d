import { describe, expect, it } from 'vitest';
import {
  describeOverrideRefusal,
  renderAsked,
  renderCanceled,
  renderOpenOverrides,
  renderOverrideHelp,
  renderOverrideRefusal,
  renderProofAsked,
  renderRejected,
  renderRenewed,
  renderVoted,
} from '../../blocks/overrides-answers.ts';
import { describeAgainst, describeFailure, nextStep } from '../../blocks/overrides-words.ts';
import { wordsMedium } from '../../blocks/medium.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { AGAINST } from '../../src/overrides/payout-targets.ts';
import type { OverrideRefusal } from '../../src/overrides/refusals.ts';
import {
  OVERRIDE_STATES,
  PAYOUT_CHOICES,
  QUORUM_RULES,
  REASON_CODES,
  type OverrideFailure,
} from '../../src/overrides/types.ts';
import { REFUSAL_MEANINGS } from '../../src/platform/types.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { makeOpenOverride, VERDICTS } from '../support/override-forms.ts';
import { MANAGER1, MANAGER2, OVERRIDE_ID } from '../support/override-models.ts';
import { liveMarkup, textObjects } from './reading.ts';

const LINK = 'https://example.slack.com/archives/C0PAYOUTS/p1768459260000200';
const ME = `person:${MANAGER1}`;
const OTHER = `person:${MANAGER2}`;
const AT = new Date('2026-01-15T06:41:00Z');
const asking = { me: ME, now: new Date('2026-01-15T06:45:00Z'), zone: 'Europe/Istanbul', link: LINK };

type Table = { [Why in OverrideRefusal['why']]: Extract<OverrideRefusal, { why: Why }>[] };

/** Each refusal with its variants: one without an entry doesn't compile. */
const REFUSALS: Table = {
  not_found: [{ why: 'not_found' }],
  repeated: [{ why: 'repeated' }],
  open_already: [ME, OTHER].map((by) => ({
    why: 'open_already',
    overrideId: OVERRIDE_ID,
    message: null,
    by,
    at: AT,
  })),
  no_target: [{ why: 'no_target', verdicts: VERDICTS.filter(({ holds }) => !holds) }],
  not_offered: [
    { why: 'not_offered', reasons: [] },
    { why: 'not_offered', reasons: ['burned', 'attempt_open'] },
  ],
  nobody_approves: [
    { why: 'nobody_approves', needed: 2, leads: 0, eligible: 1, eligibleLeads: 0 },
    { why: 'nobody_approves', needed: 2, leads: 1, eligible: 0, eligibleLeads: 0 },
    { why: 'nobody_approves', needed: 2, leads: 1, eligible: 3, eligibleLeads: 0 },
  ],
  roles_unread: [{ why: 'roles_unread' }],
  unreadable: [{ why: 'unreadable' }],
  ticket_missing: [{ why: 'ticket_missing', pattern: '[A-Z]+-[0-9]+' }],
  reason_missing: [{ why: 'reason_missing' }],
  evidence_missing: [{ why: 'evidence_missing' }],
  decided: [
    ...[ME, OTHER, null, 'job:override'].map((by) => ({
      why: 'decided' as const,
      state: 'rejected' as const,
      by,
      at: AT,
    })),
    ...OVERRIDE_STATES.map((state) => ({ why: 'decided' as const, state, by: null, at: AT })),
  ],
  renewed: [{ why: 'renewed', version: 2 }],
  changed: [{ why: 'changed', changes: [{ what: 'state', before: 'payout_failed', after: 'paid' }] }],
  expired: [{ why: 'expired', at: AT }],
  requester: [{ why: 'requester' }],
  beneficiary: [{ why: 'beneficiary' }],
  not_eligible: [{ why: 'not_eligible' }],
  role_new: [{ why: 'role_new' }],
  seat_taken: [{ why: 'seat_taken', by: MANAGER2 }],
  voted: [
    { why: 'voted', vote: 'approve', at: AT },
    { why: 'voted', vote: 'reject', at: AT },
  ],
  not_yours: [{ why: 'not_yours', requestedBy: OTHER }],
};

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const { text } of markups) expect(liveMarkup(text)).toEqual([]);
}

describe.each(LOCALES)('in %s', (locale) => {
  const texts = makeTexts(locale);
  const medium = wordsMedium(texts, asking.zone);

  it('answers look as agreed', async () => {
    const contents = [
      ...Object.values(REFUSALS)
        .flat()
        .map((refusal) => renderOverrideRefusal(refusal, texts, asking)),
      renderAsked({}, texts),
      renderAsked({}, texts, LINK),
      renderVoted({ reached: false, approvals: 1, needed: 2 }, texts),
      renderVoted({ reached: true, approvals: 2, needed: 2 }, texts),
      renderRejected({}, texts),
      renderRenewed({ version: 2 }, texts),
      renderCanceled({}, texts),
      renderProofAsked(texts),
      renderOverrideHelp(texts),
      renderOpenOverrides({ list: [], count: 0 }, texts, asking.zone),
      renderOpenOverrides(
        {
          list: [makeOpenOverride(), makeOpenOverride({ state: 'void', amountMinor: null, link: null })],
          count: 2,
        },
        texts,
        asking.zone,
      ),
    ];
    for (const content of contents) expectSound(content);
    const words = `${JSON.stringify(
      contents.map(({ text }) => text),
      null,
      2,
    )}\n`;
    await expect(words).toMatchFileSnapshot(`golden/override-answers.${locale}.json`);
  });

  it.each(AGAINST)('a reason against it has its words: %s', (reason) => {
    expect(describeAgainst(reason, medium)).not.toBe(reason);
  });

  it.each([...REFUSAL_MEANINGS, 'left_unknown', 'expired', 'void', 'overridden'] as const)(
    'a failure has its words and its next step: %s',
    (means) => {
      const failure: OverrideFailure = { by: 'platform', code: null, means, reasons: [] };
      expect(describeFailure(failure, medium).length).toBeGreaterThan(5);
      expect(nextStep(failure, medium)[0]!.length).toBeGreaterThan(20);
    },
  );

  it('every word of a request has its text', () => {
    const keys = [
      ...PAYOUT_CHOICES.flatMap(({ target, basis }) => [
        `overrides.target.${target}`,
        `overrides.effect.${target}`,
        `overrides.basis.${basis}`,
      ]),
      ...REASON_CODES.map((code) => `overrides.reason.${code}`),
      ...QUORUM_RULES.map((rule) => `overrides.rule.${rule}`),
      ...OVERRIDE_STATES.flatMap((state) => [`overrides.state.${state}`, `overrides.short.${state}`]),
    ];
    expect(keys.filter((key) => !texts.has(key))).toEqual([]);
  });
});

describe('an answer', () => {
  const texts = makeTexts('en');

  it('links to the request that is open already', () => {
    const [, refusal] = REFUSALS.open_already;
    expect(describeOverrideRefusal(refusal!, texts, asking)).toContain(`<${LINK}|See the request>`);
    expect(describeOverrideRefusal(refusal!, texts, { ...asking, link: null })).not.toContain('<http');
  });

  it('tells nobody that they were quicker than themselves', () => {
    const [own, other] = REFUSALS.decided;
    expect(describeOverrideRefusal(own!, texts, asking)).toContain('you settled this 4 min ago');
    expect(describeOverrideRefusal(other!, texts, asking)).toContain(`<@${MANAGER2}>`);
  });

  it('lists twenty, and counts the others', () => {
    const list = Array.from({ length: 20 }, () => makeOpenOverride());
    const content = renderOpenOverrides({ list, count: 23 }, texts, asking.zone);
    expectSound(content);
    expect(content.text).toContain('23 open overrides');
    expect(JSON.stringify(content.blocks)).toContain('3 more');
    expect(content.blocks).toHaveLength(22);
  });
});
