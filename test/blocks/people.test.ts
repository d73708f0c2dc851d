import { describe, expect, it } from 'vitest';
import { renderRoleChanges } from '../../blocks/people.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import type { RoleChange } from '../../src/people/changes.ts';
import type { RoleChangesModel } from '../../src/people/load-role-changes.ts';
import { LOCALES, type Locale } from '../../src/texts.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const CHANGES: RoleChange[] = [
  { role: 'ops', userId: 'U0000OPS2', change: 'revoked' },
  { role: 'leads', userId: 'U0000OPS2', change: 'granted' },
  { role: 'leads', userId: 'U000LEAD3', change: 'granted' },
];

const render = (change: Partial<RoleChangesModel>, locale: Locale, previousPermalink: string | null = null) =>
  renderRoleChanges(
    {
      at: new Date('2026-01-15T06:00:00Z'),
      cause: 'slack',
      changes: CHANGES,
      timeZone: 'Europe/Istanbul',
      ...change,
    },
    { locale, previousPermalink, permalink: () => null },
  );
const many = Array.from({ length: 2_000 }, (_each, index): RoleChange => {
  return { role: 'ops', userId: `U${String(index).padStart(10, '0')}`, change: 'granted' };
});

describe.each(LOCALES)('a change of roles in %s', (locale) => {
  it.each([
    ['slack', {}],
    ['policy', { cause: 'policy' as const }],
  ])('looks as agreed: %s', async (name, change) => {
    const content = render(change, locale);
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(
      `golden/role-changes-${name}.${locale}.json`,
    );
  });

  it('mentions people, and nothing else is live', () => {
    const hostile: RoleChange = { role: 'sre', userId: '<!channel> `x`', change: 'granted' };
    const content = render({ changes: [...CHANGES, hostile] }, locale);
    const markup = textObjects(content).map(({ text }) => text.replaceAll(/<@U\w+>/g, ''));
    expect(markup.flatMap(liveMarkup)).toEqual([]);
    expect(allText(content).match(/<@\w+>/g)).toEqual(['<@U0000OPS2>', '<@U0000OPS2>', '<@U000LEAD3>']);
  });

  it('counts a crowd instead of naming it', () => {
    const content = render({ changes: many }, locale);
    expect(validateMessageBlocks(content.blocks)).toEqual([]);
    expect(content.text.length).toBeLessThan(3_500);
    expect(allText(content).match(/<@U\d+>/g)).toHaveLength(20);
    expect(allText(content)).toMatch(/1[.,]980/);
  });

  it('links to where it stood before', () => {
    expect(allText(render({}, locale, 'https://x.slack.com/archives/C1/p1'))).toContain('archives/C1/p1');
  });
});
