/** A payout that is asked for and neither paid, rejected nor canceled. */
export interface OpenPayout {
  tenantId: string;
  transactionId: string;
  accountId: string;
  /** Null: nobody has it yet. */
  provider: string | null;
  paymentState: string;
  requestedAt: Date;
  /** Null: what stands there is no amount. */
  amountMinor: bigint | null;
  currency: string;
}

/** How long payouts took that were paid of late, in milliseconds, shortest first. */
export interface Paces {
  byProvider: ReadonlyMap<string, readonly number[]>;
  all: readonly number[];
}

export interface RiskLimits {
  /** What is promised. */
  withinHours: number;
  /** Open for so long is at risk, whatever its provider does. */
  afterHours: number;
}

/** age: open for too long. pace: its provider will take too long. */
export type RiskWhy = 'age' | 'pace';

export type AtRisk = OpenPayout & { why: RiskWhy; breaksAt: Date };

/** What became of a payout that was named. */
export type RiskOutcome = 'paid' | 'late' | 'dropped';

/** How a payout that was named stands in the money; `state` null: it is not there any more. */
export interface Fate {
  state: string | null;
  finalAt: Date | null;
}

const HOUR_MS = 3_600_000;
/** Fewer payments than this tell no p90. */
const FEWEST_SAMPLES = 20;
/** A promise that is shorter than a day is at risk by age when as much of it is gone as 20 h are of 24. */
const LATEST_SHARE = 20 / 24;
/** A notice of its own for payouts that came to the list, at most once in so long. */
const NOTICE_EVERY_MS = HOUR_MS;

/** The limits of a promise of so many hours. */
export function limitsOf(withinHours: number, afterHours: number): RiskLimits {
  return { withinHours, afterHours: Math.min(afterHours, withinHours * LATEST_SHARE) };
}

/** The moment at which its promise breaks, if it is not paid until then. */
export function breaksAt({ requestedAt }: Pick<OpenPayout, 'requestedAt'>, withinHours: number): Date {
  return new Date(requestedAt.getTime() + withinHours * HOUR_MS);
}

/**
 * The p90 (nearest rank) of how long a payout still takes that is open for `ageMs`: of the durations beyond that age,
 * less the age; milliseconds. Null: fewer than 20 of them. `durations` in ascending order. Domain section 2.
 */
export function ninetiethLeft(durations: readonly number[], ageMs: number): number | null {
  const from = firstBeyond(durations, ageMs);
  const count = durations.length - from;
  if (count < FEWEST_SAMPLES) return null;
  return durations[from + Math.ceil((count * 9) / 10) - 1]! - ageMs;
}

/**
 * By its own provider, where that has paid 20 of late; else by all of them. Whoever pays quickly, and has paid none this
 * old, is not judged by those who are slow: then only age tells. Null: unknown.
 */
export function paceLeft(
  { provider }: Pick<OpenPayout, 'provider'>,
  paces: Paces,
  ageMs: number,
): number | null {
  const own = provider === null ? [] : (paces.byProvider.get(provider) ?? []);
  return ninetiethLeft(own.length < FEWEST_SAMPLES ? paces.all : own, ageMs);
}

/**
 * Why it will break its promise at the present pace; null: it will not, as far as anybody knows, or has broken it
 * already. Pure.
 */
export function decideRisk(payout: OpenPayout, paces: Paces, now: Date, limits: RiskLimits): RiskWhy | null {
  const ageMs = now.getTime() - payout.requestedAt.getTime();
  const withinMs = limits.withinHours * HOUR_MS;
  if (ageMs < 0 || ageMs >= withinMs) return null;
  if (ageMs >= limits.afterHours * HOUR_MS) return 'age';
  const left = paceLeft(payout, paces, ageMs);
  return left !== null && ageMs + left > withinMs ? 'pace' : null;
}

/** Those that are at risk, soonest to break first. */
export function chooseAtRisk(
  open: readonly OpenPayout[],
  paces: Paces,
  now: Date,
  limits: RiskLimits,
): AtRisk[] {
  return open
    .flatMap((payout): AtRisk[] => {
      const why = decideRisk(payout, paces, now, limits);
      return why === null ? [] : [{ ...payout, why, breaksAt: breaksAt(payout, limits.withinHours) }];
    })
    .toSorted(bySoonest);
}

/** The order of every list: soonest to break first. */
export function bySoonest(
  one: Pick<AtRisk, 'breaksAt' | 'transactionId'>,
  other: Pick<AtRisk, 'breaksAt' | 'transactionId'>,
): number {
  const apart = one.breaksAt.getTime() - other.breaksAt.getTime();
  return apart === 0 ? (one.transactionId < other.transactionId ? -1 : 1) : apart;
}

/** What became of a payout that was named; null: it is open and in time. Pure. */
export function decideOutcome(
  fate: Fate,
  promise: Date,
  now: Date,
): { outcome: RiskOutcome; endedAt: Date } | null {
  const { state, finalAt } = fate;
  if (state === null) return { outcome: 'dropped', endedAt: now };
  if (state === 'paid' || state === 'rejected' || state === 'canceled') {
    const endedAt = finalAt ?? now;
    const inTime = state === 'paid' ? 'paid' : 'dropped';
    return { outcome: endedAt > promise ? 'late' : inTime, endedAt };
  }
  return now >= promise ? { outcome: 'late', endedAt: promise } : null;
}

/** Is a notice due for payouts that came to the list? `lastToldAt` null: nothing was told yet. Pure. */
export function isNoticeDue(lastToldAt: Date | null, now: Date): boolean {
  return lastToldAt === null || now.getTime() - lastToldAt.getTime() >= NOTICE_EVERY_MS;
}

function firstBeyond(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
