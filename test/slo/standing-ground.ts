import type { Pool } from '../../src/database/pool.ts';
import { standingOf, type StandingFacts } from '../../src/slo/standing.ts';
import type { Slos, SourceState, Sums } from '../../src/slo/types.ts';
import { makePayoutSlo, makeSlo, TIERS } from './ground.ts';

/** 08:30 in Istanbul. */
export const NOW = new Date('2026-01-15T05:30:00Z');
const MINUTE_MS = 60_000;

export const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * MINUTE_MS);

export function makeSums(bad: number, valid: number): Sums {
  return { good: valid - bad, valid, minutes: 43_200 };
}

export function makeSource(changes: Partial<SourceState> = {}): SourceState {
  return {
    collectedUntil: minutesAgo(1),
    judgedUntil: minutesAgo(1),
    answeredAt: NOW,
    silentSince: null,
    error: '',
    value: null,
    ...changes,
  };
}

const QUIET = makeSums(1, 100_000);

/** A promise of 99.9 % that is kept well, with what a test wants otherwise. */
export function makeFacts(changes: Partial<StandingFacts> = {}): StandingFacts {
  return {
    slo: makeSlo(),
    now: NOW,
    days: 30,
    sums: makeSums(400, 1_000_000),
    burnSums: { hour: QUIET, quarter: QUIET, days: QUIET },
    source: makeSource(),
    silentAfterMinutes: 5,
    atRiskBelow: 0.25,
    contributors: [],
    episode: null,
    leftOut: [],
    trend: [],
    ...changes,
  };
}

export const makeStanding = (changes: Partial<StandingFacts> = {}) => standingOf(makeFacts(changes));

/** Four, as they are shipped. */
export const FOUR: Slos = {
  hash: 'd'.repeat(64),
  all: [
    makeSlo({ name: 'api-availability' }),
    makeSlo({
      name: 'api-latency',
      title: { en: 'API latency', tr: 'API gecikmesi' },
      target: 0.95,
      tiers: TIERS.slice(1),
    }),
    makePayoutSlo(),
    makeSlo({
      name: 'webhooks',
      title: { en: 'Webhook success', tr: 'Webhook başarısı' },
      target: 0.995,
      unit: 'webhooks',
    }),
  ],
};

/** So many days of minutes that end at `until`, both bases for payouts, with who was bad in one minute of seven. */
export async function fillMinutes(
  pool: Pool,
  { slos, until, days }: { slos: Slos; until: Date; days: number },
): Promise<void> {
  for (const { name, unit } of slos.all) {
    for (const basis of unit === 'payouts' ? ['event', 'decided'] : ['event'])
      await pool.query(
        `insert into slo_minutes (slo, basis, minute, good, valid)
         select $1, $2, $3::timestamptz - make_interval(mins => n), 1000 - (n % 7 = 0)::int, 1000
           from generate_series(1, $4::int) n`,
        [name, basis, until, days * 1_440],
      );
    await pool.query(
      `insert into slo_contributors (slo, minute, name, bad)
       select $1, $2::timestamptz - make_interval(mins => n), 'GET /v1/' || n % 11, 1 from generate_series(7, $3::int, 7) n`,
      [name, until, days * 1_440],
    );
    await pool.query(
      `insert into slo_sources (slo, collected_until, judged_until, answered_at) values ($1, $2, $2, $2)`,
      [name, until],
    );
  }
  await pool.query('vacuum analyze slo_minutes').catch(() => undefined);
}
