import { Cron } from 'croner';

/**
 * The moments of a cron expression in (after, upTo], in order, `limit` at most.
 *
 * The only place that computes occurrences, for tick, catch-up and a moved clock alike. A time inside the gap of a
 * DST change falls at the gap's end; a fixed time in the repeated hour falls once, the first time. Day of month and
 * day of week must both match.
 */
export function occurrences(
  expression: string,
  zone: string,
  after: Date,
  upTo: Date,
  limit: number,
): Date[] {
  const cron = new Cron(expression, { timezone: zone, domAndDow: true, paused: true });
  const found: Date[] = [];
  let at = cron.nextRun(after);
  while (at !== null && at <= upTo && found.length < limit) {
    found.push(at);
    at = cron.nextRun(at);
  }
  return found;
}

/** The first moment after `after`, or null when the expression never comes again. */
export function nextOccurrence(expression: string, zone: string, after: Date): Date | null {
  return new Cron(expression, { timezone: zone, domAndDow: true, paused: true }).nextRun(after);
}
