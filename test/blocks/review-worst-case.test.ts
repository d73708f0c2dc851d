import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderAcceptance } from '../../blocks/acceptance.ts';
import { renderHelp } from '../../blocks/recon.ts';
import { renderReview } from '../../blocks/review.ts';
import { renderList, type ListModel } from '../../blocks/show-all.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import { CHANGES } from '../../src/findings/act-types.ts';
import { EVIDENCE_ARGUMENTS, type EvidenceKey } from '../../src/findings/evidence.ts';
import type { AcceptanceModel } from '../../src/findings/load-acceptance.ts';
import type { ReviewedFinding, ReviewModel } from '../../src/findings/review-model.ts';
import type { AccountId, TenantId } from '../../src/ids.ts';
import { LOCALES, makeTexts, type Texts } from '../../src/texts.ts';
import { argumentsOf } from './evidence-arguments.ts';
import { liveMarkup, textObjects } from './reading.ts';
import { historyLine, makeAcceptance, makeList, makeReview, makeReviewed } from './review-models.ts';

const LARGEST = 999_999_999_999_999_999n;
const LATER = new Date('2026-02-01T00:00:00Z');
const KEYS = Object.keys(EVIDENCE_ARGUMENTS) as EvidenceKey[];
/** Slack's limit of a whole view, in bytes. docs.slack.dev/reference/methods/views.open */
const VIEW_BYTES = 250_000;

function hostileFinding(foreign: string, key: EvidenceKey): ReviewedFinding {
  return makeReviewed({
    rule: key.slice(0, 3),
    tenantId: foreign as TenantId,
    subject: { kind: 'transaction', id: foreign },
    accountId: foreign as AccountId,
    provider: foreign,
    currency: foreign,
    amountMinor: LARGEST,
    amountReportingMinor: LARGEST,
    evidence: { key, args: argumentsOf(key, foreign) },
    owner: foreign.slice(0, 20),
    closedBy: `person:${foreign}`,
    closedAt: LATER,
    closedReason: foreign,
  });
}

function hostileReview(foreign: string, key: EvidenceKey): ReviewModel {
  return makeReview({
    finding: hostileFinding(foreign, key),
    tenantName: foreign,
    history: CHANGES.map((change) =>
      historyLine({
        change,
        actor: foreign,
        note: foreign,
        reason: foreign,
        rule: foreign,
        until: LATER,
      }),
    ),
    earlier: 10_000,
    viewers: Array.from({ length: 5 }, () => foreign),
    companions: Array.from({ length: 5 }, () => ({
      id: foreign || 'x',
      rule: foreign,
      class: 'HIGH',
      state: 'open',
    })),
    proposal: { by: foreign, at: LATER, until: LATER, reason: foreign },
    escalation: { id: 'e', state: 'acknowledged', level: 9, ackedBy: foreign as never, link: foreign },
    canEscalate: true,
    undo: { seq: 2_147_483_647, change: 'resolved', until: LATER },
  });
}

function hostileList(foreign: string): ListModel {
  const choice = (index: number) => ({ value: index.toString(16).padStart(12, '0'), name: foreign });
  const choices = Array.from({ length: 99 }, (_, index) => choice(index));
  const { evidence: _evidence, ...finding } = hostileFinding(foreign, 'R01');
  return makeList(
    { run: { id: 'r' as never, label: foreign, link: foreign }, tenantNames: new Map([[foreign, foreign]]) },
    {
      findings: Array.from({ length: 10 }, () => finding),
      count: 10_000,
      pages: 1_000,
      choices: {
        rules: Array.from({ length: 18 }, (_, index) => `R${10 + index}`),
        providers: choices,
        tenants: choices,
      },
    },
  );
}

function hostileAcceptance(foreign: string, state: AcceptanceModel['acceptance']['state']): AcceptanceModel {
  const by = { proposedBy: foreign, decidedBy: `person:${foreign}`, decidedAt: LATER };
  const model = makeAcceptance({
    state,
    ...by,
    note: foreign,
    reason: foreign,
    rule: foreign,
    currency: foreign,
  });
  return { ...model, finding: hostileFinding(foreign, 'R28.shared_reference') };
}

function expectDead(blocks: readonly object[], text = ''): void {
  const markups = textObjects({ text: '', blocks }).filter(({ type }) => type === 'mrkdwn');
  for (const shown of [text, ...markups.map((markup) => markup.text)]) {
    expect([shown, ...liveMarkup(shown)]).toEqual([shown]);
    expect(shown).not.toMatch(/[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u);
  }
  for (const markup of markups) expect(markup.text.split('`').length % 2).toBe(1);
}

function expectSound(foreign: string, key: EvidenceKey, texts: Texts): void {
  const views = [
    renderReview(hostileReview(foreign, key), texts, { channelId: 'C1', notice: [] }),
    renderList(hostileList(foreign), texts, 'C1'),
  ];
  for (const view of views) {
    expect(validateView(view)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(view))).toBeLessThan(VIEW_BYTES);
    expectDead(view.blocks);
  }
  const context = { locale: texts.locale, previousPermalink: foreign, permalink: () => null };
  const messages = [
    renderAcceptance(hostileAcceptance(foreign, 'proposed'), context),
    renderAcceptance(hostileAcceptance(foreign, 'overtaken'), context),
    renderHelp(texts, foreign),
  ];
  for (const { blocks, text } of messages) {
    expect(validateMessageBlocks(blocks)).toEqual([]);
    expect(text.length).toBeLessThan(3_500);
    expectDead(blocks, text);
  }
}

describe.each(LOCALES)('the worst case in %s', (locale) => {
  it.each([
    ['nothing', ''],
    ['4,000 letters', 'a'.repeat(4_000)],
    ['4,000 ampersands', '&'.repeat(4_000)],
    ['4,000 backticks', '`'.repeat(4_000)],
    ['4,000 emoji', '👩‍💻'.repeat(1_000)],
    ['half an emoji', `${'x'.repeat(79)}\uD83D`],
    ['a broadcast', '<!channel> <!here> @channel'],
    ['a mention', 'U00000OPS1> <@U00000OPS1> *bold*'],
    ['a link', 'https://evil.example|click'],
  ])('is valid and dead with %s in every foreign place', (_, foreign) => {
    for (const key of KEYS) expectSound(foreign, key, makeTexts(locale));
  });
});

it('any text in every foreign place stays dead', () => {
  const control = fc
    .array(
      fc.constantFrom('<', '>', '&', '`', '!', '@', '|', '^', '#', '\n', '*', '\u202E', '\u200B', 'U1'),
      {
        maxLength: 120,
      },
    )
    .map((parts) => parts.join(''));
  const codeUnits = fc
    .array(fc.nat(0xffff), { maxLength: 200 })
    .map((units) => String.fromCharCode(...units));
  fc.assert(
    fc.property(fc.oneof(codeUnits, control), fc.constantFrom(...KEYS), (foreign, key) =>
      expectSound(foreign, key, makeTexts('tr')),
    ),
    { numRuns: 60 },
  );
});
