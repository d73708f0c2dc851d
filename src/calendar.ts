import { TZDate } from '@date-fns/tz';
import { businessDayOf, shiftDay } from './business-day.ts';
import type { Policy } from './policy.ts';

/** What of the policy says when the business works. */
export type Calendar = Pick<Policy, 'calendar' | 'working_hours' | 'quiet_hours'> & {
  business: Pick<Policy['business'], 'time_zone'>;
};

const MINUTE_MS = 60_000;
/** A calendar whose every day is a holiday must not be searched for ever. */
const MOST_DAYS = 3_660;

/** Does the business work on this day, YYYY-MM-DD: Monday to Friday, and no holiday? A year without a calendar has none. */
export function isBusinessDay(calendar: Calendar, day: string): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  return !(yearOf(calendar, day)?.holidays.includes(day) ?? false);
}

/**
 * The moment at which `minutes` of working time have passed since `at`, in the business time zone; half days end early.
 * Minutes are real ones: an hour that the clocks leave out or repeat is none or two.
 */
export function addWorkingMinutes(calendar: Calendar, at: Date, minutes: number): Date {
  let leftMs = minutes * MINUTE_MS;
  let day = businessDayOf(at, calendar.business.time_zone);
  for (let searched = 0; searched < MOST_DAYS; searched += 1, day = shiftDay(day, 1)) {
    const hours = workingHoursOf(calendar, day);
    if (hours === null) continue;
    const fromMs = Math.max(hours.from.getTime(), at.getTime());
    const hasMs = hours.to.getTime() - fromMs;
    if (hasMs <= 0) continue;
    if (leftMs <= hasMs) return new Date(fromMs + leftMs);
    leftMs -= hasMs;
  }
  return new Date(at.getTime() + minutes * MINUTE_MS);
}

/** When the quiet hours that `at` lies in are over; null outside of them. */
export function quietUntil(calendar: Calendar, at: Date): Date | null {
  const { from, to } = calendar.quiet_hours;
  if (from === to) return null;
  const zone = calendar.business.time_zone;
  const today = businessDayOf(at, zone);
  // A night begins on one day and ends on the next; a quiet noon ends on its own.
  const nights =
    from < to ? [[today, today]] : [[shiftDay(today, -1), today] as const, [today, shiftDay(today, 1)]];
  for (const [first = today, last = today] of nights) {
    const until = instantOf(last, to, zone);
    if (instantOf(first, from, zone) <= at && at < until) return until;
  }
  return null;
}

function workingHoursOf(calendar: Calendar, day: string): { from: Date; to: Date } | null {
  if (!isBusinessDay(calendar, day)) return null;
  const { from, to, half_day_to: halfDayTo } = calendar.working_hours;
  const zone = calendar.business.time_zone;
  const end = yearOf(calendar, day)?.half_days.includes(day) === true ? halfDayTo : to;
  return { from: instantOf(day, from, zone), to: instantOf(day, end, zone) };
}

/** A time of day as an instant; one that the clocks leave out is as much later as they jump. */
export function instantOf(day: string, time: string, zone: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return new Date(new TZDate(year, month - 1, date, hour, minute, 0, zone).getTime());
}

function yearOf({ calendar }: Calendar, day: string): Policy['calendar'][string] | undefined {
  const year = day.slice(0, 4);
  return Object.hasOwn(calendar, year) ? calendar[year] : undefined;
}
