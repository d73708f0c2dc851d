import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderOpenOverrides, renderOverrideRefusal } from '../../blocks/overrides-answers.ts';
import { overrideDetail } from '../../blocks/overrides-detail.ts';
import { overrideMarkup, overrideWords, proseLines } from '../../blocks/overrides-evidence.ts';
import { overrideForm } from '../../blocks/overrides-form.ts';
import { renderOverrideLine } from '../../blocks/overrides-line.ts';
import { renderOverrideNotice } from '../../blocks/overrides-notice.ts';
import { rejectForm } from '../../blocks/overrides-reject.ts';
import { renderOverride } from '../../blocks/overrides.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { OverrideModel } from '../../src/overrides/models.ts';
import { NOTICE_KINDS, OVERRIDE_STATES, QUORUM_RULES } from '../../src/overrides/types.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { makeForm, makeOpenOverride, VERDICTS } from '../support/override-forms.ts';
import {
  makeAttempt,
  makeFacts,
  makeNotice,
  makeOverrideModel,
  makeQuorum,
  makeVersion,
  makeVote,
} from '../support/override-models.ts';
import { liveMarkup, textObjects } from './reading.ts';

const LARGEST = 999_999_999_999_999_999n;
/** Slack's limit of a whole view, in bytes. docs.slack.dev/reference/methods/views.open */
const VIEW_BYTES = 250_000;

/** What might mention, link, format, break out of a code span, reorder or identify. */
const HOSTILE = [
  '<!channel> <@U0000000001> <#C1> <!subteam^S1> <https://evil.example|ok>',
  '`*_~`'.repeat(60),
  '&lt;!here&gt; & < >',
  '\u202Egnp.exe\u200B\u0000\n\n\r\n```',
  'TR33 0006 1005 1978 6457 8413 26 and 4111 1111 1111 1111 and a@b.example',
  'https://bank.example/`x`|<!channel>?a=b&c=<d> https://user@evil.example/ https://evil.example/_*x*_ ',
  '🧾'.repeat(3_000),
  '&'.repeat(3_000),
  '',
] as const;

function hostileModel(foreign: string, changes: Partial<OverrideModel['override']>): OverrideModel {
  const attempt = makeAttempt({
    attemptId: foreign,
    provider: foreign,
    reference: foreign,
    status: foreign,
    errorCode: foreign,
  });
  const largest = { availableMinor: `${LARGEST}`, heldMinor: `-${LARGEST}` };
  const facts = makeFacts({
    tenantId: foreign,
    transactionId: foreign,
    accountId: foreign,
    payeeRef: foreign,
    provider: foreign,
    state: foreign,
    currency: foreign,
    amountMinor: `${LARGEST}`,
    amountReportingMinor: `${LARGEST}`,
    attempts: Array.from({ length: 30 }, () => attempt),
    ledger: largest,
    wallet: largest,
    burns: 9_999,
    operation: {
      id: foreign,
      action: 'retry',
      state: 'unknown',
      requestedAt: '2026-01-14T06:00:00Z',
      endable: true,
    },
  });
  const vote = makeVote({
    personKey: foreign,
    userId: foreign as never,
    seat: `${foreign}x`,
    noInterest: true,
    reason: foreign,
  });
  const change = (
    ['state', 'amount', 'currency', 'payee', 'attempts', 'operation', 'condition'] as const
  ).map((what) => ({ what, before: foreign, after: foreign }));
  return makeOverrideModel(
    {
      subject: { kind: 'transaction', id: foreign },
      tenantId: foreign,
      target: foreign,
      basis: foreign,
      accountId: foreign,
      payeeRef: foreign,
      currency: foreign,
      amountMinor: LARGEST,
      amountReportingMinor: LARGEST,
      requestedBy: foreign,
      reasonCode: foreign as never,
      reason: foreign,
      ticket: foreign,
      evidence: `${foreign}\n`.repeat(80),
      endsOperationId: foreign,
      overBy: foreign,
      failure: { by: 'platform', code: foreign, means: 'other', reasons: [] },
      stateBefore: facts,
      stateAfter: facts,
      ...changes,
    },
    {
      version: makeVersion({
        version: 2_147_483_647,
        facts,
        quorum: makeQuorum({
          leads: 1,
          rules: [...QUORUM_RULES],
          sumReportingMinor: `${LARGEST}`,
          others: 9_999,
        }),
        changes: change,
      }),
      votes: [vote, { ...vote, vote: 'reject' }, { ...vote, lapsedAt: new Date('2026-01-15T07:00:00Z') }],
      clearedVotes: 9_999,
      tenantName: foreign,
      approvers: {
        userIds: Array.from({ length: 40 }, (_, index) => `${foreign}${index}` as never),
        leadIds: [],
        isUnknown: false,
      },
      beneficiary: { key: foreign, userIds: [] },
      operation: { id: foreign, state: 'unknown', trouble: foreign },
      tiers: { twoFrom: foreign, leadFrom: foreign },
    },
  );
}

