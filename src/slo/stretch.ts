import type { Slo } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** History beyond the window, so that a week's report has the week before to compare with. */
const SPARE_DAYS = 7;

/** What is read of a source at once: [from, until), whole minutes. */
export interface Stretch {
  from: Date;
  until: Date;
  /** Nothing is left to be read after it. */
  isLast: boolean;
}

/**
 * The stretch to read next: at most a day that is not read yet, and what may have changed before it. Late data corrects
 * its minutes for an hour; a payout of the last so many hours is not decided yet when it is read first.
 */
export function nextStretch(
  { windowDays, indicator }: Pick<Slo, 'windowDays' | 'indicator'>,
  collectedUntil: Date | null,
  now: Date,
): Stretch {
  const to = wholeMinute(now).getTime();
  const earliest = to - (windowDays + SPARE_DAYS) * DAY_MS;
  const known = Math.min(to, Math.max(earliest, collectedUntil?.getTime() ?? earliest));
  const until = Math.min(to, known + DAY_MS);
  const changedFrom =
    indicator.source === 'payouts'
      ? known - Math.ceil(indicator.withinHours) * HOUR_MS - HOUR_MS
      : Math.min(known, until - HOUR_MS);
  return {
    from: new Date(Math.max(earliest, changedFrom)),
    until: new Date(until),
    isLast: until === to,
  };
}

/** The beginning of the minute that is not over yet: what lies before it can be known. */
export function wholeMinute(now: Date): Date {
  return new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS);
}

/**
 * Since when a source is silent, after one more look at it; null: it tells what is new. `told`: the end of the newest
 * minute that this look heard of. Once it is silent only news end that.
 */
export function silentSince(
  before: { collectedUntil: Date | null; silentSince: Date | null },
  { told, now }: { told: Date | null; now: Date },
  afterMinutes: number,
): Date | null {
  const known = told ?? before.collectedUntil;
  // One that never told anything is set up wrongly: that is said at once.
  if (known === null) return before.silentSince ?? now;
  if (now.getTime() - known.getTime() >= afterMinutes * MINUTE_MS) return before.silentSince ?? known;
  return told === null ? before.silentSince : null;
}
