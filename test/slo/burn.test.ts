import { describe, expect, it } from 'vitest';
import {
  budgetLeft,
  burnRate,
  ceiling,
  couldFire,
  makeSeries,
  tiersFor,
  windowOf,
} from '../../src/slo/burn.ts';
import { endOf, judgeSeries, seriesOf } from './burn-ground.ts';
import { makeSlo, TIERS } from './ground.ts';

describe('the burn rate', () => {
  it.each([
    [{ good: 1_000, valid: 1_000 }, 0.999, 0],
    [{ good: 999, valid: 1_000 }, 0.999, 1],
    [{ good: 985.6, valid: 1_000 }, 0.999, 14.4],
    [{ good: 0, valid: 10 }, 0.95, 20],
    [{ good: 0, valid: 0 }, 0.95, null],
    // Sources that extrapolate may tell a crumb more good than valid events.
    [{ good: 10.000_001, valid: 10 }, 0.95, 0],
  ])('of %o against %d is %s', (sums, target, expected) => {
    const rate = burnRate(sums, target);
    if (expected === null) expect(rate).toBeNull();
    else expect(rate).toBeCloseTo(expected, 9);
  });

  it.each([
    [0.999, 1_000],
    [0.995, 200],
    [0.95, 20],
    [0.9, 10],
  ])('of a total outage at %d is %d', (target, expected) => {
    expect(ceiling(target)).toBeCloseTo(expected, 6);
  });

  it.each([
    [{ good: 1_000, valid: 1_000 }, 1],
    [{ good: 950, valid: 1_000 }, 0],
    [{ good: 900, valid: 1_000 }, -1],
    [{ good: 0, valid: 0 }, null],
  ])('of the whole window says what is left: %o', (sums, expected) => {
    const left = budgetLeft(sums, 0.95);
    if (expected === null) expect(left).toBeNull();
    else expect(left).toBeCloseTo(expected, 9);
  });
});

describe('the tiers', () => {
  it.each([
    [0.999, ['page-fast', 'page-slow', 'ticket']],
    [0.995, ['page-fast', 'page-slow', 'ticket']],
    [0.97, ['page-fast', 'page-slow', 'ticket']],
    [0.95, ['page-slow', 'ticket']],
    [0.9, ['ticket']],
    [0.5, ['ticket']],
    [0.4, []],
  ])('of a target of %d are %o', (target, expected) => {
    expect(tiersFor(target, TIERS).map(({ name }) => name)).toEqual(expected);
  });

  it('come fastest first, however they are written', () => {
    expect(tiersFor(0.999, TIERS.toReversed()).map(({ name }) => name)).toEqual([
      'page-fast',
      'page-slow',
      'ticket',
    ]);
  });
});

describe('a window', () => {
  const minute = (text: string, good: number, valid: number) => ({ minute: new Date(text), good, valid });
  const from = new Date('2026-01-05T00:00:00Z');
  const to = new Date('2026-01-05T00:10:00Z');
  const series = makeSeries(
    [
      minute('2026-01-04T23:59:00Z', 1, 1),
      minute('2026-01-05T00:00:00Z', 1, 2),
      minute('2026-01-05T00:04:00Z', 3, 3),
      minute('2026-01-05T00:09:00Z', 0, 4),
      minute('2026-01-05T00:10:00Z', 9, 9),
    ],
    from,
    to,
  );

  it.each([
    ['2026-01-05T00:10:00Z', 10, { good: 4, valid: 9, minutes: 3 }],
    ['2026-01-05T00:10:00Z', 1, { good: 0, valid: 4, minutes: 1 }],
    ['2026-01-05T00:10:00Z', 60, { good: 4, valid: 9, minutes: 3 }],
    ['2026-01-05T00:05:00Z', 1, { good: 3, valid: 3, minutes: 1 }],
    ['2026-01-05T00:09:00Z', 4, { good: 0, valid: 0, minutes: 0 }],
  ])('that ends at %s and has %i minutes', (at, minutes, expected) => {
    expect(windowOf(series, new Date(at), minutes)).toEqual(expected);
  });
});

