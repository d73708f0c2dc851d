import { describe, expect, it } from 'vitest';
import { renderRisk, renderRiskList, renderRiskNotice } from '../../blocks/slo-risk.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { validateView } from '../../sandbox/slack/blocks/view.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts, type Locale } from '../../src/texts.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';
import {
  makeItem,
  makeRiskList,
  makeRiskModel,
  NOTICE,
  RISK_LISTS,
  RISKS,
  WORST_ITEM,
} from './slo-risk-models.ts';

const contextIn = (locale: Locale) => ({
  locale,
  previousPermalink: null,
  permalink: ({ channelId, ts }: { channelId: string; ts: string }) =>
    `https://mutabik.slack.com/archives/${channelId}/p${ts.replace('.', '')}`,
});

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

function pressable(content: { blocks: readonly unknown[] }): string[] {
  return [...JSON.stringify(content.blocks).matchAll(/"action_id":"([^"]+)"/g)].map(([, id]) => id!);
}

describe.each(LOCALES)('in %s', (locale) => {
  const texts = makeTexts(locale);

  it.each(Object.keys(RISKS))('the card: %s', async (name) => {
    const content = renderRisk(RISKS[name]!, contextIn(locale));
    expectSound(content);
    await expectGolden(content, `slo-risk-${name}.${locale}`);
  });

  it('the notice', async () => {
    const content = renderRiskNotice(NOTICE, contextIn(locale));
    expectSound(content);
    await expectGolden(content, `slo-risk-notice.${locale}`);
  });

  it.each(Object.keys(RISK_LISTS))('the list: %s', async (name) => {
    const view = renderRiskList(RISK_LISTS[name]!, texts);
    expect(validateView(view)).toEqual([]);
    await expectGolden(view, `slo-risk-list-${name}.${locale}`);
  });

  it('holds the longest and worst that others write', () => {
    const items = Array.from({ length: 10 }, () => WORST_ITEM);
    expectSound(renderRisk(makeRiskModel({ items, count: 400 }), contextIn(locale)));
    expect(validateView(renderRiskList(makeRiskList({ items, page: 2, pages: 9 }), texts))).toEqual([]);
  });
});

describe('what can be done', () => {
  const shown = (...items: Parameters<typeof makeRiskModel>[0][]) =>
    pressable(renderRisk(makeRiskModel(...items), contextIn('en')));

  it('offers what the payout itself offers, and the list', () => {
    const [failed, stuck] = RISKS['open']!.items;
    expect(shown({ items: [failed!] })).toEqual([
      'payouts.retry',
      'payouts.recheck',
      'payouts.more',
      'slo.risk',
    ]);
    expect(shown({ items: [stuck!] })).toEqual([
      'payouts.recheck',
      'payouts.escalate',
      'payouts.more',
      'slo.risk',
    ]);
  });

  it.each([
    ['requested', 'has not been sent to a provider'],
    ['approved', 'has not been sent to a provider'],
    ['processing', 'neither failed nor stuck'],
  ])('says why %s has no button', (paymentState, words) => {
    const model = makeRiskModel({ items: [makeItem(21, { paymentState })] });
    const content = renderRisk(model, contextIn('en'));
    expect(pressable(content)).toEqual(['slo.risk']);
    expect(allText(content)).toContain(words);
  });

  it('offers nothing once it is over', () => {
    expect(pressable(renderRisk(RISKS['over']!, contextIn('en')))).toEqual([]);
    expect(pressable(renderRisk(RISKS['over-late']!, contextIn('en')))).toEqual([]);
  });

  it('says what is unreadable instead of an amount', () => {
    const items = [makeItem(21, { amountMinor: null })];
    expect(allText(renderRisk(makeRiskModel({ items }), contextIn('en')))).toContain('amount unreadable');
  });

  it('is never green while the money is away', () => {
    const view = JSON.stringify(renderRiskList(RISK_LISTS['stale-empty']!, makeTexts('en')));
    expect(view).not.toContain('✅');
    expect(view).toContain('Nobody can say now');
  });
});
