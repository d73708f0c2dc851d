import { describe, expect, it } from 'vitest';
import { renderAcceptance } from '../../blocks/acceptance.ts';
import { describeActRefusal, describeAdoption, renderActed } from '../../blocks/outcome.ts';
import { renderFound, renderHelp, renderStarted, renderState, renderUnderWay } from '../../blocks/recon.ts';
import { renderReview } from '../../blocks/review.ts';
import { renderList } from '../../blocks/show-all.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { ActedFinding, ActRefusal } from '../../src/findings/act-types.ts';
import type { AdoptOutcome } from '../../src/findings/adopt-opening.ts';
import { EVIDENCE_ARGUMENTS, type EvidenceKey } from '../../src/findings/evidence.ts';
import type { FindingId } from '../../src/ids.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { argumentsOf } from './evidence-arguments.ts';
import { allText } from './reading.ts';
import { ACCEPTANCES, LISTS, makeReview, makeReviewed, makeRun, REVIEWS, STATES } from './review-models.ts';

const ZONE = 'Europe/Istanbul';
const NOW = new Date('2026-01-15T07:14:00Z');
const AT = new Date('2026-01-15T07:12:00Z');
const BY = 'person:U00000OPS1';
const ASKING = { me: 'person:U00000OPS2', now: NOW, zone: ZONE };
const shown = (view: object): string => allText({ text: '', ...(view as { blocks: object[] }) });
const golden = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

