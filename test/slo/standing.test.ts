import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StandingFacts } from '../../src/slo/standing.ts';
import { makeBurn } from '../blocks/slo-burn-models.ts';
import { makePayoutSlo, makeSlo } from './ground.ts';
import { makeFacts, makeSource, makeStanding, makeSums, minutesAgo, NOW } from './standing-ground.ts';

const burning = (state: 'burning' | 'recovered') =>
  makeBurn({}, { state, recoveredAt: state === 'burning' ? null : NOW }).episode;

describe('health', () => {
  test.each<[string, Partial<StandingFacts>, string, string | null]>([
    ['met in its budget', {}, 'met', null],
    ['at risk with little left', { sums: makeSums(760, 1_000_000) }, 'at_risk', null],
    ['met with just enough left', { sums: makeSums(750, 1_000_000) }, 'met', null],
    ['at risk with nothing left', { sums: makeSums(1_000, 1_000_000) }, 'at_risk', null],
    ['broken once it is overspent', { sums: makeSums(1_001, 1_000_000) }, 'broken', null],
    ['at risk while it burns', { episode: burning('burning') }, 'at_risk', null],
    ['met after it has burned', { episode: burning('recovered') }, 'met', null],
    [
      'broken, whatever burns',
      { sums: makeSums(2_000, 1_000_000), episode: burning('burning') },
      'broken',
      null,
    ],
    ['unknown when it was never looked at', { source: undefined }, 'no_data', 'never_read'],
    [
      'unknown when nothing was read',
      { source: makeSource({ collectedUntil: null }) },
      'no_data',
      'never_read',
    ],
    [
      'unknown when its source is silent',
      { source: makeSource({ silentSince: minutesAgo(6) }) },
      'no_data',
      'source_silent',
    ],
    [
      'unknown when nobody reads any more',
      { source: makeSource({ collectedUntil: minutesAgo(6) }) },
      'no_data',
      'source_silent',
    ],
    [
      'known while its source is a little late',
      { source: makeSource({ collectedUntil: minutesAgo(5) }) },
      'met',
      null,
    ],
    ['unknown without traffic', { sums: makeSums(0, 0) }, 'no_data', 'no_traffic'],
    ['unknown without a minute', { sums: { good: 0, valid: 0, minutes: 0 } }, 'no_data', 'no_traffic'],
  ])('is %s', (_, facts, health, noData) => {
    expect(makeStanding(facts)).toMatchObject({ health, noData });
  });

  test('is broken for nobody silent, and says what was last known', () => {
    const standing = makeStanding({
      sums: makeSums(2_000, 1_000_000),
      source: makeSource({ silentSince: minutesAgo(9), error: 'connection refused' }),
    });
    expect(standing).toMatchObject({ health: 'no_data', value: 0.998, sourceError: 'connection refused' });
    expect(standing.exhaustedAt).toBeNull();
  });
});

describe('the budget', () => {
  test('is told in minutes of a total outage and in events', () => {
    const { value, budgetLeft, minutesLeft, eventsLeft } = makeStanding();
    expect(value).toBe(0.9996);
    expect(budgetLeft).toBeCloseTo(0.6, 9);
    // 43.2 minutes of 30 days may be lost.
    expect(minutesLeft).toBeCloseTo(25.92, 6);
    expect(eventsLeft).toBeCloseTo(600, 6);
  });

  test('of payouts is told in payouts alone', () => {
    const standing = makeStanding({ slo: makePayoutSlo(), sums: makeSums(30, 1_000) });
    expect(standing.minutesLeft).toBeNull();
    expect(standing.eventsLeft).toBeCloseTo(20, 9);
  });

  test('of another window is that of its days', () => {
    expect(makeStanding({ days: 7 }).minutesLeft).toBeCloseTo(0.6 * 0.001 * 7 * 1_440, 6);
  });

  test('overspent is negative by as much', () => {
    const { budgetLeft, eventsLeft } = makeStanding({ sums: makeSums(2_500, 1_000_000) });
    expect(budgetLeft).toBeCloseTo(-1.5, 9);
    expect(eventsLeft).toBeCloseTo(-1_500, 6);
  });
});

