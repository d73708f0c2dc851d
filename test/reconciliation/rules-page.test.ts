import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTRACT } from '../../src/finance/contract.ts';
import { RULE_IDS } from '../../src/reconciliation/rules/catalogue.ts';

const PAGE = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
const rows = PAGE.split('\n')
  .filter((line) => /^\| R\d\d /.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

test('docs/rules.md explains the rules that run, in order', () => {
  expect([...new Set(rows.map(([rule]) => rule))]).toEqual(RULE_IDS);
});

test('docs/rules.md names actions and views as the app does', () => {
  const views = CONTRACT.map(({ name, optional }) => (optional ? `${name}*` : name));
  for (const [rule, , risk, action, , needs] of rows) {
    expect([rule, risk]).toEqual([rule, expect.stringMatching(/^(LOW|MED|HIGH)(, invariant)?$/)]);
    expect(['retry', 'recheck', 'manual review', 'escalate', 'wait', 'rerun']).toContain(action);
    const named = needs!.split(', ').filter((view) => !view.startsWith('('));
    expect(named.filter((view) => !views.includes(view))).toEqual([]);
  }
});
