import { describe, expect, it } from 'vitest';
import { describeExemptionRefusal, renderExemptionHelp } from '../../blocks/exemptions-answers.ts';
import { renderClosing } from '../../blocks/exemptions-closing.ts';
import { exemptionDetail } from '../../blocks/exemptions-detail.ts';
import { addForm, declineForm, handInForm, reassignForm } from '../../blocks/exemptions-form.ts';
import { exemptionList, WHICH } from '../../blocks/exemptions-list.ts';
import { renderNag } from '../../blocks/exemptions-nag.ts';
import { renderEscalation } from '../../blocks/escalations.ts';
import { renderExemptionRoll } from '../../blocks/exemptions-roll.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { ExemptionRefusal } from '../../src/exemptions/refusals.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts, type Locale } from '../../src/texts.ts';
import {
  CLOSINGS,
  DETAILS,
  makeClosing,
  makeDetail,
  makeLine,
  NAGS,
  ROLLS,
  WORST,
  WORST_CLOSING,
} from './exemption-models.ts';
import { makeEscalationModel } from './escalation-models.ts';
import { liveMarkup, textObjects } from './reading.ts';

const contextIn = (locale: Locale) => ({ locale, previousPermalink: null, permalink: () => null });
const ZONE = 'Europe/Istanbul';

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.text.length).toBeLessThan(3_500);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const text of [content.text, ...markups.map((each) => each.text)])
    expect(liveMarkup(text.replaceAll(/<!subteam\^S0SECURITY>/g, ''))).toEqual([]);
}

async function expectGolden(content: object, name: string): Promise<void> {
  await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
}

function pressable(content: { blocks: readonly unknown[] }): string[] {
  return [...JSON.stringify(content.blocks).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id!);
}

const REFUSALS: Readonly<Record<ExemptionRefusal['why'], ExemptionRefusal>> = {
  not_found: { why: 'not_found' },
  repeated: { why: 'repeated' },
  open_already: { why: 'open_already', number: 7 },
  closed_recently: { why: 'closed_recently', number: 7, id: 'x', closedOn: '2026-02-01' },
  missing: { why: 'missing', field: 'name' },
  too_long: { why: 'too_long', field: 'name', most: 120 },
  secret: { why: 'secret', field: 'name', shape: 'made_up_shape' },
  deadline_too_late: { why: 'deadline_too_late', last: '2026-02-04' },
  deadline_past: { why: 'deadline_past' },
  day_unreadable: { why: 'day_unreadable', field: 'deadline' },
  owner_unfit: { why: 'owner_unfit', field: 'owner' },
  owner_unread: { why: 'owner_unread', field: 'deputy' },
  deputy_is_owner: { why: 'deputy_is_owner' },
  not_yours: { why: 'not_yours' },
  not_open: { why: 'not_open', state: 'closing' },
  not_closing: { why: 'not_closing' },
  own_review: { why: 'own_review', as: 'deputy' },
  extended_twice: { why: 'extended_twice' },
};

