import { describe, expect, it } from 'vitest';
import { renderReport, renderReportPlain } from '../../blocks/slo-report.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import type { MessageContent } from '../../src/ports.ts';
import { renderReportMarkdown } from '../../src/slo/report-markdown.ts';
import { UNITS } from '../../src/slo/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';
import { makeLine, makePromise, makeReport, REPORTS } from './slo-report-models.ts';

const HOSTILE = '<!channel> `x` <https://evil.example|ok> & | # \n'.repeat(20);

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.text.length).toBeLessThan(3_500);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const text of [content.text, ...markups.map((each) => each.text)])
    expect(liveMarkup(text)).toEqual([]);
}

async function expectGolden(text: string, name: string): Promise<void> {
  await expect(text).toMatchFileSnapshot(`golden/${name}`);
}

const asJson = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

describe.each(LOCALES)('in %s', (locale) => {
  const context = { locale, previousPermalink: null, permalink: () => null };

  it.each(Object.entries(REPORTS))('a report looks as agreed: %s', async (name, model) => {
    const content = renderReport(model, context);
    expectSound(content);
    await expectGolden(asJson(content), `slo-report-${name}.${locale}.json`);
  });

  it.each(['full', 'empty'])('without the chart it says the same: %s', async (name) => {
    const content = renderReportPlain(REPORTS[name]!, context);
    expectSound(content);
    expect(JSON.stringify(content)).not.toContain('data_visualization');
    await expectGolden(asJson(content), `slo-report-plain-${name}.${locale}.json`);
  });

  it.each(['full', 'undefined'])('its page looks as agreed: %s', async (name) => {
    const origin = { policyHash: 'a'.repeat(64), definitionsHash: 'b'.repeat(64) };
    const page = renderReportMarkdown(REPORTS[name]!.figures, locale, name === 'full' ? origin : null);
    await expectGolden(page, `slo-report-page-${name}.${locale}.md`);
  });

  it.each(UNITS)('%s are called what they are', (unit) => {
    const promise = makePromise();
    const model = makeReport({ promises: [{ ...promise, slo: { ...promise.slo, unit } }] });
    const text = renderReport(model, context).text;
    const others = UNITS.filter((each) => each !== unit).map((other) => {
      const changed = makeReport({ promises: [{ ...promise, slo: { ...promise.slo, unit: other } }] });
      return renderReport(changed, context).text;
    });
    expect(others).not.toContain(text);
  });
});

describe('a report', () => {
  const context = {
    locale: 'en' as const,
    previousPermalink: 'https://x.slack.com/p1',
    permalink: () => null,
  };

  it('begins with the actions of last time', () => {
    const text = allText(renderReport(REPORTS['full']!, context));
    expect(text.indexOf('Raise the connection limit')).toBeLessThan(text.indexOf('API availability'));
  });

  it('never says 100 % of a week with a bad event', () => {
    const text = allText(renderReport(makeReport({ promises: [makePromise({ value: 0.99999 })] }), context));
    expect(text).toContain('This week 99.999%');
  });

  it('never hides what is not known', () => {
    const { text } = renderReport(REPORTS['empty']!, context);
    expect(text).toContain('⚪ Webhook success · NO DATA');
    expect(text).toContain('10,080 minutes without data · its source has been silent since');
    expect(text).not.toContain('✅');
  });

  it('marks too many wrong signatures', () => {
    const marked = (model = REPORTS['full']!) =>
      renderReport(model, context).text.includes('⚠️ Wrong signatures');
    expect([marked(), marked(REPORTS['calm'])]).toEqual([true, false]);
  });

  it('draws a gap where a week is not known', () => {
    const line = allText(renderReportPlain(REPORTS['calm']!, context));
    expect(line).toMatch(/·{7}[▁-█]{5}/u);
  });

  it('is taken by Slack at its worst', () => {
    const title = { en: HOSTILE, tr: HOSTILE };
    const promise = makePromise({
      slo: { name: 'x'.repeat(200), title, target: 0.999_999, windowDays: 365, unit: 'requests' },
      bad: 1e12,
      valid: 1e13,
      budgetLeft: -1e6,
      spent: 1e6,
      gapMinutes: 10_140,
      leftOutMinutes: 10_140,
      silentSince: '2026-01-11T06:00:00.000Z',
      undecidedFrom: '2026-01-11T06:00:00.000Z',
      late: 1e9,
      contributors: Array.from({ length: 5 }, () => ({ name: HOSTILE, bad: 1, share: 1 / 3 })),
    });
    const full = REPORTS['full']!.figures;
    const many = <T>(row: T) => Array.from({ length: 60 }, () => row);
    const model = makeReport(
      {
        ...full,
        promises: many(promise),
        episodes: many({ ...full.episodes[0]!, slo: HOSTILE, acknowledgedBy: HOSTILE, peakBurn: 1e9 }),
        breaches: many({ ...full.breaches[1]!, slo: HOSTILE }),
        corrections: many({
          ...full.corrections[1]!,
          slo: HOSTILE,
          createdBy: HOSTILE,
          approvedBy: many(HOSTILE),
          backApprovedBy: many(HOSTILE),
        }),
      },
      {
        earlier: Array.from({ length: 6 }, () => makeLine({ what: HOSTILE, ownerId: HOSTILE })),
        fresh: Array.from({ length: 6 }, () => makeLine({ what: HOSTILE })),
        more: 1e6,
      },
    );
    for (const locale of LOCALES)
      for (const render of [renderReport, renderReportPlain]) {
        const content = render(model, { ...context, locale });
        expectSound(content);
        expect(content.blocks.length).toBeLessThan(50);
        expect(JSON.stringify(content.blocks.slice(-4))).toContain('actions.add');
      }
    const page = renderReportMarkdown(model.figures, 'en', null);
    expect(page).not.toMatch(/(?<!\\)[<`]/);
    expect(page.split('\n').filter((line) => line.startsWith('#') && !/^#{1,3} /.test(line))).toEqual([]);
  });
});
