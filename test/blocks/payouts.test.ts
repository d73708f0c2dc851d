import { describe, expect, it } from 'vitest';
import { renderPayout } from '../../blocks/payouts.ts';
import { renderNotKnown, renderPayoutsHelp, renderRequestRefusal } from '../../blocks/payouts-answers.ts';
import { renderPayoutDetail } from '../../blocks/payouts-detail.ts';
import { renderPayoutGroup } from '../../blocks/payouts-group.ts';
import { filterOf, renderPayoutList } from '../../blocks/payouts-list.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import { FURTHER_REASONS, NOT_SAFE_REASONS, OFFER_REASONS } from '../../src/operations/retry-safe.ts';
import type { Refusal, RequestOutcome, Trouble } from '../../src/operations/types.ts';
import { NO_FILTER } from '../../src/payouts/types.ts';
import { PROVIDER_ANSWERS, REFUSAL_MEANINGS } from '../../src/platform/types.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts, type Locale } from '../../src/texts.ts';
import { GROUPS, makePayoutList } from './payouts-list-models.ts';
import {
  attempt,
  finished,
  makeDetail,
  makeModel,
  operation,
  OPS1,
  PAYOUTS,
  PROOF,
  SENT,
  underWay,
  UNKNOWN,
} from './payouts-models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const contextIn = (locale: Locale) => ({ locale, previousPermalink: null, permalink: () => null });
const REASONS = [...NOT_SAFE_REASONS, ...FURTHER_REASONS, ...OFFER_REASONS];
const TROUBLES: readonly Trouble[] = [
  'unreachable',
  'paused',
  'busy',
  'unauthorised',
  'time_limit',
  'connection',
  'status',
  'shape',
  'finance_unavailable',
  'crashed',
  'pending',
  'not_found',
];
const MEANINGS: readonly Refusal['means'][] = [
  ...REFUSAL_MEANINGS,
  'not_safe',
  'too_late',
  'checks_failed',
  'not_there',
  'changed',
  'overridden',
  'expired',
  'void',
];

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.text.length).toBeLessThan(3_500);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const text of [content.text, ...markups.map((each) => each.text)])
    expect(liveMarkup(text)).toEqual([]);
}

async function expectGolden(content: object, name: string): Promise<void> {
  await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
}

/** The ids of what can be pressed, menus with their options. */
function pressable({ blocks }: { blocks: readonly object[] }): string[] {
  const found: string[] = [];
  JSON.stringify(blocks, (_, node: unknown) => {
    if (typeof node !== 'object' || node === null) return node;
    if ('action_id' in node && !String(node.action_id).endsWith('.more')) found.push(String(node.action_id));
    if ('value' in node && !('action_id' in node)) found.push(`…${String(node.value).split(':')[0]}`);
    return node;
  });
  return found;
}

describe.each(LOCALES)('in %s', (locale) => {
  const context = contextIn(locale);
  const texts = makeTexts(locale);
  const asking = { me: OPS1, now: new Date('2026-01-15T06:45:00Z'), zone: 'Europe/Istanbul' };

  it.each(Object.entries(PAYOUTS))('a payout looks as agreed: %s', async (name, model) => {
    const content = renderPayout(model, context);
    expectSound(content);
    await expectGolden(content, `payout-${name}.${locale}`);
  });

  it.each(Object.entries(GROUPS))('many of one cause look as agreed: %s', async (name, model) => {
    const content = renderPayoutGroup(model, context);
    expectSound(content);
    await expectGolden(content, `payouts-group-${name}.${locale}`);
  });

  it('lists look as agreed', async () => {
    const filter = { ...NO_FILTER, state: 'stuck', provider: 'gone-pay', ageMinutes: 60, amountFrom: 1_000 };
    const none = { payouts: [], count: 0, pages: 1, perCurrency: [] };
    const views = [
      makePayoutList({ page: 2 }),
      makePayoutList({ ...none, filter }),
      makePayoutList({ ...none, all: 0 }),
    ].map((model) => renderPayoutList(model, texts, 'C1'));
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `payouts-list.${locale}`);
  });

  it('details look as agreed', async () => {
    const past = operation({
      ...SENT,
      id: 'b',
      state: 'refused',
      refusal: { by: 'platform', code: 'STATE', means: 'wrong_state', reasons: [] },
    });
    const current = PAYOUTS['operation-succeeded']!;
    const views = [
      makeDetail(PAYOUTS['failed-not_safe']),
      makeDetail(current, { history: [current.standing.last, past] }),
      makeDetail(),
    ].map((model) =>
      renderPayoutDetail(model, texts, {
        channelId: 'C1',
        link: 'https://example.slack.com/archives/C1/p1',
        notice: ['✅ …'],
      }),
    );
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `payouts-detail.${locale}`);
  });

  it('answers to a press look as agreed', async () => {
    const by = { id: '1', action: 'retry' as const, at: new Date('2026-01-15T06:41:00Z') };
    const other = { ...by, by: 'person:U0000000LEA' };
    const outcomes: Extract<RequestOutcome, { ok: false }>[] = [
      { ok: false, why: 'not_found' },
      { ok: false, why: 'under_way', operation: { ...other, state: 'sent' } },
      { ok: false, why: 'under_way', operation: { ...by, by: OPS1, state: 'accepted' } },
      { ok: false, why: 'already_done', operation: { ...other, state: 'succeeded' } },
      { ok: false, why: 'already_done', operation: { ...by, by: OPS1, action: 'recheck', state: 'refused' } },
      { ok: false, why: 'not_offered', reasons: ['attempt_open'], isOver: false },
      { ok: false, why: 'not_offered', reasons: [], isOver: false },
      { ok: false, why: 'not_offered', reasons: [], isOver: true },
    ];
    const words = outcomes.map((outcome) => renderRequestRefusal(outcome, texts, asking));
    const all = [...words, renderNotKnown('<!channel> `x`', texts, asking.zone), renderPayoutsHelp(texts)];
    for (const content of all) expectSound(content);
    await expectGolden(
      all.map(({ text }) => text),
      `payouts-answers.${locale}`,
    );
  });

  it.each(REASONS)('a reason against a retry has its words: %s', (reason) => {
    const model = makeModel({ offersRetry: false, reasons: [reason, 'rate_unknown'] });
    const { text } = renderPayout(model, context);
    expect(text).not.toContain(reason);
    expect(text).toContain(texts.t('payouts.unsafe.title'));
    expect(pressable(renderPayout(model, context))).not.toContain('payouts.retry');
  });

  it.each(TROUBLES)('a trouble has its words: %s', (trouble) => {
    for (const state of ['accepted', 'unknown'] as const) {
      const { text } = renderPayout(makeModel({}, underWay({ ...UNKNOWN, state, trouble })), context);
      expect(text).toContain(texts.t(`operations.trouble.${trouble}`));
    }
  });

  it.each(MEANINGS)('a refusal has its words: %s', (means) => {
    for (const by of ['us', 'platform', 'override'] as const) {
      const refusal = { by, code: by === 'us' ? null : 'CODE', means, reasons: [] };
      const { text } = renderPayout(makeModel({}, finished({ ...SENT, state: 'refused', refusal })), context);
      expect(text).toContain(texts.t(`operations.refusal.${means}`));
    }
  });

  it.each(PROVIDER_ANSWERS)('an answer has its words: %s', (answer) => {
    const { text } = renderPayout(makeModel({ attempts: [attempt({ answer })] }), context);
    expect(text).toMatch(texts.t(`payouts.answer.${answer}`, { at: 'AT' }).split('AT')[0]!.slice(0, 20));
  });
});

