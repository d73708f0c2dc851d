import { expect, test } from 'vitest';
import { explainSlo } from '../../src/slo/explain.ts';
import { TIERS } from './ground.ts';

const explain = (target: number, perHour = 100) =>
  explainSlo({ target, windowDays: 30, tiers: target < 0.98 ? TIERS.slice(1) : TIERS }, perHour);

test.each([
  [0.999, 0.001, 43.2, 72, 1_000],
  [0.995, 0.005, 216, 360, 200],
  [0.95, 0.05, 2_160, 3_600, 20],
])('the budget of %d is told in minutes and events', (target, share, minutes, events, ceiling) => {
  const told = explain(target);
  expect(told.budgetShare).toBe(share);
  expect(told.budgetMinutes).toBeCloseTo(minutes, 9);
  expect(told.budgetEvents).toBeCloseTo(events, 9);
  expect(told.ceiling).toBe(ceiling);
});

test.each([
  [0.999, [14.4, 6, 1], [3, 3, 5]],
  [0.995, [72, 30, 5], [5, 11, 22]],
  [0.95, [300, 50], [109, 217]],
])('the alerts of %d are told as numbers', (target, bad, minutes) => {
  const { tiers } = explain(target);
  expect(tiers.map(({ badOfThousand }) => badOfThousand)).toEqual(bad);
  expect(tiers.map(({ firesAfterMinutes }) => firesAfterMinutes)).toEqual(minutes);
  for (const { tier, resetsAfterMinutes } of tiers)
    expect(resetsAfterMinutes).toBeLessThanOrEqual(tier.shortMinutes);
});

test('little traffic is told later, and none too little', () => {
  expect(explain(0.999, 10).tiers.map(({ firesAfterMinutes }) => firesAfterMinutes)).toEqual([30, 30, 30]);
  expect(explain(0.999, 1).tiers.map(({ firesAfterMinutes }) => firesAfterMinutes)).toEqual([null, 300, 300]);
  expect(explain(0.999, 0.01).tiers.map(({ firesAfterMinutes }) => firesAfterMinutes)).toEqual([
    null,
    null,
    null,
  ]);
});
