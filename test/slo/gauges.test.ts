import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { makeLog } from '../../src/log.ts';
import { registerSloGauges } from '../../src/slo/metrics.ts';
import type { Standing } from '../../src/slo/models.ts';
import { makeTestClock } from '../support/clock.ts';
import { makeSlo } from './ground.ts';

const NOW = '2026-01-15T06:00:00Z';

function makeStanding(changes: Partial<Standing> = {}): Standing {
  return {
    slo: makeSlo(),
    health: 'met',
    noData: null,
    days: 30,
    value: 0.9995,
    sums: { good: 9_995, valid: 10_000, minutes: 43_200 },
    budgetLeft: 0.5,
    minutesLeft: 21.6,
    eventsLeft: 5,
    burn: { hour: 2, quarter: null, days: 0.5 },
    exhaustedAt: null,
    dataUntil: new Date('2026-01-15T05:58:30Z'),
    silentSince: null,
    sourceError: '',
    shown: null,
    contributors: [],
    episode: null,
    leftOut: [],
    trend: [],
    ...changes,
  };
}

function openGauges(read: () => Promise<Standing[]>) {
  const registry = new Registry();
  const clock = makeTestClock(NOW);
  registerSloGauges(registry, read, { clock, log: makeLog('silent') });
  const lines = async () =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith('mutabik'));
  return { clock, lines };
}

test('the gauges say how a promise stands', async () => {
  const { lines } = openGauges(async () => [makeStanding()]);
  expect(await lines()).toEqual([
    'mutabik_slo_ratio{slo="api-availability",window="30d"} 0.9995',
    'mutabik_slo_target_ratio{slo="api-availability"} 0.999',
    'mutabik_slo_budget_left_ratio{slo="api-availability"} 0.5',
    'mutabik_slo_burn_rate{slo="api-availability",window="1h"} 2',
    'mutabik_slo_burn_rate{slo="api-availability",window="3d"} 0.5',
    'mutabik_slo_data_age_seconds{slo="api-availability"} 90',
  ]);
});

test('what nobody knows is missing, and its age is told', async () => {
  const { lines } = openGauges(async () => [makeStanding({ noData: 'source_silent' })]);
  expect(await lines()).toEqual([
    'mutabik_slo_target_ratio{slo="api-availability"} 0.999',
    'mutabik_slo_data_age_seconds{slo="api-availability"} 90',
  ]);
});

test('a promise that is gone is gone from the gauges', async () => {
  let standings = [makeStanding()];
  const { clock, lines } = openGauges(async () => standings);
  await lines();
  standings = [];
  clock.advance(30_000);
  expect(await lines()).toEqual([]);
});

test('all gauges of 30 seconds are read once', async () => {
  let reads = 0;
  const { clock, lines } = openGauges(async () => {
    reads += 1;
    return [makeStanding()];
  });
  await Promise.all([lines(), lines()]);
  clock.advance(29_999);
  const aged = await lines();
  expect(reads).toBe(1);
  expect(aged.at(-1)).toMatch(/data_age_seconds.* 119\.999$/);
  clock.advance(1);
  await lines();
  expect(reads).toBe(2);
  clock.advance(-3_600_000);
  await lines();
  expect(reads).toBe(3);
});

test('a reading that fails leaves the scrape whole', async () => {
  let isBroken = true;
  const { lines } = openGauges(async () => {
    if (isBroken) throw new Error('the database is away');
    return [makeStanding()];
  });
  expect(await lines()).toEqual([]);
  isBroken = false;
  expect(await lines()).toHaveLength(6);
});
