import { describe, expect, it } from 'vitest';
import { renderOverride } from '../../blocks/overrides.ts';
import { requestOverrideButton, requestOverrideOption } from '../../blocks/overrides-button.ts';
import { overrideDetail } from '../../blocks/overrides-detail.ts';
import { FORM_INPUTS, loadingForm, overrideForm } from '../../blocks/overrides-form.ts';
import { renderOverrideLine } from '../../blocks/overrides-line.ts';
import { renderOverrideNotice } from '../../blocks/overrides-notice.ts';
import { renderOverrideProof } from '../../blocks/overrides-proof.ts';
import { rejectForm } from '../../blocks/overrides-reject.ts';
import { parsePressed } from '../../blocks/actions.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { ProofModel } from '../../src/overrides/load-proof.ts';
import type { MessageContent } from '../../src/ports.ts';
import { NOTICE_KINDS, OVERRIDE_STATES, REASONS_OF, type NoticeKind } from '../../src/overrides/types.ts';
import { LOCALES, makeTexts, type Locale } from '../../src/texts.ts';
import { makeForm, VERDICTS } from '../support/override-forms.ts';
import {
  LEAD1,
  makeNotice,
  makeOverrideModel,
  makeVersion,
  MANAGER1,
  MANAGER2,
  OVERRIDE_ID,
  OVERRIDES,
} from '../support/override-models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const LINK = 'https://example.slack.com/archives/C0PAYOUTS/p1768459260000200';
const contextIn = (locale: Locale) => ({ locale, previousPermalink: null, permalink: () => LINK });

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

/** What can be pressed: buttons by their ids, a menu's options by what they stand for. */
function pressable(content: { blocks: readonly object[] }): string[] {
  const found: string[] = [];
  JSON.stringify(content.blocks, (_, node: unknown) => {
    if (typeof node !== 'object' || node === null) return node;
    const { action_id: action, value } = node as { action_id?: unknown; value?: unknown };
    if (typeof action === 'string' && typeof value === 'string') found.push(action);
    if (action === undefined && typeof value === 'string') found.push(`…${value.split(':')[0]}`);
    return node;
  });
  return found;
}

const NOTICED: Readonly<Record<NoticeKind, string>> = {
  remind_half: 'open-voted',
  remind_last: 'open-lead_needed',
  voided: 'void',
  approved: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  executed: 'executed',
  failed: 'failed-platform',
};

