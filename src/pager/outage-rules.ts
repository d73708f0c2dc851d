/** Whether Slack answers, as its row says; moments of our Clock. */
export interface SlackHealth {
  lastOkAt: Date | null;
  failingSince: Date | null;
  lastFailureAt: Date | null;
  pagedAt: Date | null;
}

/** So long without an answer is told to the pager. */
const OUTAGE_MS = 5 * 60_000;
/** One failed call is no outage: two must lie this far apart. */
const CONFIRMED_BY_MS = 30_000;
/** After so long nobody but the watch calls Slack any more, until it answers. */
const CIRCUIT_OPENS_MS = 60_000;
const LOOK_EVERY_MS = 30_000;
const LOOK_LATER_EVERY_MS = 60_000;

/** When the pager is to be told of an outage; null while Slack answers or when it was told. */
export function pageDueAt({ lastOkAt, failingSince, pagedAt }: SlackHealth): Date | null {
  if (failingSince === null || pagedAt !== null) return null;
  const silentSince = lastOkAt ?? failingSince;
  return new Date(Math.max(silentSince.getTime() + OUTAGE_MS, failingSince.getTime() + CONFIRMED_BY_MS));
}

/** Is it time to tell, and was the failure confirmed by a second one? */
export function shouldPage(health: SlackHealth, now: Date): boolean {
  const dueAt = pageDueAt(health);
  if (dueAt === null || health.failingSince === null || health.lastFailureAt === null) return false;
  const confirmedMs = health.lastFailureAt.getTime() - health.failingSince.getTime();
  return now >= dueAt && confirmedMs >= CONFIRMED_BY_MS;
}

/** When the watch looks next while Slack is silent: in half a minute, or exactly when the pager may have to be told. */
export function nextLookAt(health: SlackHealth, now: Date): Date {
  const every = health.pagedAt === null ? LOOK_EVERY_MS : LOOK_LATER_EVERY_MS;
  const regular = now.getTime() + every;
  const dueAt = pageDueAt(health)?.getTime() ?? Infinity;
  return new Date(dueAt > now.getTime() ? Math.min(regular, dueAt) : regular);
}

/** Is the circuit open: does nobody but the watch call Slack now? */
export function isCircuitOpen({ failingSince }: Pick<SlackHealth, 'failingSince'>, now: Date): boolean {
  return failingSince !== null && now.getTime() - failingSince.getTime() >= CIRCUIT_OPENS_MS;
}
