import { breachOf } from './breach.ts';
import type { Audience, Closing, Exemption, Nag } from './types.ts';
import { overFrom, standingOf } from './standing.ts';
import { nextDayAt, reviewStepsAt, stepsAt, type Step, type StepClock } from './steps.ts';

/** Everything that decides what is next for one exemption that is not closed. */
export interface NagFacts {
  exemption: Exemption;
  /** When its running deadline was set. */
  since: Date;
  /** While it is handed in. */
  closing: Closing | null;
  /** Of the running deadline and the closing that waits, oldest first. */
  nags: readonly Nag[];
  /** In the owner's time zone. */
  owner: StepClock;
  /** In the business's. */
  business: StepClock;
  /** Whoever leads the owner; null: nobody is known. */
  leadId: string | null;
}

export interface WantedNag extends Step {
  audience: Audience;
  recipient: string;
  closingId: string | null;
}

export interface NextStep {
  nags: WantedNag[];
  /** The first deadline has passed unnoticed so far. */
  breachedAt: Date | null;
  /** The running one has. */
  isPastDeadline: boolean;
  /** When there is something to decide again, later than now. */
  nextAt: Date;
}

/**
 * What is due now and when to look again: to each audience the highest step that is due and was not asked for, never
 * all that were missed. What is under way counts as asked; what Slack did not take is tried again on the next day. Pure.
 * Domain section 7.
 */
export function decideNext(facts: NagFacts, reviewers: string, now: Date): NextStep {
  const { exemption, closing } = facts;
  const zone = facts.business.timeZone;
  const steps = stepsAt(exemption.deadline, { since: facts.since, now }, facts.owner);
  const lines: Line[] = [];
  const toPerson = { clock: facts.owner, closingId: null };
  if (exemption.state === 'open') {
    lines.push({ ...toPerson, ...steps, audience: 'owner', recipient: exemption.ownerId });
  } else if (closing !== null) {
    const review = reviewStepsAt(closing.submittedAt, now, facts.business);
    const closingId = closing.id;
    lines.push({ ...review, audience: 'reviewers', recipient: reviewers, clock: facts.business, closingId });
  }
  if (facts.leadId !== null) {
    const due = steps.due !== null && steps.due.step > 0 ? steps.due : null;
    lines.push({ ...toPerson, due, next: steps.next, audience: 'lead', recipient: facts.leadId });
  }
  const decided = lines.map((line) => decideLine(line, facts.nags, now));
  const standing = standingOf(exemption, now, zone);
  const moments = [
    ...decided.map(({ nextAt }) => nextAt),
    overFrom(exemption.deadline, zone),
    overFrom(exemption.firstDeadline, zone),
    steps.next.dueAt,
  ];
  return {
    nags: decided.flatMap(({ nag }) => (nag === null ? [] : [nag])),
    breachedAt: breachOf(exemption, now, zone),
    isPastDeadline: standing.isPastDeadline,
    nextAt: earliestAfter(now, moments),
  };
}

interface Line {
  audience: Audience;
  recipient: string;
  closingId: string | null;
  due: Step | null;
  next: Step;
  clock: StepClock;
}

function decideLine(line: Line, all: readonly Nag[], now: Date): { nag: WantedNag | null; nextAt: Date } {
  const nextAt = line.next.dueAt;
  const own = all.filter((nag) => isOf(nag, line));
  const asked = own.filter(({ failedAt }) => failedAt === null);
  const { due } = line;
  if (due === null || asked.some(({ step }) => step >= due.step)) return { nag: null, nextAt };
  const newest = own.at(-1);
  if (newest !== undefined && newest.failedAt !== null) {
    const againAt = nextDayAt(newest.failedAt, line.clock);
    if (againAt > now) return { nag: null, nextAt: againAt };
  }
  const { audience, recipient, closingId } = line;
  return { nag: { ...due, audience, recipient, closingId }, nextAt };
}

/** A new owner is told of what the one before was told of; whoever leads the owner is told once. */
function isOf(nag: Nag, { audience, recipient, closingId }: Line): boolean {
  if (nag.audience !== audience || nag.closingId !== closingId) return false;
  return audience !== 'owner' || nag.recipient === recipient;
}

function earliestAfter(now: Date, moments: readonly Date[]): Date {
  const ahead = moments.map((at) => at.getTime()).filter((ms) => ms > now.getTime());
  return new Date(Math.min(...ahead));
}
