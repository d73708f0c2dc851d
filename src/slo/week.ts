import { businessDayOf, dayBounds, shiftDay, type Bounds } from '../business-day.ts';

const WEEK = /^(\d{4})-W(\d{2})$/;

/** The ISO 8601 week, such as 2026-W03, that `at` belongs to in the zone. */
export function weekOf(at: Date, zone: string): string {
  return weekOfDay(businessDayOf(at, zone));
}

/** The ISO 8601 week of a calendar day YYYY-MM-DD: the year is that of its Thursday. */
export function weekOfDay(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  const thursday = shiftDay(day, 3 - ((at.getUTCDay() + 6) % 7));
  const year = thursday.slice(0, 4);
  const days = (Date.parse(thursday) - Date.parse(`${year}-01-01`)) / 86_400_000;
  return `${year}-W${String(Math.floor(days / 7) + 1).padStart(2, '0')}`;
}

/** The Monday of a week, YYYY-MM-DD; null when there is no such week (2027-W53). */
export function mondayOf(week: string): string | null {
  const [, year = '', number = ''] = WEEK.exec(week) ?? [];
  if (year === '') return null;
  // 4 January is always in the first week.
  const fourth = `${year}-01-04`;
  const first = shiftDay(fourth, -((new Date(`${fourth}T00:00:00Z`).getUTCDay() + 6) % 7));
  const monday = shiftDay(first, (Number(number) - 1) * 7);
  return weekOfDay(monday) === week ? monday : null;
}

/** The week so many weeks after it, or before. */
export function shiftWeek(week: string, weeks: number): string {
  return weekOfDay(shiftDay(mondayOf(week) ?? '1970-01-01', weeks * 7));
}

/** Its seven days, YYYY-MM-DD, Monday first. */
export function daysOfWeek(week: string): string[] {
  const monday = mondayOf(week) ?? '1970-01-01';
  return Array.from({ length: 7 }, (_, index) => shiftDay(monday, index));
}

/** From Monday's first instant to that of the next Monday: 167, 168 or 169 hours where clocks change by an hour. */
export function weekBounds(week: string, zone: string): Bounds {
  const days = daysOfWeek(week);
  return {
    from: dayBounds(days[0] ?? '', zone).from,
    to: dayBounds(days[6] ?? '', zone).to,
  };
}
