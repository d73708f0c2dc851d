import { addWorkingMinutes, type Calendar } from '../calendar.ts';
import { assert } from '../errors.ts';
import type { Severity } from '../policy/escalations.ts';
import type { Escalation, PassedOver, Place, Route, StepWhy } from './types.ts';

/** What of an escalation decides when which level is told. */
export type Climber = Pick<
  Escalation,
  'state' | 'round' | 'level' | 'slow' | 'nextAt' | 'severity' | 'route'
>;

/** A level that is due. */
export interface DueStep {
  place: Place;
  why: StepWhy;
  dueAt: Date;
  /** Levels whose time came and went before it, in order. */
  passedOver: { place: Place; dueAt: Date; as: PassedOver; why: StepWhy }[];
}

export type ClimbDecision = { do: 'nothing' } | { do: 'wait'; at: Date } | { do: 'tell'; step: DueStep };

/** What is told within this time of its moment is on time, and what follows counts from that moment. */
const ON_TIME_MS = 30_000;
/** After a year of silence it does not matter which of a thousand rounds it would be. */
const MOST_PASSED_OVER = 1_000;

/**
 * What an escalation does at `now`: wait, or tell the one level it should be at by now. Levels whose time passed while
 * nothing ran are passed over, so that whoever comes back is told once; but level 1 is always told first.
 */
export function decideClimb(climber: Climber, now: Date, calendar: Calendar): ClimbDecision {
  const { state, nextAt } = climber;
  if (state === 'resolved' || nextAt === null) return { do: 'nothing' };
  if (now < nextAt) return { do: 'wait', at: nextAt };
  let step: DueStep = { ...firstDue(climber), dueAt: nextAt, passedOver: [] };
  if (step.why === 'started') return { do: 'tell', step };
  while (step.passedOver.length < MOST_PASSED_OVER) {
    const followingAt = nextStepAt(climber, step.place, step.dueAt, calendar);
    if (followingAt > now) break;
    step = { ...passOver(climber.route, step, 'paused'), dueAt: followingAt };
  }
  return { do: 'tell', step };
}

/** Where it goes on: level 1 at first, level 1 of a new round after a lapse or past the last level, else the next. */
function firstDue(climber: Climber): { place: Place; why: StepWhy } {
  const { state, round, level, slow, route } = climber;
  if (state === 'acknowledged') {
    return level === 0
      ? { place: { round, level: 1, slow: false }, why: 'lapsed' }
      : { place: { round: round + 1, level: 1, slow: false }, why: 'lapsed' };
  }
  if (level === 0) return { place: { round, level: 1, slow }, why: 'started' };
  return nextPlace(route, { round, level, slow });
}

function nextPlace({ levels }: Route, { round, level, slow }: Place): { place: Place; why: StepWhy } {
  if (level < levels.length) return { place: { round, level: level + 1, slow }, why: 'unanswered' };
  return { place: { round: round + 1, level: 1, slow: true }, why: 'exhausted' };
}

/**
 * The step after one that is passed over. That a route was climbed in vain, or an acknowledgement lapsed, is said by
 * whichever level is told in the end.
 */
export function passOver(route: Route, step: DueStep, as: PassedOver): DueStep {
  const { place, dueAt, why } = step;
  const next = nextPlace(route, place);
  return {
    ...next,
    why: next.why === 'exhausted' ? 'exhausted' : why,
    dueAt,
    passedOver: [...step.passedOver, { place, dueAt, as, why }],
  };
}

/** When the level after one that was due at `dueAt` is due; told late, the time it has counts from `now`. */
export function followingAt(
  climber: Climber,
  step: Pick<DueStep, 'place' | 'dueAt'>,
  now: Date,
  calendar: Calendar,
): Date {
  const isLate = now.getTime() - step.dueAt.getTime() > ON_TIME_MS;
  return nextStepAt(climber, step.place, isLate ? now : step.dueAt, calendar);
}

/** When an acknowledgement after which nothing happens is over. */
export function lapsesAt(
  { route, severity }: Pick<Climber, 'route' | 'severity'>,
  now: Date,
  calendar: Calendar,
): Date {
  return after(route, severity, now, { minutes: route.lapseMinutes[severity], calendar });
}

function nextStepAt({ route, severity }: Climber, place: Place, from: Date, calendar: Calendar): Date {
  const level = route.levels[place.level - 1];
  assert(level !== undefined, `the route ${route.name} has no level ${place.level}`);
  const minutes = place.slow ? route.laterRoundMinutes : (level.waitMinutes ?? route.waitMinutes[severity]);
  return after(route, severity, from, { minutes, calendar });
}

function after(
  route: Route,
  severity: Severity,
  from: Date,
  { minutes, calendar }: { minutes: number; calendar: Calendar },
): Date {
  if (route.workingHoursOnly.includes(severity)) return addWorkingMinutes(calendar, from, minutes);
  return new Date(from.getTime() + minutes * 60_000);
}

/** The more urgent of two. */
export function worseSeverity(one: Severity, other: Severity): Severity {
  return one < other ? one : other;
}
