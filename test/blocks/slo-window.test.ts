import { describe, expect, it } from 'vitest';
import { renderOverride } from '../../blocks/overrides.ts';
import { overrideDetail } from '../../blocks/overrides-detail.ts';
import { overrideForm } from '../../blocks/overrides-form.ts';
import { renderOverrideLine } from '../../blocks/overrides-line.ts';
import { renderOverrideNotice } from '../../blocks/overrides-notice.ts';
import { rejectForm } from '../../blocks/overrides-reject.ts';
import { describeWindowRefusal, renderCorrect } from '../../blocks/slo-correct.ts';
import { putBackButtons } from '../../blocks/slo-left-out.ts';
import { parsePressed, type PressedElement } from '../../blocks/actions.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { MessageContent } from '../../src/ports.ts';
import type { WindowRefusal } from '../../src/slo/add-window.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { makePayoutSlo, makeSlo } from '../slo/ground.ts';
import { makeNotice } from '../support/override-models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';
import { makeWindowForm, makeWindowOverride, WINDOW_OVERRIDES } from './slo-window-models.ts';

const HOSTILE = '<!channel> `x` <https://evil.example|ok> & *b* '.repeat(12).slice(0, 500);
const REFUSED: readonly WindowRefusal['why'][] = [
  'missing',
  'time_unreadable',
  'too_long',
  'not_after',
  'too_wide',
  'too_far_ahead',
  'too_old',
  'unknown',
  'no_role',
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

describe.each(LOCALES)('in %s', (locale) => {
  const texts = makeTexts(locale);
  const context = { locale, previousPermalink: null, permalink: () => null };

  it.each(Object.entries(WINDOW_OVERRIDES))('the card looks as agreed: %s', async (name, model) => {
    const content = renderOverride(model, context);
    expectSound(content);
    await expectGolden(content, `slo-window-${name}.${locale}`);
  });

  it('line and notices name the stretch, and no row of ours', async () => {
    const { open, executed, rejected } = WINDOW_OVERRIDES;
    const contents = [
      renderOverrideLine(open!, context),
      renderOverrideNotice(makeNotice('remind_half', open!), context),
      renderOverrideNotice(makeNotice('executed', executed!), context),
      renderOverrideNotice(makeNotice('rejected', rejected!), context),
    ];
    for (const content of contents) {
      expectSound(content);
      expect(content.text).toContain('LO-7');
      expect(allText(content)).not.toContain(open!.override.subject.id);
    }
    await expectGolden(contents, `slo-window-told.${locale}`);
  });

  it('the forms look as agreed', async () => {
    const slos = [makeSlo(), makePayoutSlo()];
    const suggested = { fromDay: '2026-01-15', fromTime: '08:00', toDay: '2026-01-15', toTime: '09:00' };
    const given = { slos, suggested, timeZone: 'Europe/Istanbul', metadata: { channelId: 'C1' } };
    const views = [
      renderCorrect({ ...given, chosen: null }, texts),
      renderCorrect({ ...given, chosen: 'payout' }, texts),
      overrideForm(makeWindowForm(), { metadata: {} }, texts),
      rejectForm(WINDOW_OVERRIDES['open']!, { metadata: {} }, texts),
      overrideDetail(WINDOW_OVERRIDES['open']!, texts),
    ];
    for (const view of views) expect(validateView(view)).toEqual([]);
    await expectGolden(views, `slo-window-forms.${locale}`);
  });

  it('every refusal has words of its own', () => {
    const told = REFUSED.map((why) => describeWindowRefusal({ field: 'slo', why } as WindowRefusal, texts));
    const named = describeWindowRefusal({ field: 'fromDay', why: 'overlaps', name: 'LO-3' }, texts);
    expect(named).toContain('LO-3');
    expect(new Set([...told, named]).size).toBe(REFUSED.length + 1);
  });

  it('what people and files wrote stays text', () => {
    const title = { en: HOSTILE, tr: HOSTILE };
    const facts = { note: HOSTILE, title, createdBy: HOSTILE };
    const model = makeWindowOverride({ facts, override: { reason: HOSTILE, ticket: HOSTILE } });
    expectSound(renderOverride(model, context));
    expectSound(renderOverrideLine(model, context));
    expectSound(renderOverrideNotice(makeNotice('executed', model), context));
    const view = overrideForm(makeWindowForm(facts), { metadata: {} }, texts);
    expect(validateView(view)).toEqual([]);
  });

  it('counting again is offered of what is left out, three at most', () => {
    const stretches = [7, 10, 11, 12].map((number) => ({
      id: `id-${number}`,
      number,
      state: 'left_out' as const,
    }));
    const blocks = putBackButtons([{ id: 'back', number: 3, state: 'put_back' }, ...stretches], texts);
    expect(validateMessageBlocks(blocks)).toEqual([]);
    const { elements } = blocks[0] as unknown as { elements: PressedElement[] };
    const pressed = { noun: 'slo', verb: 'put_back' };
    expect(elements.map(parsePressed)).toEqual(
      [7, 10, 11].map((number) => ({ ...pressed, id: `id-${number}` })),
    );
    expect(JSON.stringify(blocks)).toContain('LO-10');
    expect(putBackButtons([], texts)).toEqual([]);
  });
});