describe.each(LOCALES)('in %s', (locale) => {
  const context = contextIn(locale);
  const texts = makeTexts(locale);

  it.each(Object.entries(OVERRIDES))('the card looks as agreed: %s', async (name, model) => {
    const content = renderOverride(model, context);
    expectSound(content);
    await expectGolden(content, `override-${name}.${locale}`);
  });

  it('the line looks as agreed', async () => {
    const lines = Object.values(OVERRIDES).map((model) => renderOverrideLine(model, context));
    for (const line of lines) expectSound(line);
    await expectGolden(lines, `override-lines.${locale}`);
  });

  it('notices look as agreed', async () => {
    const notices = NOTICE_KINDS.map((kind) =>
      renderOverrideNotice(makeNotice(kind, OVERRIDES[NOTICED[kind]]!), context),
    );
    const late = [
      renderOverrideNotice(makeNotice('remind_half', OVERRIDES['executed']!), context),
      renderOverrideNotice(makeNotice('voided', OVERRIDES['renewed']!, 1), context),
    ];
    for (const notice of [...notices, ...late]) expectSound(notice);
    await expectGolden([...notices, ...late], `override-notices.${locale}`);
  });

  it('an approval that is told of when it is settled looks as agreed', async () => {
    const settled = [OVERRIDES['executed']!, OVERRIDES['failed-platform']!, OVERRIDES['canceled']!];
    const notices = settled.map((model) => renderOverrideNotice(makeNotice('approved', model), context));
    for (const notice of notices) expectSound(notice);
    for (const [index, { override }] of settled.entries())
      expect(notices[index]!.text).toContain(
        texts.t('overrides.notice.approved_over', { state: texts.t(`overrides.short.${override.state}`) }),
      );
    await expectGolden(notices, `override-approved-over.${locale}`);
  });

  it('the message that carries a proof looks as agreed', async () => {
    const proof: ProofModel = {
      proofId: '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a88',
      overrideId: OVERRIDE_ID,
      subjectId: 'wd-2026-0001234 <!channel> `x`',
      askedAt: new Date('2026-01-15T07:05:00Z'),
      isSigned: true,
      timeZone: 'Europe/Istanbul',
    };
    const messages = [
      renderOverrideProof(proof, context),
      renderOverrideProof({ ...proof, isSigned: false }, { ...context, previousPermalink: LINK }),
    ];
    for (const content of messages) expectSound(content);
    await expectGolden(messages, `override-proof.${locale}`);
  });

  it('what was erased leaves no gap', () => {
    const erased = { reason: '', ticket: '', evidence: '', overReason: '' };
    for (const state of OVERRIDE_STATES) {
      const model = makeOverrideModel({ ...erased, state });
      expectSound(renderOverride(model, context));
      expect(validateView(overrideDetail(model, texts))).toEqual([]);
    }
  });

  it('forms look as agreed', async () => {
    const none = VERDICTS.map((verdict) => ({ ...verdict, holds: false, reasons: ['burned'] }));
    const metadata = { id: 'wd-2026-0001234' };
    const views = [
      loadingForm(texts),
      overrideForm(makeForm(), { metadata, notice: ['ℹ️ …'] }, texts),
      overrideForm(makeForm({ verdicts: none, askedNow: false, isOwn: true }), { metadata }, texts),
      rejectForm(OVERRIDES['open']!, { metadata }, texts),
      rejectForm(null, { metadata }, texts),
    ];
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `override-forms.${locale}`);
  });

  it('details look as agreed', async () => {
    const older = makeVersion({ voidedAt: new Date('2026-01-15T06:58:00Z'), changes: [] });
    const views = [
      overrideDetail(OVERRIDES['renewed']!, texts, { versions: [older] }),
      overrideDetail(OVERRIDES['executed']!, texts),
    ];
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `override-detail.${locale}`);
  });

  it.each(OVERRIDE_STATES)('a state has its words: %s', (state) => {
    const { text } = renderOverride(makeOverrideModel({ state }), context);
    expect(text).toContain(texts.t(`overrides.state.${state}`));
  });

  it.each(REASONS_OF.payout)('a reason can be chosen: %s', (code) => {
    const view = JSON.stringify(overrideForm(makeForm(), { metadata: {} }, texts));
    expect(view).toContain(`"value":"${code}"`);
  });
});

describe('what can be pressed', () => {
  const all = ['…overrides.proof', '…overrides.open'];

  it.each([
    ['open', ['overrides.approve', 'overrides.reject', '…overrides.cancel', ...all]],
    ['open-voted', ['overrides.approve', 'overrides.reject', '…overrides.cancel', ...all]],
    ['void', ['overrides.renew', '…overrides.cancel', ...all]],
    ['approved', ['…overrides.cancel', ...all]],
    ['executing-sent', all],
    ['executing-unknown', all],
    ['executed', all],
    ['failed-platform', all],
    ['rejected', all],
    ['expired', all],
    ['canceled', all],
  ])('of %s is this', (name, expected) => {
    expect(pressable(renderOverride(OVERRIDES[name]!, contextIn('en')))).toEqual(expected);
  });

  it('carries the override and the version that it showed', () => {
    const value = `${OVERRIDE_ID}:2`;
    const json = JSON.stringify(renderOverride(OVERRIDES['renewed']!, contextIn('en')).blocks);
    expect(json).toContain(`"value":"${value}"`);
    const menu = { action_id: 'overrides.more', selected_option: { value: `overrides.cancel:${value}` } };
    expect(json).toContain(menu.selected_option.value);
    expect(parsePressed(menu)).toEqual({ noun: 'overrides', verb: 'cancel', id: value });
  });

  it('asks first, and names what, how much and whose', () => {
    const json = JSON.stringify(renderOverride(OVERRIDES['open']!, contextIn('en')).blocks);
    expect(json).toContain('Mark as paid: ₺4,200.00, account ••0042. It is checked once more');
  });

  it('lets whoever approves an unknown account say that they have no interest', () => {
    for (const locale of LOCALES) {
      const json = JSON.stringify(renderOverride(OVERRIDES['open-no_rate']!, contextIn(locale)).blocks);
      expect(json).toContain(makeTexts(locale).t('overrides.confirm.no_interest'));
    }
  });

  it('begins at a payout or a finding', () => {
    const texts = makeTexts('tr');
    expect(requestOverrideOption('p1', texts)).toMatchObject({
      value: 'overrides.request:payout:p1',
      text: { text: 'Elle işlem iste' },
    });
    expect(requestOverrideButton('finding:f1', texts)).toMatchObject({
      action_id: 'overrides.request',
      value: 'finding:f1',
    });
  });
});

