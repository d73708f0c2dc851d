import { businessDayOf, dayBounds, shiftDay } from '../business-day.ts';
import { MOST_DAYS, type Exemption, type Standing } from './types.ts';

/**
 * Where an exemption stands at a moment: the one function that says what is overdue. A deadline holds until the end of
 * its day in business time; what was extended stays overdue by its first deadline. Pure. Domain section 7.
 */
export function standingOf(
  exemption: Pick<Exemption, 'state' | 'openedOn' | 'firstDeadline' | 'deadline'>,
  now: Date,
  zone: string,
): Standing {
  const today = businessDayOf(now, zone);
  const isOpen = exemption.state !== 'closed';
  return {
    isOverdue: isOpen && isPast(exemption.firstDeadline, now, zone),
    isPastDeadline: isOpen && isPast(exemption.deadline, now, zone),
    daysLeft: daysBetween(today, exemption.deadline),
    ageDays: daysBetween(exemption.openedOn, today),
  };
}

/** The first moment at which a deadline is past: when the day after it begins, in business time. */
export function overFrom(deadline: string, zone: string): Date {
  return dayBounds(deadline, zone).to;
}

/** The last day that a first deadline may have. */
export function lastDeadline(openedOn: string): string {
  return shiftDay(openedOn, MOST_DAYS);
}

/** Whole days from one to the other, negative when it lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

function isPast(deadline: string, now: Date, zone: string): boolean {
  return now >= overFrom(deadline, zone);
}
