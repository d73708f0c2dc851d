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

/**
 * Since when Slack is silent: its last answer. Somebody asks every five minutes, so where that is longer ago it was we
 * who were away. Null while it answers.
 */
export function silentSince({ lastOkAt, failingSince }: SlackHealth): Date | null {
  if (failingSince === null || lastOkAt === null) return failingSince;
  return new Date(Math.max(lastOkAt.getTime(), failingSince.getTime() - OUTAGE_MS));
}

/** When the pager is to be told of an outage; null while Slack answers or when it was told. */
function pageDueAt(health: SlackHealth): Date | null {
  const { failingSince, pagedAt } = health;
  const since = silentSince(health);
  if (since === null || failingSince === null || pagedAt !== null) return null;
  return new Date(Math.max(since.getTime() + OUTAGE_MS, failingSince.getTime() + CONFIRMED_BY_MS));
}

/** Is an outage that ends now worth a message? One bad call long after the last good one is none. */
export function wasOutage({ failingSince, pagedAt }: SlackHealth, now: Date): boolean {
  return pagedAt !== null || (failingSince !== null && now.getTime() - failingSince.getTime() >= OUTAGE_MS);
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