const LINKS = /<https:\/\/[!-;=?-_a-{}~]+\|[^<>|`*_~]+>/g;
const isLive = (text: string): string[] => liveMarkup(text.replaceAll(LINKS, ''));

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.text.length).toBeLessThan(3_500);
  expect(isLive(content.text)).toEqual([]);
  for (const { type, text } of textObjects(content)) if (type === 'mrkdwn') expect(isLive(text)).toEqual([]);
  const all = JSON.stringify(content);
  for (const secret of ['4111 1111', '6457 8413', 'a@b.example']) expect(all).not.toContain(secret);
}

describe.each(LOCALES)('in %s, whatever others wrote', (locale) => {
  const texts = makeTexts(locale);
  const context = {
    locale,
    previousPermalink: 'https://x.slack.com/a',
    permalink: () => 'https://x.slack.com/b',
  };

  it.each(OVERRIDE_STATES)('messages keep their shape: %s', (state) => {
    for (const foreign of HOSTILE) {
      const model = hostileModel(foreign, { state });
      expectSound(renderOverride(model, context));
      expectSound(renderOverrideLine(model, context));
    }
  });

  it.each(NOTICE_KINDS)('notices keep their shape: %s', (kind) => {
    for (const foreign of HOSTILE)
      for (const state of ['open', 'failed'] as const)
        expectSound(renderOverrideNotice(makeNotice(kind, hostileModel(foreign, { state })), context));
  });

  it('views keep their shape', () => {
    for (const foreign of HOSTILE) {
      const model = hostileModel(foreign, { state: 'executed' });
      const verdicts = VERDICTS.map((verdict, index) => ({
        ...verdict,
        target: `${foreign.slice(0, 20)}${index}`,
        reasons: verdict.holds ? [] : [foreign],
      }));
      const form = makeForm({
        facts: model.version.facts,
        verdicts,
        beneficiary: model.beneficiary,
        tenantName: foreign,
        ticketPattern: foreign.repeat(9),
      });
      const views = [
        overrideDetail(model, texts, {
          versions: Array.from({ length: 40 }, (_, index) => ({ ...model.version, version: 40 - index })),
        }),
        overrideForm(form, { metadata: {} }, texts),
        rejectForm(model, { metadata: {} }, texts),
      ];
      for (const view of views) {
        expect(validateView(view)).toEqual([]);
        expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(VIEW_BYTES);
        for (const { type, text } of textObjects({ text: '', blocks: view.blocks }))
          if (type === 'mrkdwn') expect(isLive(text)).toEqual([]);
      }
    }
  });

  it('answers keep their shape', () => {
    const asking = { me: 'person:U1', now: new Date('2026-01-15T07:00:00Z'), zone: 'Europe/Istanbul' };
    for (const foreign of HOSTILE) {
      const list = Array.from({ length: 60 }, () =>
        makeOpenOverride({
          subjectId: foreign,
          target: foreign,
          basis: foreign,
          currency: foreign,
          requestedBy: foreign,
          link: foreign,
        }),
      );
      expectSound(renderOpenOverrides({ list, count: 99 }, texts, asking.zone));
      const verdicts = VERDICTS.map((verdict) => ({ ...verdict, target: foreign, reasons: [foreign] }));
      expectSound(renderOverrideRefusal({ why: 'no_target', verdicts }, texts, asking));
      expectSound(renderOverrideRefusal({ why: 'ticket_missing', pattern: foreign }, texts, asking));
      expectSound(renderOverrideRefusal({ why: 'not_yours', requestedBy: foreign }, texts, asking));
    }
  });
});

describe('evidence', () => {
  const markup = overrideMarkup(makeTexts('en'), 'Europe/Istanbul');
  const words = overrideWords(makeTexts('en'), 'Europe/Istanbul');
  const lineOf = (text: string) => proseLines(text, 3, markup).join('\n');

  it.each([
    ['https://bank.example/a/b', '<https://bank.example/a/b|bank.example/a/b>'],
    ['https://bank.example/', '<https://bank.example/|bank.example>'],
    ['see https://bank.example/a.', '`see` <https://bank.example/a|bank.example/a> `.`'],
    ['https://bank.example/?a=1&b=2', '<https://bank.example/?a=1&amp;b=2|bank.example>'],
    // A name before the host would make another host look like the bank.
    ['https://bank.example@evil.example/', '`https://[e-mail]/`'],
    ['http://bank.example/a', '`http://bank.example/a`'],
    ['javascript:alert(1)', '`javascript:alert(1)`'],
    ['<https://evil.example|bank>', '`&lt;` <https://evil.example|evil.example> `|bank&gt;`'],
    ['https://bank.example/TR330006100519786457841326', '`https://bank.example/[IBAN]`'],
    ['<!channel> *x*', '`&lt;!channel&gt; *x*`'],
  ])('%s is shown as %s', (text, shown) => {
    expect(lineOf(text)).toBe(shown);
  });

  it('counts the lines that it does not show', () => {
    expect(lineOf('a\nb\n\nc\nd\ne')).toBe('`a`\n`b`\n`c`\n2 more lines: see Details');
  });

  it('holds no link in words', () => {
    expect(proseLines('https://bank.example/a', 3, words)).toEqual(['https://bank.example/a']);
  });

  it('never comes out as markup of its own', () => {
    const part = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.webUrl({ validSchemes: ['https'], withFragments: true, withQueryParameters: true }),
      fc.constantFrom('<!here>', '|', '>', '`', '&', '\n', 'https://', '<@U1>'),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        for (const line of proseLines(parts.join(''), 20, markup)) expect(isLive(line)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
