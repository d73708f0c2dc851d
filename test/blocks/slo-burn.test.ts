import { describe, expect, it } from 'vitest';
import { renderBurnRefusal } from '../../blocks/slo-burn-answers.ts';
import { renderBurn, renderBurnPlain } from '../../blocks/slo-burn.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import type { UserId } from '../../src/ids.ts';
import type { MessageContent } from '../../src/ports.ts';
import type { BurnRefusal } from '../../src/slo/acknowledge.ts';
import { UNITS } from '../../src/slo/types.ts';
import { LOCALES, makeTexts } from '../../src/texts.ts';
import { makeSlo } from '../slo/ground.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';
import { BURNS, makeBurn } from './slo-burn-models.ts';

const HOSTILE = '<!channel> `x` <https://evil.example|ok> &'.repeat(20);

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

const actionsOf = (content: MessageContent): string[] =>
  [...JSON.stringify(content).matchAll(/"action_id":"([a-z._]+)"/g)].map(([, id = '']) => id);

describe.each(LOCALES)('in %s', (locale) => {
  const context = { locale, previousPermalink: null, permalink: () => null };

  it.each(Object.entries(BURNS))('a burn looks as agreed: %s', async (name, model) => {
    const content = renderBurn(model, context);
    expectSound(content);
    await expectGolden(content, `slo-burn-${name}.${locale}`);
  });

  it.each(['opened', 'ticket', 'frozen'])('without the chart it says the same: %s', async (name) => {
    const content = renderBurnPlain(BURNS[name]!, context);
    expectSound(content);
    expect(JSON.stringify(content)).not.toContain('data_visualization');
    await expectGolden(content, `slo-burn-plain-${name}.${locale}`);
  });

  it('every refusal has words of its own', () => {
    const at = new Date('2026-01-15T06:31:00Z');
    const refusals: BurnRefusal[] = [
      { why: 'not_found' },
      { why: 'not_yours' },
      { why: 'over', at },
      { why: 'acknowledged', by: 'U1' as UserId, at },
    ];
    const said = refusals.map((each) => renderBurnRefusal(each, makeTexts(locale), 'Europe/Istanbul').text);
    expect(new Set(said).size).toBe(refusals.length);
  });

  it.each(UNITS)('bad %s are called what they are', (unit) => {
    const said = [1, 0.4, 2_500].map(
      (bad) => renderBurn(makeBurn({ slo: makeSlo({ unit }) }, { bad }), context).text,
    );
    expect(new Set(said).size).toBe(2);
  });
});

describe('a burn', () => {
  const context = {
    locale: 'en' as const,
    previousPermalink: 'https://x.slack.com/p1',
    permalink: () => null,
  };

  it('offers to acknowledge until somebody has', () => {
    const offers = Object.fromEntries(
      Object.entries(BURNS).map(([name, model]) => [name, actionsOf(renderBurn(model, context))]),
    );
    expect(offers).toMatchObject({
      opened: ['slo.acknowledge', 'slo.open'],
      ticket: ['slo.acknowledge', 'slo.open'],
      acknowledged: ['slo.open'],
      recovered: ['slo.open'],
      unanswered: ['slo.open'],
    });
  });

  it('says its rate in words', () => {
    const text = allText(renderBurn(makeBurn({ burn: { short: 20, long: 14.44 } }), context));
    expect(text).toContain('14.4 times too fast over the last 1 h (told from 14.4 on)');
    expect(text).toContain('the budget of 30 days would be gone in 2 d 1 h');
  });

  it('never leaves a state to its symbol', () => {
    for (const [name, words] of [
      ['opened', 'burns far too fast'],
      ['ticket', 'burns too fast'],
      ['recovered', 'the burn is over'],
      ['worsened', 'is broken since'],
      ['frozen', 'No data over the last'],
    ] as const)
      expect(renderBurn(BURNS[name]!, context).text, name).toContain(words);
  });

  it('draws a gap where nothing is known', () => {
    const chart = JSON.stringify(renderBurn(BURNS['ticket']!, context).blocks);
    expect(chart.match(/"value":/g)?.length).toBeGreaterThan(20);
    expect(allText(renderBurnPlain(BURNS['ticket']!, context))).toContain('··');
  });

  it('links nowhere that is no link', () => {
    const model = makeBurn({ slo: makeSlo({ dashboard: 'javascript:alert(1)' }) });
    expect(allText(renderBurn(model, context))).not.toContain('Dashboard');
  });

  it('is taken by Slack at its worst', () => {
    const title = { en: HOSTILE, tr: HOSTILE };
    const worst = makeBurn(
      {
        slo: makeSlo({ title, windowDays: 365, target: 0.999_999, name: 'x'.repeat(200) }),
        contributors: [HOSTILE, HOSTILE, HOSTILE].map((name) => ({ name, share: 1 / 3 })),
        answered: { by: HOSTILE, at: new Date('2026-01-15T06:31:00Z') },
        burn: { short: 1e9, long: 1e9 },
        budgetLeft: -1e6,
        brokenSince: new Date('2026-01-15T06:31:00Z'),
      },
      {
        bad: 1e12,
        peakBurn: 1e9,
        history: Array.from({ length: 200 }, () => BURNS['opened']!.episode.history[0]!),
      },
    );
    for (const render of [renderBurn, renderBurnPlain]) expectSound(render(worst, context));
  });
});