describe('what can be pressed', () => {
  const actionsOf = (name: string) => pressable(renderPayout(PAYOUTS[name]!, contextIn('en')));

  it.each([
    ['failed-safe', ['payouts.retry', 'payouts.recheck', '…payouts.escalate', '…payouts.open']],
    ['failed-not_safe', ['payouts.recheck', 'payouts.escalate', '…payouts.open']],
    ['failed-cooldown', ['payouts.recheck', 'payouts.escalate', '…payouts.open']],
    ['failed-no_recheck', ['payouts.escalate', '…payouts.open']],
    ['failed-no_idempotency', ['payouts.recheck', 'payouts.escalate', '…payouts.open']],
    ['stuck-escalated', ['payouts.recheck', '…payouts.open']],
    ['operation-accepted', ['payouts.escalate', '…payouts.open']],
    ['operation-unknown', ['payouts.escalate', '…payouts.open']],
    ['paid', []],
    ['gone', []],
  ])('of %s is this', (name, expected) => {
    expect(actionsOf(name)).toEqual(expected);
  });

  it('is never more than two buttons and a menu', () => {
    for (const model of Object.values(PAYOUTS)) {
      const { blocks } = renderPayout(model, contextIn('en'));
      const buttons = JSON.stringify(blocks).match(/"type":"button"/g) ?? [];
      expect(buttons.length).toBeLessThanOrEqual(2);
    }
  });

  it('carries the payout and the intent, and asks before money moves', () => {
    const json = JSON.stringify(renderPayout(makeModel({}, finished({})), contextIn('en')).blocks);
    expect(json).toContain('"value":"5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77:2"');
    expect(json).toContain('₺4,200.00 to account ••0042 through kuzey-pay');
  });

  it('is not in Details twice', () => {
    const view = renderPayoutDetail(makeDetail(), makeTexts('en'), { channelId: null, link: null });
    expect(pressable(view)).toEqual(['payouts.retry', 'payouts.recheck', '…payouts.escalate']);
  });
});

describe('a payout', () => {
  it('masks its account in the message, and shows it in Details', () => {
    const text = allText(renderPayout(makeModel(), contextIn('en')));
    expect(text).toContain('••0042');
    expect(text).not.toContain('acc-000042');
    const view = renderPayoutDetail(makeDetail(), makeTexts('en'), { channelId: null, link: null });
    expect(JSON.stringify(view)).toContain('acc-000042');
  });

  it('that is over has its head crossed out', () => {
    expect(allText(renderPayout(PAYOUTS['paid']!, contextIn('en')))).toMatch(/~[^~]*₺4,200\.00~/);
    expect(renderPayout(PAYOUTS['paid']!, contextIn('en')).text).not.toContain('~');
  });

  it('says what its retry was sent on', () => {
    const { text } = renderPayout(makeModel({}, { ...finished(SENT), proof: PROOF }), contextIn('en'));
    expect(text).toContain('attempt 1: failed for good');
    expect(text).toContain('no burn');
  });
});

describe('a filter', () => {
  it('takes what the menus offer, and nothing else', () => {
    const kept = { ...NO_FILTER, group: '6a2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a88' };
    expect(filterOf({ provider: 'kuzey-pay', age: '60', amount: '1000', state: 'any' }, kept)).toEqual({
      ...kept,
      provider: 'kuzey-pay',
      ageMinutes: 60,
      amountFrom: 1_000,
    });
    expect(filterOf({ age: '61', amount: '-1', tenant: 'x'.repeat(500) }, kept)).toEqual(kept);
  });

  it('keeps what no menu told', () => {
    const kept = { ...NO_FILTER, provider: 'kuzey-pay', ageMinutes: 30 };
    expect(filterOf({ amount: '10' }, kept)).toEqual({ ...kept, amountFrom: 10 });
  });
});
