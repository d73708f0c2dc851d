import { describe, expect, it } from 'vitest';
import { describeActionRefusal, renderAction, renderAddAction } from '../../blocks/action-items.ts';
import { renderReview, renderReviewPlain } from '../../blocks/exemptions-review.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { ActionRefusal } from '../../src/actions/refusals.ts';
import type { Action, ActionLine } from '../../src/actions/types.ts';
import type { ReviewModel } from '../../src/exemptions/load-review.ts';
import type { ReviewFigures } from '../../src/exemptions/review-figures.ts';
import type { ActionId } from '../../src/ids.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const ACTION_ID = '0a000000-0000-4000-8000-000000000001' as ActionId;
const HOSTILE = '<!channel> `x` <https://evil.example|ok> &'.repeat(20);

function line(change: Partial<Action> = {}, ownerLeft = false): ActionLine {
  const action: Action = {
    id: ACTION_ID,
    number: 3,
    series: 'security_review',
    sourceKind: 'exemption_review',
    sourceId: '0b000000-0000-4000-8000-000000000001',
    what: 'Ask the bank for the production key',
    ownerId: 'U0OWNER1',
    dueOn: '2026-02-03',
    createdBy: 'person:U0SECURITY1',
    createdAt: new Date('2026-01-15T07:30:00Z'),
    state: 'open',
    doneAt: null,
    doneBy: null,
    doneOn: null,
    remindedAt: null,
    ...change,
  };
  return { action, ownerLeft };
}

const ended = (state: 'done' | 'dropped') =>
  line({
    state,
    doneAt: new Date('2026-01-20T07:00:00Z'),
    doneBy: 'person:U0OWNER1',
    doneOn: '2026-01-20',
  });

const FIGURES: ReviewFigures = {
  open: 12,
  closing: 2,
  due: 5,
  overdue: 1,
  closed: 3,
  extended: 1,
  breaches: 1,
  since: '2026-01-15',
  medianAgeDays: 11.5,
  oldest: { name: 'EX-2', title: 'SMTP password', ageDays: 41 },
  ages: [4, 3, 2, 2, 1],
  actions: { inTime: 3, judged: 4, open: 5, gaps: 2 },
};

function model(figures: Partial<ReviewFigures> = {}, actions?: ReviewModel['actions']): ReviewModel {
  const review = {
    id: '0b000000-0000-4000-8000-000000000002',
    day: '2026-01-29',
    at: new Date('2026-01-29T07:00:00Z'),
    figures: { ...FIGURES, ...figures },
  };
  return { review, actions: actions ?? { earlier: [], fresh: [], more: 0 }, timeZone: 'Europe/Istanbul' };
}

const REVIEWS: Record<string, ReviewModel> = {
  full: model(
    {},
    {
      earlier: [
        line({ ownerId: null, number: 1 }),
        line({ dueOn: null, number: 2 }),
        line({}, true),
        line({ dueOn: '2026-01-28', number: 4 }),
        ended('done'),
        ended('dropped'),
      ],
      fresh: [line({ number: 9 })],
      more: 2,
    },
  ),
  first: model({
    open: 0,
    closing: 0,
    due: 0,
    overdue: 0,
    closed: 0,
    extended: 0,
    breaches: 0,
    since: null,
    medianAgeDays: null,
    oldest: null,
    ages: [0, 0, 0, 0, 0],
    actions: { inTime: 0, judged: 0, open: 0, gaps: 0 },
  }),
};

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
  const context = { locale, previousPermalink: null, permalink: () => null };
  const texts = makeTexts(locale);

  it.each(Object.entries(REVIEWS))('the review looks as agreed: %s', async (name, review) => {
    const content = renderReview(review, context);
    expectSound(content);
    await expectGolden(content, `exemption-review-${name}.${locale}`);
  });

  it('without the chart it says the same', async () => {
    const content = renderReviewPlain(REVIEWS['full']!, context);
    expectSound(content);
    expect(JSON.stringify(content)).not.toContain('data_visualization');
    expect(allText(content)).toContain('█ 4');
    await expectGolden(content, `exemption-review-plain.${locale}`);
  });

  it('the reminder looks as agreed', async () => {
    const contents = [line(), ended('done'), ended('dropped')].map((each) =>
      renderAction({ ...each, timeZone: 'Europe/Istanbul' }, context),
    );
    for (const content of contents) expectSound(content);
    expect(contents.map((content) => JSON.stringify(content).includes('actions.done'))).toEqual([
      true,
      false,
      false,
    ]);
    await expectGolden(contents, `action-reminders.${locale}`);
  });

  it('the form looks as agreed', async () => {
    const view = renderAddAction(texts, { kind: 'exemption_review', id: 'x', channelId: 'C1' }, 500);
    expect(validateView(view)).toEqual([]);
    await expectGolden(view, `action-form.${locale}`);
  });

  it('every refusal has words', () => {
    const refusals: ActionRefusal[] = [
      ...(
        [
          'not_found',
          'no_source',
          'repeated',
          'missing',
          'due_unreadable',
          'due_past',
          'owner_unfit',
          'owner_unread',
          'not_yours',
        ] as const
      ).map((why) => ({ why })),
      { why: 'too_long', most: 500 },
      { why: 'secret', shape: 'github' },
      { why: 'not_open', state: 'done' },
      { why: 'not_open', state: 'dropped' },
    ];
    const said = refusals.map((refusal) => describeActionRefusal(refusal, texts));
    expect(new Set(said).size).toBe(refusals.length);
  });

  it('the worst case is taken by Slack', () => {
    const many = Array.from({ length: 8 }, (_, index) => line({ what: HOSTILE, number: index + 1 }));
    const actions = { earlier: many, fresh: many.slice(1), more: 90 };
    const worst = model({ oldest: { name: 'EX-1', title: HOSTILE, ageDays: 999 } }, actions);
    for (const render of [renderReview, renderReviewPlain]) expectSound(render(worst, context));
    expectSound(renderAction({ ...line({ what: HOSTILE }), timeZone: 'UTC' }, context));
  });
});
