import { describe, expect, it, test } from 'vitest';
import { renderShare, renderSharePlain } from '../../blocks/slo-share.ts';
import { shareOf, sparkOf } from '../../blocks/slo-words.ts';
import {
  renderSloHelp,
  renderStanding,
  renderStandingModal,
  renderStandings,
  renderUnknownSlo,
} from '../../blocks/slo.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { MessageContent } from '../../src/ports.ts';
import type { ShareModel } from '../../src/slo/share.ts';
import { UNITS } from '../../src/slo/types.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { makeSlo } from '../slo/ground.ts';
import { makeStanding, makeSums, NOW } from '../slo/standing-ground.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';
import { makeAnswer, STANDINGS, trendOf, WORST } from './slo-standings.ts';

const ALL = Object.values(STANDINGS);

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

const share = (standings: ShareModel['standings']): ShareModel => ({
  standings,
  now: NOW,
  timeZone: 'Europe/Istanbul',
  sharedBy: 'person:U0OPS1',
});

describe.each(LOCALES)('in %s', (locale) => {
  const texts = makeTexts(locale);
  const context = { locale, previousPermalink: null, permalink: () => null };

  it('all look as agreed', async () => {
    const content = renderStandings(makeAnswer(ALL), texts);
    expectSound(content);
    await expectGolden(content, `slo-all.${locale}`);
  });

  it.each(Object.entries(STANDINGS))('one looks as agreed: %s', async (name, standing) => {
    const content = renderStanding(standing, makeAnswer([standing]), texts);
    expectSound(content);
    await expectGolden(content, `slo-one-${name}.${locale}`);
    const view = renderStandingModal(standing, makeAnswer([standing], false), texts);
    expect(validateView(view)).toEqual([]);
  });

  it.each(['burning', 'never_read'])('one that is shared looks as agreed: %s', async (name) => {
    const model = share([STANDINGS[name]!]);
    for (const [kind, content] of [
      ['share', renderShare(model, context)],
      ['share-plain', renderSharePlain(model, context)],
    ] as const) {
      expectSound(content);
      await expectGolden(content, `slo-${kind}-${name}.${locale}`);
    }
    expect(JSON.stringify(renderSharePlain(model, context))).not.toContain('data_visualization');
  });

  it('all that are shared look as agreed', async () => {
    const content = renderShare(share(ALL), context);
    expectSound(content);
    await expectGolden(content, `slo-share-all.${locale}`);
  });

  it('help and an unknown name look as agreed', async () => {
    const help = renderSloHelp(texts);
    const unknown = renderUnknownSlo('<!here> `x`', ['payout', 'api-latency'], texts);
    for (const content of [help, unknown]) expectSound(content);
    await expectGolden({ help, unknown }, `slo-words.${locale}`);
  });

  it('the worst is taken by Slack', () => {
    const many = makeAnswer(Array.from({ length: 60 }, () => WORST));
    expectSound(renderStandings(many, texts));
    expectSound(renderStanding(WORST, makeAnswer([WORST]), texts));
    expect(validateView(renderStandingModal(WORST, makeAnswer([WORST]), texts))).toEqual([]);
    for (const standings of [[WORST], [...many.standings]]) {
      expectSound(renderShare(share(standings), context));
      expectSound(renderSharePlain(share(standings), context));
    }
  });

  it.each(UNITS)('what is left of %s is called what it is', (unit) => {
    const standing = makeStanding({ slo: makeSlo({ unit }) });
    const text = renderStanding(standing, makeAnswer([standing]), texts).text;
    expect(text).toContain('600');
    expect(text).not.toContain('undefined');
  });

  it('nobody takes what is unknown for kept', () => {
    for (const name of ['never_read', 'silent', 'no_traffic']) {
      const { text, blocks } = renderStanding(STANDINGS[name]!, makeAnswer([]), texts);
      expect(text, name).toContain('⚪');
      for (const words of [text, JSON.stringify(blocks)]) {
        expect(words, name).not.toContain('✅');
        expect(words, name).not.toContain(texts.t('slo.answer.not_exhausted'));
      }
    }
  });
});

test('a share is cut, never rounded up to its target', () => {
  expect(shareOf(0.998_999_9, 0.999, 'en')).toBe('99.899%');
  expect(shareOf(0.999, 0.999, 'en')).toBe('99.900%');
  expect(shareOf(0.949_999, 0.95, 'en')).toBe('94.99%');
  expect(shareOf(0.999, 0.999, 'tr')).toBe('%99,900');
});

test('a trend has a bar a part, and a dot for a gap', () => {
  const spark = sparkOf(makeStanding({ trend: trendOf([0, 100_000, null, 100, 50_000]) }));
  expect(spark).toMatch(/^█▁·█[▃▄▅]$/u);
  expect(sparkOf(makeStanding({ trend: trendOf([0, 0]) }))).toBe('██');
});

test('nothing can be shared where there is no channel', () => {
  const shown = (canShare: boolean) =>
    JSON.stringify(renderStandings(makeAnswer(ALL, canShare), makeTexts('en')).blocks);
  expect(shown(true)).toContain('slo.share');
  expect(shown(false)).not.toContain('slo.share');
});

test('a state is told in words too', () => {
  const words = { met: 'met', burning: 'at risk', little: 'at risk', broken: 'broken', silent: 'no data' };
  for (const [name, word] of Object.entries(words))
    expect(renderStanding(STANDINGS[name]!, makeAnswer([]), makeTexts('en')).text, name).toContain(
      `· ${word}`,
    );
});

test('links nowhere that is no link', () => {
  const standing = makeStanding({
    slo: makeSlo({ dashboard: 'javascript:alert(1)' }),
    sums: makeSums(1, 10),
  });
  expect(allText(renderStanding(standing, makeAnswer([]), makeTexts('en')))).not.toContain('Dashboard');
});
