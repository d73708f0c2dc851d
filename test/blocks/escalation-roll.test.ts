import { describe, expect, test } from 'vitest';
import { renderRoll } from '../../blocks/escalation-roll.ts';
import type { RolledEscalation, RollModel } from '../../src/escalations/load-roll.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import { makeEscalationModel } from './escalation-models.ts';

const AT = new Date('2026-01-15T06:12:00Z');

function makeRoll(count: number, changes: Partial<RollModel> = {}): RollModel {
  const one = (index: number): RolledEscalation => ({
    title: { kind: 'finding', rule: 'R02', subject: { kind: 'transaction', id: `tx_${index}` } },
    severity: 'sev1',
    startedAt: new Date('2026-01-15T05:57:00Z'),
    message: { channelId: 'C1', ts: `1768456${String(500 + index)}.000100` },
  });
  return {
    escalations: Array.from({ length: count }, (_, index) => one(index)),
    why: 'unanswered',
    level: 2,
    route: makeEscalationModel().escalation.route,
    told: { users: ['U0MANAGER1'], groups: [] },
    at: AT,
    timeZone: 'Europe/Istanbul',
    ...changes,
  };
}

const contextOf = (locale: 'en' | 'tr') => ({
  locale,
  previousPermalink: null,
  permalink: ({ ts }: { ts: string }) => `https://example.slack.com/archives/C1/p${ts.replace('.', '')}`,
});

describe('a level that is told of many', () => {
  test.each([
    ['unanswered', makeRoll(5)],
    ['exhausted', makeRoll(42, { why: 'exhausted', level: 1 })],
  ])('%s looks as agreed', async (name, model) => {
    for (const locale of ['en', 'tr'] as const) {
      const content = renderRoll(model, contextOf(locale));
      expect(validateMessageBlocks(content.blocks)).toEqual([]);
      expect(content.text.split('<@U0MANAGER1>')).toHaveLength(2);
      await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
        `golden/escalation-roll-${name}.${locale}.json`,
      );
    }
  });

  test('keeps what people wrote from becoming markup', () => {
    const words = '<!channel> *all* of `it`';
    const model = makeRoll(1, {
      escalations: [{ ...makeRoll(1).escalations[0]!, title: { kind: 'words', words } }],
    });
    expect(JSON.stringify(renderRoll(model, contextOf('en')))).not.toContain('<!channel>');
  });
});