describe.each(LOCALES)('in %s', (locale) => {
  const context = contextIn(locale);
  const texts = makeTexts(locale);

  it.each(Object.entries(NAGS))('a reminder looks as agreed: %s', async (name, model) => {
    const content = renderNag(model, context);
    expectSound(content);
    await expectGolden(content, `exemption-nag-${name}.${locale}`);
  });

  it.each(Object.entries(CLOSINGS))('the proof looks as agreed: %s', async (name, model) => {
    const content = renderClosing(model, context);
    expectSound(content);
    await expectGolden(content, `exemption-closing-${name}.${locale}`);
  });

  it.each(Object.entries(ROLLS))('the overdue look as agreed: %s', async (name, model) => {
    const content = renderExemptionRoll(model, context);
    expectSound(content);
    await expectGolden(content, `exemption-roll-${name}.${locale}`);
  });

  it.each(Object.entries(DETAILS))('details look as agreed: %s', async (name, model) => {
    const places = { channelId: 'C1', link: 'https://example.slack.com/archives/C1/p1' };
    const view = exemptionDetail(model, places, texts);
    expect(validateView(view)).toEqual([]);
    await expectGolden(view, `exemption-detail-${name}.${locale}`);
  });

  it('forms look as agreed', async () => {
    const line = { ...makeLine('2026-02-05', { route: 'rotate' }), timeZone: ZONE };
    const views = [
      addForm({ ownerId: 'U0OPS1', last: '2026-02-04', channelId: null }, texts),
      handInForm(line, 'C1', texts),
      declineForm(line, { closingId: makeClosing().id, channelId: 'C1' }, texts),
      reassignForm(line, 'C1', texts),
    ];
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `exemption-forms.${locale}`);
  });

  it('lists look as agreed', async () => {
    const lines = [makeLine('2026-02-05'), makeLine('2026-02-05', { extensions: 1, deadline: '2026-03-01' })];
    const views = [
      ...WHICH.map((which) => list({ lines: [], count: 0, filter: { which, risk: null } })),
      list({ lines, count: 18, page: 2, pages: 3, filter: { which: 'overdue', risk: 'HIGH' } }),
      list({ lines, count: 2, ownOnly: true, filter: { which: 'mine', risk: null } }),
    ];
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `exemption-lists.${locale}`);
  });

  it('help names every verb', async () => {
    const help = renderExemptionHelp(texts);
    expectSound(help);
    expect(help.text.match(/\/exemption/g)).toHaveLength(7);
  });

  it.each(Object.entries(REFUSALS))('a refusal has its words: %s', (_why, refusal) => {
    expect(describeExemptionRefusal(refusal, texts)).toMatch(/\p{L}.*[.]$/u);
  });

  it('the longest and most hostile texts fit, and do nothing', () => {
    const line = makeLine('2026-02-07', WORST, makeClosing(WORST_CLOSING));
    const { closing } = line;
    const nag = { ...NAGS['reviewers']!, ...line };
    expectSound(renderNag({ ...nag, exemption: { ...line.exemption, state: 'closing' } }, context));
    expectSound(renderNag({ ...NAGS['overdue']!, ...line }, context));
    for (const model of Object.values(CLOSINGS))
      expectSound(
        renderClosing(
          { ...model, ...line, closing: { ...model.closing, ...WORST_CLOSING, state: model.closing.state } },
          context,
        ),
      );
    expectSound(
      renderExemptionRoll(
        { day: '2026-02-07', lines: Array(20).fill(line), more: 99, timeZone: ZONE },
        context,
      ),
    );
    const detail = makeDetail(line, { closings: Array(9).fill(closing) });
    expect(validateView(exemptionDetail(detail, { channelId: null, link: null }, texts))).toEqual([]);
    const full = { lines: Array(8).fill(line), count: 999, page: 2, pages: 125 };
    expect(validateView(list({ ...full, filter: { which: 'open', risk: null } }))).toEqual([]);
  });

  function list(model: Partial<Parameters<typeof exemptionList>[0]>) {
    const filter = { which: 'open', risk: null } as const;
    const usual = { lines: [], count: 0, page: 1, pages: 1, filter, ownOnly: false, timeZone: ZONE };
    return exemptionList({ ...usual, ...model }, 'C1', texts);
  }
});

describe('what can be pressed', () => {
  const context = contextIn('en');
  const all = ['exemptions.close', 'exemptions.extend', 'exemptions.reassign', 'exemptions.open'];

  it.each([
    ['two_weeks', all],
    ['overdue', all],
    ['extended', all],
    ['of_security', all],
    ['older', []],
    ['handed_in', []],
    ['closed', []],
    ['lead', ['exemptions.open']],
    ['reviewers', ['exemptions.open']],
  ])('on a reminder: %s', (name, wanted) => {
    expect(pressable(renderNag(NAGS[name]!, context))).toEqual(wanted);
  });

  it.each([
    ['waiting', ['exemptions.accept', 'exemptions.refuse', 'exemptions.open']],
    ['accepted', ['exemptions.open']],
    ['refused', ['exemptions.open']],
    ['withdrawn', ['exemptions.open']],
  ])('on what was handed in: %s', (name, wanted) => {
    expect(pressable(renderClosing(CLOSINGS[name]!, context))).toEqual(wanted);
  });

  it('on an escalation about one: its details', () => {
    const { escalation } = makeEscalationModel();
    const about = {
      ...escalation,
      subject: { kind: 'exemption', id: makeLine('2026-02-05').exemption.id } as const,
    };
    const content = renderEscalation(
      makeEscalationModel({ ...about, title: { kind: 'exemption', name: 'A <key>' } }),
      context,
    );
    expectSound(content);
    expect(pressable(content)).toContain('exemptions.open');
    expect(pressable(content)).not.toContain('findings.review');
  });

  it('overdue is said in words and by a symbol', () => {
    for (const name of ['overdue', 'extended', 'extended_past', 'of_security', 'lead', 'reviewers']) {
      expect(renderNag(NAGS[name]!, context).text).toMatch(/‼️ OVERDUE/);
    }
  });

  it('the first deadline stays visible once there is more time', () => {
    expect(renderNag(NAGS['extended']!, context).text).toContain('promised first for');
  });
});