describe.each(LOCALES)('in %s', (locale) => {
  const texts = makeTexts(locale);
  const context = { locale, previousPermalink: null, permalink: () => null };

  it.each(Object.keys(REVIEWS))('Review looks as agreed: %s', async (name) => {
    const view = renderReview(REVIEWS[name]!, texts, {
      channelId: 'C1',
      notice: name === 'busy' ? ['ℹ️ first'] : [],
    });
    expect(validateView(view)).toEqual([]);
    await expect(golden(view)).toMatchFileSnapshot(`golden/review-${name}.${locale}.json`);
  });

  it.each(Object.keys(LISTS))('the list looks as agreed: %s', async (name) => {
    const view = renderList(LISTS[name]!, texts, 'C1');
    expect(validateView(view)).toEqual([]);
    await expect(golden(view)).toMatchFileSnapshot(`golden/list-${name}.${locale}.json`);
  });

  it.each(Object.keys(ACCEPTANCES))('a proposal looks as agreed: %s', async (name) => {
    const content = renderAcceptance(ACCEPTANCES[name]!, context);
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    await expect(golden(content)).toMatchFileSnapshot(`golden/acceptance-${name}.${locale}.json`);
  });

  it.each(Object.keys(STATES))('/recon looks as agreed: %s', async (name) => {
    const link = 'https://example.slack.com/archives/C1/p1';
    const content = renderState(STATES[name]!, texts, { now: NOW, link });
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    await expect(golden(content)).toMatchFileSnapshot(`golden/recon-${name}.${locale}.json`);
  });

  it('what else /recon answers looks as agreed', async () => {
    const found = (['open', 'accepted', 'resolved'] as const).map((state, index) => ({
      id: `0b0e6c5${index}-25a8-4b9c-8f0f-2b4f6e1c9d01` as FindingId,
      rule: 'R01',
      class: 'HIGH' as const,
      state,
    }));
    const answers = [
      renderStarted(texts),
      renderUnderWay(makeRun({ state: 'scanning' }), texts, NOW, ZONE),
      renderFound(found, texts, ZONE),
      renderHelp(texts),
      renderHelp(texts, '<!channel> nothing'),
    ];
    for (const { blocks } of answers) expect(validateMessageBlocks(blocks)).toEqual([]);
    await expect(golden(answers)).toMatchFileSnapshot(`golden/recon-answers.${locale}.json`);
  });

  it('every refusal and every outcome has its words', async () => {
    const lines = [
      ...REFUSALS.map((refusal) => describeActRefusal(refusal, texts, ASKING)),
      describeActRefusal(REFUSALS[0]!, texts, { ...ASKING, me: BY }),
      ...ADOPTIONS.map((outcome) => describeAdoption(outcome, texts, NOW)),
      ...ACTED.map(
        (change) => renderActed({ ok: true, finding: acted(), change, seq: 2, until: AT }, texts, ZONE).text,
      ),
    ];
    expect(new Set(lines).size).toBe(lines.length);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/outcomes.${locale}.txt`);
  });

  it.each(Object.keys(EVIDENCE_ARGUMENTS))('both sides are told: %s', (key) => {
    const args = argumentsOf(key as EvidenceKey, 'foreign');
    const view = renderReview(makeReview({ finding: makeReviewed({ evidence: { key, args } }) }), texts, {
      channelId: null,
    });
    const sides = view.blocks[1];
    expect(sides).toMatchObject({ type: 'section', fields: [{ type: 'mrkdwn' }, { type: 'mrkdwn' }] });
  });
});

function acted(): ActedFinding {
  return { ...makeReviewed(), last: { seq: 2, change: 'resolved', actor: BY, at: AT, before: null } };
}

const ACTED = [
  'resolved',
  'accepted',
  'assigned',
  'reopened',
  'proposed',
  'withdrawn',
  'rejected',
  'undone',
] as const;

const REFUSALS: readonly ActRefusal[] = [
  ...(['resolved', 'accepted', 'reopened', 'assigned', 'undone', 'changed'] as const).map(
    (change): ActRefusal => ({ why: 'meanwhile', change, state: 'open', by: BY, at: AT }),
  ),
  ...(['open', 'resolved', 'accepted'] as const).map((state): ActRefusal => ({ why: 'not_now', state })),
  ...(['approved', 'rejected', 'withdrawn', 'overtaken'] as const).map((state): ActRefusal => ({
    why: 'decided',
    state,
    by: BY,
    at: AT,
  })),
  { why: 'proposed_already', by: BY, at: AT },
  ...(
    [
      'not_found',
      'repeated',
      'another',
      'yours_already',
      'own_proposal',
      'date_past',
      'date_far',
      'undo_late',
      'undo_not_yours',
      'undo_overtaken',
    ] as const
  ).map((why): ActRefusal => ({ why })),
];

const ADOPTIONS: readonly AdoptOutcome[] = [
  { ok: true, step: 'first', count: 12 },
  { ok: true, step: 'second', count: 12 },
  { ok: false, refusal: { why: 'own_vote', at: AT } },
  { ok: false, refusal: { why: 'nothing_to_adopt' } },
  { ok: false, refusal: { why: 'another_set' } },
];

describe('Review', () => {
  it('shows account ids whole, a list masked', () => {
    expect(shown(renderReview(makeReview(), makeTexts('en'), { channelId: null }))).toContain('acc-000042');
    const list = shown(renderList(LISTS['page']!, makeTexts('en'), null));
    expect(list).toContain('••0042');
    expect(list).not.toContain('acc-000042');
  });

  it('offers closing first, and nothing to who may only look', () => {
    const view = renderReview(makeReview(), makeTexts('en'), { channelId: null });
    const what = view.blocks.find((block) => 'block_id' in block && block.block_id === 'what');
    expect(what).toMatchObject({ element: { initial_option: { value: 'resolve' } } });
    const looked = renderReview(REVIEWS['looked_at']!, makeTexts('en'), { channelId: null });
    expect(looked.submit).toBeUndefined();
    expect(looked.callback_id).toBeUndefined();
    expect(looked.blocks.filter(({ type }) => type === 'input')).toEqual([]);
  });

  it('proposes a HIGH, accepts a MED', () => {
    const labels = (risk: 'HIGH' | 'MED') =>
      JSON.stringify(
        renderReview(makeReview({ finding: makeReviewed({ class: risk }) }), makeTexts('en'), {
          channelId: null,
        }),
      );
    expect(labels('HIGH')).toContain('Propose to accept it');
    expect(labels('MED')).toContain('Accept it as it is');
  });

  it('is not undone by evidence of another version', () => {
    const finding = makeReviewed({ rule: 'R99', evidence: { key: 'R99.odd', args: {} } });
    const view = renderReview(makeReview({ finding }), makeTexts('en'), { channelId: null });
    expect(validateView(view)).toEqual([]);
    expect(shown(view)).toContain('`R99.odd`');
  });
});
