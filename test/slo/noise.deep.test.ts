import { afterAll, describe, expect, it } from 'vitest';
import { burnRate, tiersFor, windowOf, type Series } from '../../src/slo/burn.ts';
import { endOf, judgeSeries, seriesOf, type Count } from './burn-ground.ts';
import { makeSlo, TIERS } from './ground.ts';

const YEAR = 365 * 1_440;
const DAY = 1_440;

/** mulberry32: small, seeded, good enough for noise. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Exactly Poisson up to a mean of 30, by the normal approximation above it. */
function poisson(mean: number, random: () => number): number {
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  while (product > limit) {
    product *= random();
    count += 1;
  }
  return count;
}

interface Noise {
  perHour: number;
  /** Share of requests that fail; half the budget. */
  share: number;
  seed: number;
}

/** As busy at every hour. */
function steady({ perHour, share, seed }: Noise): Series {
  const random = randomFrom(seed);
  return seriesOf(YEAR, () => {
    const valid = poisson(perHour / 60, random);
    return { bad: Math.min(valid, poisson(valid * share, random)), valid };
  });
}

/** A tenth of the traffic at night, a batch of a quarter of an hour at three, and failures that come in clumps of two or three. */
function nightly({ perHour, share, seed }: Noise): Series {
  const random = randomFrom(seed);
  return seriesOf(YEAR, (index): Count => {
    const minute = index % DAY;
    const isNight = minute < 420 || minute >= 1_320;
    const isBatch = minute >= 180 && minute < 195;
    const perMinute = (perHour / 60) * (isNight ? 0.1 : 1) * (isBatch ? 50 : 1);
    const valid = poisson(perMinute, random);
    let bad = 0;
    for (let clump = poisson((valid * share) / 2, random); clump > 0; clump -= 1)
      bad += 1 + Math.floor(random() * 3);
    return { bad: Math.min(valid, bad), valid };
  });
}

/** How often it begins to page. */
function pagesOf(series: Series, target: number): number {
  let pages = 0;
  let wasPaging = false;
  judgeSeries(series, makeSlo({ target, tiers: tiersFor(target, TIERS) }), (_index, track) => {
    const isPaging = track?.state === 'burning' && track.level === 'page';
    if (isPaging && !wasPaging) pages += 1;
    wasPaging = isPaging;
  });
  return pages;
}

/** What one window of five minutes alone would page at the same threshold. */
function naivePagesOf(series: Series, target: number): number {
  let pages = 0;
  let wasPaging = false;
  for (let index = 0; index < YEAR; index += 1) {
    const isPaging = (burnRate(windowOf(series, endOf(index), 5), target) ?? 0) > 14.4;
    if (isPaging && !wasPaging) pages += 1;
    wasPaging = isPaging;
  }
  return pages;
}

const told: string[] = [];
afterAll(() => void process.stdout.write(`false pages in a year of healthy noise:\n${told.join('\n')}\n`));

describe.each([
  { name: 'steady', make: steady },
  { name: 'nightly', make: nightly },
])('a year of $name healthy noise', ({ name, make }) => {
  const cases = [10, 1_000, 100_000].flatMap((perHour) =>
    [0.999, 0.995, 0.95].map((target) => ({ perHour, target })),
  );
  it.each(cases)('at $perHour requests/h and $target pages once a month at most', ({ perHour, target }) => {
    const series = make({ perHour, share: (1 - target) / 2, seed: perHour + Math.round(target * 1_000) });
    const bad = series.valid.at(-1)! - series.good.at(-1)!;
    expect(bad / series.valid.at(-1)!).toBeLessThan(1 - target);
    const pages = pagesOf(series, target);
    const naive = naivePagesOf(series, target);
    told.push(`${name}, ${perHour}/h, ${target}: ${pages}; one window of 5 min alone: ${naive}`);
    expect(pages).toBeLessThanOrEqual(12);
  });
});

it('one window alone pages more than once a month', () => {
  const series = steady({ perHour: 10, share: 0.0025, seed: 1 });
  expect(naivePagesOf(series, 0.995)).toBeGreaterThan(12);
  expect(pagesOf(series, 0.995)).toBe(0);
});

it('a real outage in the same noise is paged', () => {
  const random = randomFrom(3);
  const outageAt = 20 * DAY;
  const series = seriesOf(30 * DAY, (index): Count => {
    const valid = poisson(1_000 / 60, random);
    const share = index >= outageAt && index < outageAt + 30 ? 0.5 : 0.0005;
    return { bad: Math.min(valid, poisson(valid * share, random)), valid };
  });
  expect(pagesOf(series, 0.999)).toBe(1);
});
