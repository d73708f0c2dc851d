import { expect, test } from 'vitest';
import { observeR26, type RunFacts } from '../../src/reconciliation/rules/r26-blind-spot.ts';
import { observeR30, sumByCause } from '../../src/reconciliation/rules/r30-many-breaks.ts';
import { testPolicy } from './harness.ts';

const policy = testPolicy();
const now = new Date('2026-01-15T06:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

type State = RunFacts['settled'][number]['state'];
function look(states: State[], completeHours: number | null, firstHours: number | null = 100): string | null {
  const seen = observeR26(
    {
      settled: states.map((state, index) => ({ state, at: ago(index + 1) })),
      completeUntil: completeHours === null ? null : ago(completeHours),
      firstRunAt: firstHours === null ? null : ago(firstHours),
    },
    policy,
    now,
  );
  return seen === null ? null : `${seen.class} ${seen.action} ${seen.evidence.key}`;
}

test.each<[string, State[], number | null, number | null, string | null]>([
  ['no run yet', [], null, null, null],
  ['complete', ['complete'], 1, 1, null],
  ['complete after a failed one', ['complete', 'failed'], 1, 30, null],
  ['failed', ['failed', 'complete'], 25, 100, 'MED rerun R26.failed'],
  ['partial', ['partial', 'complete'], 25, 100, 'MED rerun R26.partial'],
  ['failed twice', ['failed', 'failed'], 25, 100, 'HIGH escalate R26.twice'],
  ['partial, then failed', ['failed', 'partial'], 25, 100, 'HIGH escalate R26.twice'],
  ['26 hours old', ['complete'], 26, 100, null],
  ['27 hours old', ['complete'], 27, 100, 'MED rerun R26.stale'],
  ['53 hours old', ['complete'], 53, 100, 'HIGH escalate R26.stale'],
  ['the first run still goes on', [], null, 2, null],
  ['the first run never came to an end', [], null, 27, 'MED rerun R26.never'],
])('R26: %s', (_title, states, completeHours, firstHours, expected) => {
  expect(look(states, completeHours, firstHours)).toBe(expected);
});

test.each<[bigint, bigint, string | null]>([
  [1_000n, 1_000_000n, null],
  [1_001n, 1_000_000n, 'HIGH'],
  [0n, 0n, null],
  [5n, 0n, null],
])('R30: %s open of %s', (open, volume, expected) => {
  expect(observeR30(open, volume, { policy, observedAt: now })?.class ?? null).toBe(expected);
});

test('R30 counts one cause once, and not itself', () => {
  const break_ = observeR30(2_000n, 1_000_000n, { policy, observedAt: now });
  expect(break_).toMatchObject({ amountMinor: null, amountReportingMinor: null });
  if (break_ === null) return;
  const seen = (rule: string, causeKey: string, amountReportingMinor: bigint | null) => ({
    ...break_,
    rule,
    causeKey,
    amountReportingMinor,
  });
  expect(sumByCause([seen('R04', 'x', 5n), seen('R06', 'x', 7n), seen('R24', 'y', null), break_])).toBe(7n);
});