describe('a tier', () => {
  const slo = makeSlo();
  const calm = 4_320;

  it('needs five bad events, however fast it burns', () => {
    const few = seriesOf(calm + 60, (index) => ({
      bad: index >= calm && index < calm + 4 ? 1 : 0,
      valid: 1,
    }));
    expect(judgeSeries(few, slo)).toEqual([]);
    const enough = seriesOf(calm + 60, (index) => ({
      bad: index >= calm && index < calm + 5 ? 1 : 0,
      valid: 1,
    }));
    expect(judgeSeries(enough, slo)[0]).toMatchObject({ event: 'opened', index: calm + 4 });
  });

  it('fires above its threshold, not at it', () => {
    const at = (bad: number) => seriesOf(60, () => ({ bad, valid: 10_000 }));
    expect(couldFire(at(144), endOf(59), { target: 0.999, tiers: TIERS.slice(0, 1) })).toBe(false);
    expect(couldFire(at(145), endOf(59), { target: 0.999, tiers: TIERS.slice(0, 1) })).toBe(true);
  });

  it('stays on down to half its threshold', () => {
    const wavering = seriesOf(600, (index) => ({ bad: index < 120 ? 200 : 80, valid: 10_000 }));
    const events = judgeSeries(wavering, { ...slo, tiers: TIERS.slice(0, 1) });
    expect(events.map(({ event }) => event)).toEqual(['opened']);
    const calmer = seriesOf(600, (index) => ({ bad: index < 120 ? 200 : 70, valid: 10_000 }));
    const over = judgeSeries(calmer, { ...slo, tiers: TIERS.slice(0, 1) });
    expect(over.map(({ event }) => event)).toEqual(['opened', 'recovered']);
  });
});

describe('an episode', () => {
  const slo = makeSlo();
  /** Minutes of a total outage between others; what is not told is calm. */
  const outages = (length: number, ...spans: [number, number][]) =>
    seriesOf(length, (index) => ({
      bad: spans.some(([from, to]) => index >= from && index < to) ? 100 : 0,
      valid: 100,
    }));

  it('has the fastest tier that is on', () => {
    const events = judgeSeries(outages(6_000, [4_320, 4_380]), slo);
    expect(events.map(({ event, track }) => [event, track.tier])).toEqual([
      ['opened', 'page-fast'],
      ['eased', 'page-slow'],
      ['eased', 'ticket'],
      ['recovered', 'ticket'],
    ]);
    expect(new Set(events.map(({ track }) => track.id)).size).toBe(1);
    expect(events.at(-1)?.track).toMatchObject({ worstTier: 'page-fast', on: [], state: 'recovered' });
  });

  it('worsens when a faster tier joins', () => {
    const worse = seriesOf(9_000, (index) => {
      if (index < 4_320) return { bad: 0, valid: 1_000 };
      return { bad: index < 8_000 ? 3 : 500, valid: 1_000 };
    });
    expect(judgeSeries(worse, slo).map(({ event, track }) => [event, track.level])).toEqual([
      ['opened', 'ticket'],
      ['worsened', 'page'],
    ]);
  });

  it('is reopened within the hour, and is a new one after it', () => {
    const only = { ...slo, tiers: TIERS.slice(0, 1) };
    const again = judgeSeries(outages(700, [100, 110], [150, 160]), only);
    expect(again.map(({ event }) => event)).toEqual(['opened', 'recovered', 'reopened', 'recovered']);
    expect(new Set(again.map(({ track }) => track.id)).size).toBe(1);
    const later = judgeSeries(outages(900, [100, 110], [300, 310]), only);
    expect(later.map(({ event }) => event)).toEqual(['opened', 'recovered', 'opened', 'recovered']);
    expect(new Set(later.map(({ track }) => track.id)).size).toBe(2);
  });

  it('stands still while nothing is known', () => {
    const only = { ...slo, tiers: TIERS.slice(0, 1) };
    const silent = seriesOf(1_000, (index) => {
      if (index >= 120 && index < 720) return undefined;
      return { bad: index >= 100 && index < 120 ? 100 : 0, valid: 100 };
    });
    expect(judgeSeries(silent, only).map(({ event, index }) => [event, index])).toEqual([
      ['opened', 100],
      ['recovered', 720],
    ]);
  });

  it('counts what was bad before it fired and since', () => {
    const [opened, recovered] = judgeSeries(outages(700, [100, 110]), { ...slo, tiers: TIERS.slice(0, 1) });
    expect(opened?.track.bad).toBe(100);
    expect(recovered?.track.bad).toBe(1_000);
    expect(recovered?.track.peakBurn).toBeCloseTo((10 / 60) * 1_000, 6);
  });

  it('forgets who answered when it calls anew', () => {
    const series = outages(1_000, [100, 110], [130, 140]);
    const only = { ...slo, tiers: TIERS.slice(0, 1) };
    const taken = { acknowledgedBy: 'U1', acknowledgedAt: endOf(105) };
    let seen: unknown[] = [];
    judgeSeries(series, only, (_index, track) => {
      if (track?.state === 'burning' && track.history.length === 1) Object.assign(track, taken);
      seen = [...seen, track?.acknowledgedBy ?? null];
    });
    expect(seen[112]).toBe('U1');
    expect(seen.at(-1)).toBeNull();
  });
});
