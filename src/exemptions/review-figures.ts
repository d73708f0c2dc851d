import type { ActionFigures } from '../actions/figures.ts';
import { daysBetween, standingOf } from './standing.ts';
import { nameOfExemption, type Exemption } from './types.ts';

/** Due soon: the deadline lies within so many days, about the time to the review after the next. */
const DUE_WITHIN_DAYS = 14;
/** The ages of the chart, each up to and with so many days; what is older is the last. */
const AGE_BOUNDS = [7, 14, 21, 30] as const;

/** What a security review says, as it stood when it was made. Kept as JSON. */
export interface ReviewFigures {
  /** Not closed, those that are handed in included. */
  open: number;
  /** Of these: handed in, and waiting to be looked at. */
  closing: number;
  due: number;
  overdue: number;
  /** The next four since the last review, or ever. */
  closed: number;
  extended: number;
  breaches: number;
  since: string | null;
  /** Days; null when nothing is open. */
  medianAgeDays: number | null;
  oldest: { name: string; title: string; ageDays: number } | null;
  /** How many open ones are 0-7, 8-14, 15-21, 22-30, over 30 days old. */
  ages: number[];
  /** How the actions of the reviews before were kept. */
  actions: ActionFigures;
}

/** What is counted in the database. */
export interface CountedSince {
  closed: number;
  extended: number;
  breaches: number;
  since: string | null;
}

/** The figures of one moment, from everything that is not closed. Pure. */
export function reviewFigures(
  unclosed: readonly Exemption[],
  counted: CountedSince,
  { now, zone, actions }: { now: Date; zone: string; actions: ActionFigures },
): ReviewFigures {
  const lines = unclosed.map((exemption) => ({ exemption, standing: standingOf(exemption, now, zone) }));
  const ages = lines.map(({ standing }) => standing.ageDays).toSorted((a, b) => a - b);
  const oldest = lines.toSorted(
    (a, b) => b.standing.ageDays - a.standing.ageDays || a.exemption.number - b.exemption.number,
  )[0];
  return {
    open: lines.length,
    closing: lines.filter(({ exemption }) => exemption.state === 'closing').length,
    due: lines.filter(({ standing: { isOverdue, daysLeft } }) => !isOverdue && daysLeft <= DUE_WITHIN_DAYS)
      .length,
    overdue: lines.filter(({ standing }) => standing.isOverdue).length,
    ...counted,
    medianAgeDays: medianOf(ages),
    oldest:
      oldest === undefined
        ? null
        : {
            name: nameOfExemption(oldest.exemption),
            title: oldest.exemption.name,
            ageDays: oldest.standing.ageDays,
          },
    ages: bucketsOf(ages),
    actions,
  };
}

/** The newest day of the series that is not after `day`; null before the first. Pure. */
export function reviewDayOf(
  day: string,
  { first, every_weeks: everyWeeks }: { first: string; every_weeks: number },
): string | null {
  const days = daysBetween(first, day);
  if (days < 0) return null;
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - (days % (everyWeeks * 7)));
  return at.toISOString().slice(0, 10);
}

function medianOf(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function bucketsOf(ages: readonly number[]): number[] {
  const counts = [...AGE_BOUNDS, Infinity].map(() => 0);
  for (const age of ages) {
    const found = AGE_BOUNDS.findIndex((bound) => age <= bound);
    const index = found < 0 ? AGE_BOUNDS.length : found;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}
