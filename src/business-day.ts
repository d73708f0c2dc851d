import { TZDate } from '@date-fns/tz';

/** A half-open stretch of time, [from, to). */
export interface Bounds {
  from: Date;
  to: Date;
}

/** The calendar day, YYYY-MM-DD, that `at` belongs to in the business time zone. */
export function businessDayOf(at: Date, zone: string): string {
  const local = new TZDate(at, zone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(local.getFullYear()).padStart(4, '0')}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
}

/** The day `days` later (or earlier), by the calendar alone. */
export function shiftDay(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** From the first instant of the day to the first instant of the next: 23, 24 or 25 hours where clocks change. */
export function dayBounds(day: string, zone: string): Bounds {
  return { from: firstInstantOf(day, zone), to: firstInstantOf(shiftDay(day, 1), zone) };
}

/** Midnight, or the first instant after the gap where clocks jump over midnight (Santiago, Beirut). */
function firstInstantOf(day: string, zone: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const midnight = new Date(new TZDate(year, month - 1, date, 0, 0, 0, zone).getTime());
  // A zone may resolve a missing midnight to the day before: step over the gap by quarters of an hour.
  let instant = midnight.getTime();
  while (businessDayOf(new Date(instant), zone) < day) instant += 15 * 60_000;
  while (businessDayOf(new Date(instant - 15 * 60_000), zone) === day) instant -= 15 * 60_000;
  return new Date(instant);
}
