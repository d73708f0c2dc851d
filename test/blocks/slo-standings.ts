import type { AnswerModel } from '../../blocks/slo.ts';
import type { Standing } from '../../src/slo/models.ts';
import type { LeftOut } from '../../src/slo/types.ts';
import { makePayoutSlo, makeSlo } from '../slo/ground.ts';
import { makeSource, makeStanding, makeSums, minutesAgo, NOW } from '../slo/standing-ground.ts';
import { makeBurn } from './slo-burn-models.ts';

const PART_MINUTES = 3_600;

/** Twelve parts of a window; null: nobody knows. */
export const trendOf = (bads: readonly (number | null)[]) =>
  bads.map((bad, index) => ({
    from: minutesAgo((bads.length - index) * PART_MINUTES),
    sums: bad === null ? makeSums(0, 0) : makeSums(bad, 100_000),
  }));

function makeLeftOut(changes: Partial<LeftOut> = {}): LeftOut {
  return {
    id: '0e000000-0000-4000-8000-0000000000aa',
    number: 7,
    slo: 'api-availability',
    fromAt: minutesAgo(3_000),
    toAt: minutesAgo(2_940),
    cause: 'maintenance',
    note: 'Database upgrade.',
    createdBy: 'U0OPS1',
    createdKey: 'ops1',
    createdAt: minutesAgo(2_900),
    state: 'left_out',
    overrideId: '0e000000-0000-4000-8000-0000000000ab',
    decidedAt: minutesAgo(2_800),
    backOverrideId: null,
    backAt: null,
    ...changes,
  };
}

const dashboard = 'https://grafana.example/d/slo?var-slo=api-availability&orgId=1';
const trend = trendOf([3, 2, 4, null, 3, 120, 40, 2, 0, 1, 5, 3]);
const burnSums = {
  hour: makeSums(1_440, 100_000),
  quarter: makeSums(400, 100_000),
  days: makeSums(210, 100_000),
};
const contributors = [
  { name: 'POST /v1/deposits', bad: 290, allBad: 400 },
  { name: 'GET /v1/wallets', bad: 84, allBad: 400 },
];

/** One of each kind that an answer can show. */
export const STANDINGS: Record<string, Standing> = {
  met: makeStanding({ slo: makeSlo({ dashboard }), trend, contributors }),
  burning: makeStanding({
    burnSums,
    contributors,
    trend,
    episode: makeBurn().episode,
    leftOut: [makeLeftOut(), makeLeftOut({ number: 8, cause: 'bad_data' })],
  }),
  little: makeStanding({ sums: makeSums(900, 1_000_000), trend }),
  broken: makeStanding({
    slo: makePayoutSlo(),
    sums: makeSums(68, 1_000),
    contributors: [{ name: 'bankwire', bad: 51, allBad: 68 }],
    trend,
  }),
  latency: makeStanding({
    slo: makeSlo({ name: 'api-latency', title: { en: 'API latency', tr: 'API gecikmesi' }, target: 0.95 }),
    sums: makeSums(10_000, 1_000_000),
    source: makeSource({ value: 0.312 }),
  }),
  week: makeStanding({ days: 7, trend, burnSums }),
  never_read: makeStanding({ source: undefined, sums: makeSums(0, 0), trend: trendOf(Array(12).fill(null)) }),
  silent: makeStanding({
    source: makeSource({
      collectedUntil: minutesAgo(95),
      silentSince: minutesAgo(95),
      error: 'connect ECONNREFUSED 10.0.0.7:9090',
    }),
    burnSums,
    trend,
  }),
  no_traffic: makeStanding({ sums: makeSums(0, 0) }),
};

export function makeAnswer(standings: readonly Standing[], canShare = true): AnswerModel {
  return { standings, now: NOW, timeZone: 'Europe/Istanbul', canShare };
}

const HOSTILE = '<!channel> `x` *b* <https://evil.example|ok> & 4111 1111 1111 1111 '.repeat(20);

/** As long, and as strange, as it can get. */
export const WORST: Standing = makeStanding({
  slo: makeSlo({
    name: 'x'.repeat(40),
    title: { en: HOSTILE, tr: HOSTILE },
    target: 0.999_999,
    windowDays: 365,
    dashboard: `https://grafana.example/${'d'.repeat(400)}`,
  }),
  days: 365,
  sums: makeSums(9e12, 1e13),
  source: makeSource({
    collectedUntil: minutesAgo(400_000),
    silentSince: minutesAgo(400_000),
    error: HOSTILE,
    value: 1e6,
  }),
  burnSums: { hour: makeSums(1, 1), quarter: makeSums(1, 1), days: makeSums(1, 1) },
  contributors: Array.from({ length: 5 }, () => ({ name: HOSTILE, bad: 1, allBad: 5 })),
  leftOut: Array.from({ length: 40 }, (_, index) => makeLeftOut({ number: 1e9 + index })),
  trend,
});