describe('the end of the budget', () => {
  const burnSums = (quarter: number, days: number) => ({
    hour: makeSums(100_000, 100_000),
    quarter: makeSums(quarter, 100_000),
    days: makeSums(days, 100_000),
  });
  const DAY_MS = 86_400_000;

  test.each([
    // Rates of 4 and 2: six tenths of 30 days at 4.
    ['the 6 h rate where it is faster', 400, 200, 4.5],
    ['the 3 d rate where it is faster', 200, 400, 4.5],
    ['the 6 h rate alone', 600, 0, 3],
  ])('is reckoned at %s', (_, quarter, days, inDays) => {
    const { exhaustedAt } = makeStanding({ burnSums: burnSums(quarter, days) });
    expect((exhaustedAt!.getTime() - NOW.getTime()) / DAY_MS).toBeCloseTo(inDays, 6);
  });

  test('is none for a window that nothing is promised over', () => {
    expect(makeStanding({ burnSums: burnSums(900, 900), days: 7 }).exhaustedAt).toBeNull();
  });

  test('is none at a rate that the window refills', () => {
    expect(makeStanding({ burnSums: burnSums(100, 90) }).exhaustedAt).toBeNull();
  });

  test('is none once it is spent', () => {
    const facts = { burnSums: burnSums(900, 900), sums: makeSums(1_000, 1_000_000) };
    expect(makeStanding(facts).exhaustedAt).toBeNull();
  });

  test('is none without burn rates', () => {
    const nothing = { good: 0, valid: 0, minutes: 0 };
    const standing = makeStanding({ burnSums: { hour: nothing, quarter: nothing, days: nothing } });
    expect(standing.burn).toEqual({ hour: null, quarter: null, days: null });
    expect(standing.exhaustedAt).toBeNull();
  });
});

test('who was bad is a share of all that was', () => {
  const { contributors } = makeStanding({
    contributors: [
      { name: 'a', bad: 50, allBad: 200 },
      { name: 'b', bad: 10, allBad: 200 },
    ],
  });
  expect(contributors.map(({ share }) => share)).toEqual([0.25, 0.05]);
});

test('parts without data are gaps of the trend', () => {
  const from = minutesAgo(60);
  const trend = [
    { from, sums: makeSums(0, 0) },
    { from, sums: makeSums(1, 4) },
  ];
  expect(makeStanding({ trend }).trend.map(({ value }) => value)).toEqual([null, 0.75]);
});

const counts = fc
  .record({
    valid: fc.integer({ min: 0, max: 1_000_000_000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ valid, share }) => makeSums(Math.round(valid * share), valid));

describe('always', () => {
  const target = fc.constantFrom(0.9, 0.95, 0.995, 0.999, 0.9999);

  test('what is spent and what is left are the budget', () => {
    fc.assert(
      fc.property(counts, target, fc.integer({ min: 1, max: 90 }), (sums, promised, days) => {
        const slo = makeSlo({ target: promised });
        const { eventsLeft, budgetLeft, minutesLeft } = makeStanding({ slo, sums, days });
        if (sums.valid === 0) {
          expect([eventsLeft, budgetLeft, minutesLeft]).toEqual([null, null, null]);
          return;
        }
        const allowed = (1 - promised) * sums.valid;
        expect(eventsLeft! + (sums.valid - sums.good)).toBeCloseTo(allowed, 3);
        expect(minutesLeft!).toBeCloseTo(budgetLeft! * (1 - promised) * days * 1_440, 6);
      }),
    );
  });

  test('nothing is met that nobody knows', () => {
    const source = fc.option(
      fc.record({
        collectedUntil: fc.option(fc.integer({ min: 0, max: 30 }).map(minutesAgo)),
        silentSince: fc.option(fc.integer({ min: 0, max: 30 }).map(minutesAgo)),
      }),
      { nil: undefined },
    );
    fc.assert(
      fc.property(counts, source, target, (sums, state, promised) => {
        const facts = makeFacts({
          sums,
          slo: makeSlo({ target: promised }),
          source: state === undefined ? undefined : makeSource(state),
        });
        const { health, noData, value } = makeStanding(facts);
        const age = NOW.getTime() - (state?.collectedUntil?.getTime() ?? -Infinity);
        const known = sums.valid > 0 && state?.silentSince === null && age <= 5 * 60_000;
        expect(health === 'no_data').toBe(!known);
        expect(noData === null).toBe(known);
        if (health === 'met') expect(value! + 1e-9).toBeGreaterThanOrEqual(promised);
        if (health === 'broken') expect(value!).toBeLessThan(promised);
      }),
      { numRuns: 1_000 },
    );
  });
});
