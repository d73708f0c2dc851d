import { expect, test } from 'vitest';
import { decideClass, type ClassFacts } from '../../src/reconciliation/classify.ts';
import { testPolicy } from './harness.ts';

const policy = testPolicy();
const now = new Date('2026-01-15T06:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const DAY = 86_400_000;

const facts = (change: Partial<ClassFacts>): ClassFacts => ({
  base: 'LOW',
  mark: 'none',
  amount: { reportingMinor: 0n },
  occurredAt: now,
  ...change,
});

test.each<[string, Partial<ClassFacts>, string]>([
  ['stays LOW', {}, 'LOW'],
  ['A below the limit', { base: 'MED', mark: 'A', amount: { reportingMinor: 99_999n } }, 'MED'],
  ['A at the limit', { base: 'MED', mark: 'A', amount: { reportingMinor: 100_000n } }, 'HIGH'],
  ['amount unmarked', { base: 'MED', amount: { reportingMinor: 10_000_000n } }, 'MED'],
  ['a below its limit', { mark: 'aA', amount: { reportingMinor: 999n } }, 'LOW'],
  ['a at its limit', { mark: 'aA', amount: { reportingMinor: 1_000n } }, 'MED'],
  ['aA at the high limit', { mark: 'aA', amount: { reportingMinor: 100_000n } }, 'HIGH'],
  ['no rate', { amount: { reportingMinor: null } }, 'MED'],
  ['no rate lowers nothing', { base: 'HIGH', amount: { reportingMinor: null } }, 'HIGH'],
  ['no amount at all', { amount: null }, 'LOW'],
  ['three days exactly', { occurredAt: ago(3 * DAY) }, 'LOW'],
  ['over three days', { occurredAt: ago(3 * DAY + 1) }, 'MED'],
  ['seven days exactly', { base: 'MED', occurredAt: ago(7 * DAY) }, 'MED'],
  ['over seven days', { base: 'MED', occurredAt: ago(7 * DAY + 1) }, 'HIGH'],
  ['LOW over seven days', { occurredAt: ago(8 * DAY) }, 'HIGH'],
  ['does not age', { occurredAt: null }, 'LOW'],
  ['HIGH stays', { base: 'HIGH', occurredAt: null, amount: null }, 'HIGH'],
])('class: %s', (_title, change, expected) => {
  expect(decideClass(facts(change), policy, now)).toBe(expected);
});
