import type { AuditEntry } from '../audit/types.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import { couldFire, follow, makeSeries, type Series, type Step, type Track } from './burn.ts';
import { judgeBreach, JUDGE } from './judge-breach.ts';
import { episodeSubject, type SloDeps } from './deps.ts';
import { lockJudged, lockNewestTrack, lockOpenBreach, moveJudged, saveTrack } from './episode-store.ts';
import { refreshBurn, showBurn } from './show-burn.ts';
import { burnBasisOf, readMinutes } from './sums.ts';
import type { Slo } from './types.ts';

const MINUTE_MS = 60_000;
/** Figures of a message that burns, and what is left of its budget, are looked at so often. */
const EVERY_MS = 5 * MINUTE_MS;
/** The budget of what does not burn: a scan of 30 days takes 20 ms a promise, and nothing slower spends much in an hour. */
const CALM_EVERY_MS = 60 * MINUTE_MS;

/** What became of a promise's episodes while minutes passed. */
interface Walk {
  before: Track | null;
  after: Track | null;
  /** Those that were touched, as they are at the end, in the order in which they opened. */
  tracks: Track[];
  /** What happened, in order. */
  events: Step[];
  /** It began to page, whatever it did later. */
  startedToPage: boolean;
}

/**
 * Judges every whole minute from where judging stood up to `upTo` (minutes before that are read): opens, worsens, eases,
 * recovers and reopens the promise's one episode, begins and ends its breach, asks for cards, escalates and settles;
 * all in the caller's transaction. Minutes that were judged are not judged again. Gives the audit rows to append.
 * Domain section 2.
 */
export async function judge(deps: SloDeps, tx: Tx, now: Date, slo: Slo, upTo: Date): Promise<AuditEntry[]> {
  const from = await lockJudged(tx, slo.name);
  const to = new Date(Math.floor(upTo.getTime() / MINUTE_MS) * MINUTE_MS);
  if (from !== null && to <= from) return [];
  const walk = await walkMinutes(tx, slo, { from: from ?? to, to });
  for (const track of walk.tracks) await saveTrack(tx, track);
  const isDue = from === null || turnOf(from) !== turnOf(to);
  const open = await lockOpenBreach(tx, slo.name);
  const isNear = open !== null || [walk.before, walk.after].some((track) => track?.state === 'burning');
  const isCalmDue = from === null || turnOf(from, CALM_EVERY_MS) !== turnOf(to, CALM_EVERY_MS);
  const breach =
    isCalmDue || (isDue && isNear)
      ? await judgeBreach(tx, slo, to)
      : { isOpen: open !== null, change: null, entries: [] };
  const entries = [...walk.events.map((step) => entryOf(step, slo)), ...breach.entries];
  entries.push(...(await climb(deps, tx, now, slo, { walk, breach })));
  // After the escalation, as everybody does who changes both: who holds one waits for nobody who holds the other.
  await showAll(deps, tx, now, { walk, isDue });
  await moveJudged(tx, slo.name, to);
  return entries;
}

function turnOf(at: Date, everyMs = EVERY_MS): number {
  return Math.floor(at.getTime() / everyMs);
}

/** Loads the windows of [from, to) once and slides through them. */
async function walkMinutes(tx: Tx, slo: Slo, { from, to }: { from: Date; to: Date }): Promise<Walk> {
  const before = await lockNewestTrack(tx, slo.name);
  const walk: Walk = { before, after: before, tracks: [], events: [], startedToPage: false };
  const ends: Date[] = [];
  for (let ms = from.getTime() + MINUTE_MS; ms <= to.getTime(); ms += MINUTE_MS) ends.push(new Date(ms));
  const series = await loadSeries(tx, slo, { from, to, ends, isOpen: before?.state === 'burning' });
  if (series === null) return walk;
  const tracks = new Map<string, Track>();
  for (const at of ends) {
    const step = follow(walk.after, series, at, slo, () => newId<string>());
    const { track } = step;
    if (isPaging(track) && !isPaging(walk.after)) walk.startedToPage = true;
    if (step.event !== null) walk.events.push(step);
    if (track !== null && track !== walk.after) tracks.set(track.id, track);
    walk.after = track;
  }
  walk.tracks = [...tracks.values()];
  return walk;
}

/**
 * The minutes that judging needs; null: nothing burns, and no short window is fast enough to begin. A calm minute so
 * costs a scan of six hours instead of three days.
 */
async function loadSeries(
  db: Queryable,
  slo: Slo,
  { from, to, ends, isOpen }: { from: Date; to: Date; ends: readonly Date[]; isOpen: boolean },
): Promise<Series | null> {
  const load = async (minutes: number) => {
    const start = new Date(from.getTime() - minutes * MINUTE_MS);
    const of = { slo: slo.name, basis: burnBasisOf(slo), from: start, to };
    return makeSeries(await readMinutes(db, of), start, to);
  };
  if (!isOpen) {
    const near = await load(Math.max(0, ...slo.tiers.map(({ shortMinutes }) => shortMinutes)));
    if (!ends.some((at) => couldFire(near, at, slo))) return null;
  }
  return await load(Math.max(0, ...slo.tiers.map(({ longMinutes }) => longMinutes)));
}

function isPaging(track: Track | null): boolean {
  return track?.state === 'burning' && track.level === 'page';
}

/** A page climbs as soon as it begins and a breach always; both are over when neither is there any more. */
async function climb(
  deps: SloDeps,
  tx: Tx,
  now: Date,
  slo: Slo,
  { walk, breach }: { walk: Walk; breach: { isOpen: boolean; change: 'began' | 'ended' | null } },
): Promise<AuditEntry[]> {
  const pages = isPaging(walk.after);
  const entries: AuditEntry[] = [];
  if (pages && walk.startedToPage)
    entries.push(...(await deps.escalate(tx, now, { slo, what: 'burn', startedBy: JUDGE })));
  if (breach.change === 'began')
    entries.push(...(await deps.escalate(tx, now, { slo, what: 'breach', startedBy: JUDGE })));
  const wasEscalated = isPaging(walk.before) || breach.change === 'ended';
  if (!pages && !breach.isOpen && wasEscalated)
    entries.push(...(await deps.settle(tx, now, { slo, by: JUDGE })));
  return entries;
}

/** Messages show every change at once; what only counts on, every few minutes. */
async function showAll(
  { policy }: SloDeps,
  tx: Tx,
  now: Date,
  { walk, isDue }: { walk: Walk; isDue: boolean },
): Promise<void> {
  for (const track of walk.tracks) {
    const events = walk.events.filter((step) => step.track?.id === track.id);
    if (events.some(({ event }) => event === 'opened')) await showBurn(tx, now, policy, track);
    else if (events.length > 0 || isDue) await refreshBurn(tx, now, track);
  }
}

function entryOf({ track, event }: Step, slo: Slo): AuditEntry {
  return {
    actor: JUDGE,
    action: `slo_episode.${event ?? 'opened'}`,
    tenantId: null,
    subject: episodeSubject({ id: track?.id ?? '' }),
    data: { slo: slo.name, tier: track?.tier ?? '', at: track?.history.at(-1)?.at ?? '' },
  };
}
