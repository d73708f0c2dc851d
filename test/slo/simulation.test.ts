import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tiersFor } from '../../src/slo/burn.ts';
import { evenly, judgeSeries, seriesOf, type Count } from './burn-ground.ts';
import { makeSlo, TIERS } from './ground.ts';

const CALM = 4_320;

function sloOf(target: number) {
  return makeSlo({ target, tiers: tiersFor(target, TIERS) });
}

/** Three calm days, then so many minutes in which this share of requests fails, then a calm rest. */
function outage(of: { perHour: number; phase?: number; minutes: number; share?: number; rest?: number }) {
  const { perHour, phase = 0, minutes, share = 1, rest = 0 } = of;
  let owed = 0;
  return seriesOf(CALM + minutes + rest, (index): Count => {
    const valid = evenly(perHour, index, phase);
    if (index < CALM || index >= CALM + minutes) return { bad: 0, valid };
    owed += valid * share;
    const bad = Math.min(valid, Math.floor(owed + 1e-9));
    owed -= bad;
    return { bad, valid };
  });
}

describe('a total outage', () => {
  const cases = [100, 1_000, 10_000].flatMap((perHour) =>
    [
      { target: 0.999, within: 5 },
      { target: 0.995, within: 7 },
      { target: 0.95, within: 115 },
    ].map((each) => ({ ...each, perHour })),
  );

  it.each(cases)(
    'at $target with $perHour requests/h pages in $within min',
    ({ target, within, perHour }) => {
      for (let phase = 0; phase < 1; phase += 0.1) {
        const events = judgeSeries(outage({ perHour, phase, minutes: 180 }), sloOf(target));
        const paged = events.find(({ track }) => track.level === 'page');
        expect(paged?.index).toBeLessThan(CALM + within);
      }
    },
  );

  it.each(cases)('at $target with $perHour requests/h resets in time', ({ target, perHour }) => {
    const slo = sloOf(target);
    // So long that every tier goes on: at 95 % the slowest takes 216 minutes.
    const minutes = 300;
    const offAt = new Map<string, number>();
    let wasOn: readonly string[] = [];
    const series = outage({ perHour, minutes, rest: 800 });
    const events = judgeSeries(series, slo, (index, track) => {
      for (const name of wasOn.filter((on) => !(track?.on ?? []).includes(on))) offAt.set(name, index + 1);
      wasOn = track?.on ?? [];
    });
    for (const { name, shortMinutes } of slo.tiers) {
      expect(offAt.get(name), name).toBeGreaterThan(CALM + minutes);
      expect(offAt.get(name), name).toBeLessThanOrEqual(CALM + minutes + shortMinutes);
    }
    expect(events.at(-1)?.event).toBe('recovered');
  });

  it('is not paged before five requests failed', () => {
    const events = judgeSeries(outage({ perHour: 100, minutes: 2 }), sloOf(0.999));
    expect(events).toEqual([]);
  });
});

describe('a partial outage', () => {
  const perHour = 10_000;
  it.each([
    // So much of the long window has to be bad: 14.4 times 0.1 % of an hour at a tenth is 9 minutes.
    { target: 0.999, share: 0.1, tier: 'page-fast', from: 8, to: 10 },
    { target: 0.999, share: 0.01, tier: 'page-slow', from: 210, to: 220 },
    { target: 0.999, share: 0.002, tier: 'ticket', from: 2_100, to: 2_200 },
    { target: 0.995, share: 0.5, tier: 'page-fast', from: 8, to: 10 },
    { target: 0.95, share: 0.5, tier: 'page-slow', from: 214, to: 218 },
  ])('of $share at $target begins as $tier', ({ target, share, tier, from, to }) => {
    const [first] = judgeSeries(outage({ perHour, minutes: 4_000, share }), sloOf(target));
    expect(first?.track.tier).toBe(tier);
    expect((first?.index ?? 0) + 1 - CALM).toBeGreaterThanOrEqual(from);
    expect((first?.index ?? 0) + 1 - CALM).toBeLessThanOrEqual(to);
  });

  it.each([0.999, 0.995, 0.95])('within the budget of %d tells nobody', (target) => {
    const share = (1 - target) * 0.9;
    expect(judgeSeries(outage({ perHour, minutes: 8_000, share }), sloOf(target))).toEqual([]);
  });
});

describe('whatever happens', () => {
  const patch = fc.record({
    minutes: fc.integer({ min: 1, max: 400 }),
    share: fc.constantFrom(null, 0, 0, 0.0005, 0.01, 0.1, 1),
    perMinute: fc.constantFrom(0, 1, 20, 1_000),
  });
  const run = (patches: readonly { minutes: number; share: number | null; perMinute: number }[]) => {
    const counts = patches.flatMap(({ minutes, share, perMinute }) =>
      Array.from({ length: minutes }, () =>
        share === null ? undefined : { bad: Math.round(perMinute * share), valid: perMinute },
      ),
    );
    return judgeSeries(
      seriesOf(counts.length, (index) => counts[index]),
      sloOf(0.999),
    );
  };

  it('episodes follow one another, an hour apart at least', () => {
    fc.assert(
      fc.property(fc.array(patch, { minLength: 1, maxLength: 30 }), (patches) => {
        let state: 'burning' | 'recovered' | null = null;
        let last: ReturnType<typeof run>[number] | null = null;
        for (const each of run(patches)) {
          const { event, track, index } = each;
          if (event === 'opened' || event === 'reopened') expect(state).not.toBe('burning');
          else expect(state).toBe('burning');
          if (event === 'opened' && last !== null) expect(index - last.index).toBeGreaterThan(60);
          if (event === 'reopened') expect(index - (last?.index ?? 0)).toBeLessThanOrEqual(60);
          if (event !== 'opened') expect(track.id).toBe(last?.track.id);
          expect(track.on[0] ?? null).toBe(track.state === 'burning' ? track.tier : null);
          state = track.state;
          last = each;
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('what flaps is one episode', () => {
    for (const minutes of [1, 2, 5, 10, 30, 59]) {
      const flaps = Array.from({ length: Math.ceil(1_500 / minutes) }, (_, index) => ({
        minutes,
        share: index % 2 === 0 ? 0 : 1,
        perMinute: 1_000,
      }));
      const ids = new Set(run(flaps).map(({ track }) => track.id));
      expect(ids.size, `every ${minutes} min`).toBe(1);
    }
  });

  it('more bad events never end an episode sooner', () => {
    const lasts = [0.02, 0.1, 1].map((share) => {
      const events = judgeSeries(outage({ perHour: 6_000, minutes: 60, share, rest: 5_000 }), sloOf(0.999));
      return events.at(-1)?.index ?? 0;
    });
    expect(lasts).toEqual(lasts.toSorted((a, b) => a - b));
  });
});
