import { businessDayOf, shiftDay } from '../business-day.ts';
import { instantOf, isBusinessDay, type Calendar } from '../calendar.ts';
import { daysBetween, overFrom } from './standing.ts';

/** Days from the deadline on which its owner is reminded before it; after it, every day. Domain section 7. */
const STEPS_BEFORE = [-14, -7, -3, -1, 0] as const;

/** What the moments of steps follow from. */
export interface StepClock {
  calendar: Calendar;
  /** Time of day, HH:MM. */
  nagAt: string;
  /** Of whoever is reminded. */
  timeZone: string;
}

export interface Step {
  /** Days from the deadline; to reviewers, business days since it was handed in. */
  step: number;
  dueAt: Date;
}

/**
 * When a step of a deadline is due: at `nagAt` of its day where its owner is, and what says "overdue" not before it is.
 * A step before the deadline moves from a day without business to the one before. Pure. Domain section 7.
 */
export function stepDueAt(deadline: string, step: number, clock: StepClock): Date {
  const at = instantOf(dayOfStep(deadline, step, clock.calendar), clock.nagAt, clock.timeZone);
  if (step <= 0) return at;
  const over = overFrom(deadline, clock.calendar.business.time_zone);
  return over > at ? over : at;
}

/** Steps up to the deadline in their order, each day once: where some meet, the nearest to the deadline stands for them. */
function stepsBefore(deadline: string, clock: StepClock): Step[] {
  const byDay = new Map<string, number>();
  for (const step of STEPS_BEFORE) byDay.set(dayOfStep(deadline, step, clock.calendar), step);
  return [...byDay.values()].map((step) => ({ step, dueAt: stepDueAt(deadline, step, clock) }));
}

/**
 * The highest step that is due, and the first that is not yet. What was due when the deadline was set (`since`) is no
 * step of it. Pure.
 */
export function stepsAt(
  deadline: string,
  { since, now }: { since: Date; now: Date },
  clock: StepClock,
): { due: Step | null; next: Step } {
  const steps = [...stepsBefore(deadline, clock), ...stepsAfter(deadline, now, clock)];
  const ahead = steps.find(({ dueAt }) => dueAt > now);
  const due = steps.findLast(({ dueAt }) => dueAt <= now);
  return {
    due: due !== undefined && due.dueAt > since ? due : null,
    next: ahead ?? nextAfter(deadline, steps.at(-1)?.step ?? 0, clock),
  };
}

/** Of the days after the deadline those around now: they have no end. */
function stepsAfter(deadline: string, now: Date, clock: StepClock): Step[] {
  const today = daysBetween(deadline, businessDayOf(now, clock.timeZone));
  return [today - 1, today, today + 1, today + 2]
    .filter((step) => step > 0)
    .map((step) => ({ step, dueAt: stepDueAt(deadline, step, clock) }));
}

function nextAfter(deadline: string, step: number, clock: StepClock): Step {
  return { step: step + 1, dueAt: stepDueAt(deadline, step + 1, clock) };
}

function dayOfStep(deadline: string, step: number, calendar: Calendar): string {
  let day = shiftDay(deadline, step);
  // A calendar whose every day is a holiday must not be searched for ever: a fortnight is longer than any.
  for (let tries = 0; step < 0 && tries < 14 && !isBusinessDay(calendar, day); tries += 1) {
    day = shiftDay(day, -1);
  }
  return day;
}

/**
 * Reviewers are reminded on every business day after the one on which it was handed in, counted from 1: the highest step
 * that is due, and the next. `clock.timeZone` is the business's own. Pure.
 */
export function reviewStepsAt(
  submittedAt: Date,
  now: Date,
  clock: StepClock,
): { due: Step | null; next: Step } {
  let due: Step | null = null;
  let day = businessDayOf(submittedAt, clock.timeZone);
  for (let step = 1; ; step += 1) {
    day = nextBusinessDay(clock.calendar, day);
    const dueAt = instantOf(day, clock.nagAt, clock.timeZone);
    if (dueAt > now) return { due, next: { step, dueAt } };
    due = { step, dueAt };
  }
}

function nextBusinessDay(calendar: Calendar, after: string): string {
  let day = shiftDay(after, 1);
  for (let tries = 0; tries < 14 && !isBusinessDay(calendar, day); tries += 1) day = shiftDay(day, 1);
  return day;
}

/** `nagAt` of the day after `at`: when what Slack did not take is tried again. */
export function nextDayAt(at: Date, clock: StepClock): Date {
  return instantOf(shiftDay(businessDayOf(at, clock.timeZone), 1), clock.nagAt, clock.timeZone);
}