describe('a card', () => {
  const textOf = (name: string) => allText(renderOverride(OVERRIDES[name]!, contextIn('en')));
  const mentions = (name: string, id: string) => textOf(name).split(`<@${id}>`).length - 1;

  it('mentions each approver once, and only while it is open', () => {
    for (const id of [MANAGER1, MANAGER2, LEAD1]) expect(mentions('open', id)).toBe(1);
    // A vote takes the place among those who may still approve.
    expect(mentions('open-voted', MANAGER1)).toBe(1);
    expect(mentions('executed', MANAGER2)).toBe(0);
  });

  it('counts approvers whom it does not name', () => {
    const many = Array.from({ length: 14 }, (_, index) => `U000000${10 + index}` as typeof LEAD1);
    const approvers = { userIds: many, leadIds: many.slice(0, 3), isUnknown: false };
    const text = allText(renderOverride(makeOverrideModel({}, { approvers }), contextIn('en')));
    expect(many.filter((id) => text.includes(`<@${id}>`))).toHaveLength(10);
    expect(text).toContain('and 4 more');
  });

  it('counts distinct seats, and no vote that lapsed', () => {
    expect(textOf('open-no_rate')).toContain('1 of 2 approved');
    expect(textOf('open-lead_needed')).toContain('1 of 2 approved · a lead is still needed');
    expect(textOf('approved')).toContain('2 of 2 approved');
  });

  it('masks the account in the message, and shows it in Details', () => {
    expect(textOf('open')).not.toContain('acc-000042');
    expect(JSON.stringify(overrideDetail(OVERRIDES['open']!, makeTexts('en')))).toContain('acc-000042');
  });

  it('tells in Details of every version before, newest first, and why each was void', () => {
    const changes = [{ what: 'amount', before: '100', after: '200' } as const];
    const terms = { ...makeVersion().terms, currency: 'USD' };
    const versions = Array.from({ length: 12 }, (_, index) =>
      makeVersion({ version: index + 1, voidedAt: new Date('2026-01-15T06:58:00Z'), changes, terms }),
    );
    const newest = makeOverrideModel({ version: 13 }, { version: makeVersion({ version: 13 }) });
    const view = JSON.stringify(overrideDetail(newest, makeTexts('en'), { versions }));
    // In its own currency, whatever that of the newest is.
    expect(view).toMatch(/version 13.*version 12[^•]*\$1\.00[^•]*\$2\.00.*version 4[^•]*3 more/i);
    expect(view).not.toMatch(/version 3\b/i);
  });

  it('links to what was named as evidence', () => {
    expect(textOf('open')).toContain(
      '<https://bank.example/statements/2026-01-15?line=7|bank.example/statements/2026-01-15> `, page 2`',
    );
  });

  it('says that words are no votes, once, while it is open', () => {
    const words = makeTexts('en').t('overrides.no_words');
    expect(textOf('open').split(words)).toHaveLength(2);
    expect(textOf('executed')).not.toContain(words);
  });
});

describe('the form', () => {
  const form = JSON.stringify(overrideForm(makeForm(), { metadata: {} }, makeTexts('en')));

  it('lets only what holds be chosen', () => {
    const values = VERDICTS.filter(({ holds }) => holds).map(({ target, basis }) => `${target}:${basis}`);
    for (const { target, basis, holds } of VERDICTS)
      expect(form.includes(`"value":"${target}:${basis}"`)).toBe(holds);
    expect(values).toHaveLength(2);
  });

  it('does not offer what too few could approve, and says so', () => {
    const model = makeForm({ unreachable: ['mark_paid:bank_proof'] });
    const view = JSON.stringify(overrideForm(model, { metadata: {} }, makeTexts('en')));
    expect(view).not.toContain('"value":"mark_paid:bank_proof"');
    expect(view).toContain('Mark as paid (proof from the bank): too few people could approve it');
  });

  it('names each input by one name', () => {
    for (const name of Object.values(FORM_INPUTS))
      expect(form).toMatch(new RegExp(`"block_id":"${name}".*"action_id":"${name}"`));
  });
});
