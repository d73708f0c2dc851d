import type { Queryable } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import { budgetLeft, burnRate, REOPEN_MINUTES } from './burn.ts';
import { listBreaches, readEpisode } from './episode-store.ts';
import { readAnswer } from './read-answer.ts';
import { sloNamed } from './deps.ts';
import { BURN_WINDOWS, type Episode, type Slo, type Slos, type Tier } from './types.ts';
import { burnBasisOf, COUNTED, sumBetween, sumWindows } from './sums.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Slack draws at most so many points of a chart. */
const MOST_POINTS = 20;
const MOST_CONTRIBUTORS = 3;
/** A chart begins at least so long before the episode. */
const LEAST_LEAD_MINUTES = 10;

/** Everything the one message of an episode shows. All rates are times too fast, all shares 0 to 1. */
export interface BurnModel {
  slo: Pick<Slo, 'name' | 'title' | 'target' | 'windowDays' | 'unit' | 'dashboard'>;
  episode: Episode;
  /** The fastest that is on, and the fastest that ever was; null: the definition has it no more. */
  tier: Tier | null;
  worstTier: Tier | null;
  /** Over that tier's windows, at the newest minute that was judged; null: no valid events. */
  burn: { short: number | null; long: number | null };
  budgetLeft: number | null;
  /** At the rate of that tier's long window, which is the one that is shown; null: not at this rate, or spent already. */
  exhaustedAt: Date | null;
  /** Since when its promise is broken; null: it is kept. */
  brokenSince: Date | null;
  /** Share of bad events since shortly before it opened, oldest first; null: no valid events. */
  chart: { from: Date; ratio: number | null }[];
  /** Most bad events first. */
  contributors: { name: string; share: number }[];
  /** Who answered, on its own message or on that of its escalation. */
  answered: { by: string; at: Date } | null;
  /** The end of the newest minute that was judged. */
  dataUntil: Date | null;
  silentSince: Date | null;
  /** Its short window has no valid event: it can neither worsen nor recover. */
  isFrozen: boolean;
  /** Once it has recovered, it may be reopened for so long. */
  reopenMinutes: number;
  timeZone: string;
}

/** Null: there is no such episode, or its promise is defined no more. */
export async function loadBurn(
  db: Queryable,
  id: string,
  { policy, slos }: { policy: Policy; slos: Slos },
): Promise<BurnModel | null> {
  const episode = await readEpisode(db, id);
  const slo = episode === null ? undefined : sloNamed(slos, episode.slo);
  if (episode === null || slo === undefined) return null;
  const source = await readSource(db, slo);
  const until = episode.recoveredAt ?? source.judgedUntil ?? episode.changedAt;
  const tier = tierNamed(slo, episode.tier);
  const rates = await readRates(db, slo, tier, source.judgedUntil ?? until);
  const firstTier = tierNamed(slo, episode.history[0]?.tier ?? episode.tier);
  const isBurning = episode.state === 'burning';
  return {
    slo,
    episode,
    tier,
    worstTier: tierNamed(slo, episode.worstTier),
    burn: { short: rates.short, long: rates.long },
    budgetLeft: rates.left,
    exhaustedAt: isBurning ? exhaustionOf(rates, slo, source.judgedUntil ?? until) : null,
    brokenSince: await readBrokenSince(db, slo, until),
    chart: await readChart(db, slo, episode, { until, leadMinutes: firstTier?.shortMinutes ?? 0 }),
    contributors: await readContributors(db, slo, {
      from: new Date(episode.openedAt.getTime() - (firstTier?.longMinutes ?? 60) * MINUTE_MS),
      to: until,
    }),
    answered: await readAnswer(db, episode, slo),
    dataUntil: source.judgedUntil,
    silentSince: isBurning ? source.silentSince : null,
    isFrozen: isBurning && tier !== null && rates.short === null,
    reopenMinutes: REOPEN_MINUTES,
    timeZone: policy.business.time_zone,
  };
}

function tierNamed({ tiers }: Slo, name: string): Tier | null {
  return tiers.find((tier) => tier.name === name) ?? null;
}

interface Rates {
  short: number | null;
  long: number | null;
  left: number | null;
}

async function readRates(db: Queryable, slo: Slo, tier: Tier | null, at: Date): Promise<Rates> {
  const { hour } = BURN_WINDOWS;
  const windows = [tier?.shortMinutes ?? hour, tier?.longMinutes ?? hour];
  const of = { slo: slo.name, at };
  const burns = await sumWindows(db, { ...of, basis: burnBasisOf(slo), windows });
  const [whole] = await sumWindows(db, { ...of, basis: 'event', windows: [slo.windowDays * 1_440] });
  const [short = null, long = null] = burns.map((sums) => burnRate(sums, slo.target));
  const left = whole === undefined ? null : budgetLeft(whole, slo.target);
  return { short, long, left };
}

/** A budget that burns no faster than its window refills it is never spent. */
function exhaustionOf({ long, left }: Rates, { windowDays }: Slo, at: Date): Date | null {
  if (left === null || left <= 0 || long === null || long <= 1) return null;
  return new Date(at.getTime() + (left / long) * windowDays * DAY_MS);
}

async function readSource(
  db: Queryable,
  { name }: Slo,
): Promise<{ judgedUntil: Date | null; silentSince: Date | null }> {
  const { rows } = await db.query<{ judgedUntil: Date | null; silentSince: Date | null }>(
    `select judged_until as "judgedUntil", silent_since as "silentSince" from slo_sources where slo = $1`,
    [name],
  );
  return rows[0] ?? { judgedUntil: null, silentSince: null };
}

async function readBrokenSince(db: Queryable, { name }: Slo, at: Date): Promise<Date | null> {
  const breaches = await listBreaches(db, { from: at, to: new Date(at.getTime() + MINUTE_MS) });
  return breaches.find((breach) => breach.slo === name)?.beganAt ?? null;
}

/** Equal parts of whole minutes, twenty at most, the last of which ends with what is known. */
async function readChart(
  db: Queryable,
  slo: Slo,
  { openedAt }: Episode,
  { until, leadMinutes }: { until: Date; leadMinutes: number },
): Promise<BurnModel['chart']> {
  const lead = Math.max(leadMinutes, LEAST_LEAD_MINUTES);
  const span = Math.max(0, Math.round((until.getTime() - openedAt.getTime()) / MINUTE_MS)) + lead;
  const partMs = Math.ceil(span / MOST_POINTS) * MINUTE_MS;
  const parts = Math.ceil((span * MINUTE_MS) / partMs);
  const stretches = Array.from({ length: parts }, (_, index) => {
    const to = until.getTime() - (parts - 1 - index) * partMs;
    return { from: new Date(to - partMs), to: new Date(to) };
  });
  const sums = await sumBetween(db, { slo: slo.name, basis: burnBasisOf(slo) }, stretches);
  return stretches.map(({ from }, index) => {
    const { good, valid } = sums[index] ?? { good: 0, valid: 0 };
    return { from, ratio: valid > 0 ? Math.max(0, valid - good) / valid : null };
  });
}

async function readContributors(
  db: Queryable,
  { name }: Slo,
  { from, to }: { from: Date; to: Date },
): Promise<BurnModel['contributors']> {
  const { rows } = await db.query<{ name: string; share: number }>(
    `select m.name, sum(m.bad) / sum(sum(m.bad)) over () as share from slo_contributors m
      where m.slo = $1 and m.minute >= $2 and m.minute < $3 and ${COUNTED}
      group by m.name order by sum(m.bad) desc, m.name limit $4`,
    [name, from, to, MOST_CONTRIBUTORS],
  );
  return rows;
}
