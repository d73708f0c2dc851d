import type { Queryable } from '../database/pool.ts';
import type { SloDeps } from './deps.ts';
import { readOpenEpisode } from './episode-store.ts';
import type { Standing } from './models.ts';
import { readSources } from './source-store.ts';
import { BURN_MINUTES, standingOf } from './standing.ts';
import { burnBasisOf, COUNTED, sumWindows } from './sums.ts';
import type { Slo, SourceState, Sums } from './types.ts';
import { listLeftOut } from './window-store.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Parts of a window that a trend shows. */
const TREND_PARTS = 12;
const MOST_CONTRIBUTORS = 5;
/** Promises that are read side by side, five statements each: others need connections too. */
const AT_ONCE = 2;
const NOTHING: Sums = { good: 0, valid: 0, minutes: 0 };

/**
 * How the promises stand at `now`, in the order of their names: all of them, or the named ones. Own rows only, so that
 * it answers while a source is away. `days`: of another window than their own.
 */
export async function loadStandings(
  { pool, policy, slos }: Pick<SloDeps, 'pool' | 'policy' | 'slos'>,
  now: Date,
  of: { names?: readonly string[]; days?: number; trend?: boolean } = {},
): Promise<Standing[]> {
  const wanted = slos.all.filter(({ name }) => of.names === undefined || of.names.includes(name));
  const sources = await readSources(pool);
  const load = (slo: Slo) =>
    loadOne(pool, {
      slo,
      now,
      days: of.days ?? slo.windowDays,
      trend: of.trend === true,
      source: sources.get(slo.name),
      silentAfterMinutes: policy.slo.silent_after_minutes,
      atRiskBelow: policy.slo.at_risk_below,
    });
  const standings: Standing[] = [];
  for (let first = 0; first < wanted.length; first += AT_ONCE)
    standings.push(...(await Promise.all(wanted.slice(first, first + AT_ONCE).map(load))));
  return standings;
}

interface Wanted {
  slo: Slo;
  now: Date;
  days: number;
  trend: boolean;
  source: SourceState | undefined;
  silentAfterMinutes: number;
  atRiskBelow: number;
}

async function loadOne(db: Queryable, wanted: Wanted): Promise<Standing> {
  const { slo, now, days, source } = wanted;
  // Rates are of what is known: a source that is a minute late did not recover in that minute.
  const at = source?.judgedUntil ?? source?.collectedUntil ?? now;
  const from = new Date(now.getTime() - days * DAY_MS);
  const [parts, burns, contributors, episode, leftOut] = await Promise.all([
    sumParts(db, slo, { from, to: now, parts: wanted.trend ? TREND_PARTS : 1 }),
    sumWindows(db, { slo: slo.name, basis: burnBasisOf(slo), at, windows: BURN_MINUTES }),
    readContributors(db, slo, { from, to: now }),
    readOpenEpisode(db, slo.name),
    listLeftOut(db, { slo: slo.name, from, to: now }),
  ]);
  const [hour = NOTHING, quarter = NOTHING, threeDays = NOTHING] = burns;
  return standingOf({
    ...wanted,
    sums: parts.reduce((sum, part) => added(sum, part.sums), NOTHING),
    burnSums: { hour, quarter, days: threeDays },
    contributors,
    episode,
    leftOut: leftOut.filter(({ state }) => state === 'left_out'),
    trend: wanted.trend ? parts : [],
  });
}

async function readContributors(
  db: Queryable,
  { name }: Slo,
  { from, to }: { from: Date; to: Date },
): Promise<{ name: string; bad: number; allBad: number }[]> {
  const { rows } = await db.query<{ name: string; bad: number; allBad: number }>(
    `select m.name, sum(m.bad) as bad, sum(sum(m.bad)) over () as "allBad" from slo_contributors m
      where m.slo = $1 and m.minute >= $2 and m.minute < $3 and ${COUNTED}
      group by m.name order by sum(m.bad) desc, m.name limit $4`,
    [name, from, to, MOST_CONTRIBUTORS],
  );
  return rows;
}

/**
 * Equal parts of a window, oldest first, each by a scan of its own: for 90 days of payouts 143 ms, where one scan with a
 * filter a part took 597 (two busy cores).
 */
async function sumParts(
  db: Queryable,
  { name }: Slo,
  { from, to, parts }: { from: Date; to: Date; parts: number },
): Promise<{ from: Date; sums: Sums }[]> {
  const partMs = (to.getTime() - from.getTime()) / parts;
  const edges = Array.from({ length: parts + 1 }, (_, part) => new Date(from.getTime() + part * partMs));
  const { rows } = await db.query<Sums>(
    `select s.good, s.valid, s.minutes
       from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality part (from_at, to_at, number)
      cross join lateral (
        select coalesce(sum(m.good), 0) as good, coalesce(sum(m.valid), 0) as valid, count(*)::int as minutes
          from slo_minutes m
         where m.slo = $1 and m.basis = 'event' and m.minute >= part.from_at and m.minute < part.to_at and ${COUNTED}) s
      order by part.number`,
    [name, edges.slice(0, -1), edges.slice(1)],
  );
  return rows.map((sums, part) => ({ from: edges[part] as Date, sums }));
}

function added(a: Sums, b: Sums): Sums {
  return { good: a.good + b.good, valid: a.valid + b.valid, minutes: a.minutes + b.minutes };
}
