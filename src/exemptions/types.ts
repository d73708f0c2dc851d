import type { RiskClass } from '../findings/types.ts';
import type { ExemptionId } from '../ids.ts';

/** The kinds of card that show exemptions. */
/** One reminder, in a direct message or in #security. */
export const NAG_CARD = 'exemption_nag';
/** What was handed in as proof, for somebody of security to look at. */
export const CLOSING_CARD = 'exemption_closing';
/** All that is overdue, in one message a day. */
export const ROLL_CARD = 'exemption_roll';
/** The security review. */
export const REVIEW_CARD = 'exemption_review';
export const SECURITY_CHANNEL = 'security';

/** Days from its opening within which the first deadline lies. Domain section 7: no exception, so no setting. */
export const MOST_DAYS = 30;
/** Adding the same again within so many days of its closing is an extension. Domain section 7. */
export const SAME_AGAIN_DAYS = 90;
/** A third extension is refused, and escalated. Domain section 7. */
export const MOST_EXTENSIONS = 2;

export const ROUTES = ['procure', 'rotate'] as const;
/** procure: the real secret is missing; rotate: the one that is there must be replaced. */
export type ExemptionRoute = (typeof ROUTES)[number];

/** open: the owner is at it. closing: handed in, and somebody of security looks at it. */
type ExemptionState = 'open' | 'closing' | 'closed';

/** Whose it is where no person was left: all of security together. */
export const SECURITY_OWNER = 'security';

/** Longest texts of a person, in code points. */
export const LIMITS = {
  name: 120,
  place: 120,
  mitigation: 1_000,
  ticket: 200,
  links: 1_000,
  evidenceLink: 500,
  evidenceNote: 1_000,
  reason: 1_000,
} as const;

/** One row of exemptions. Days are YYYY-MM-DD, business days. */
export interface Exemption {
  id: ExemptionId;
  /** As people call it: EX-7. */
  number: number;
  name: string;
  place: string;
  risk: RiskClass;
  route: ExemptionRoute;
  /** A Slack user id, or SECURITY_OWNER. */
  ownerId: string;
  ownerKey: string;
  deputyId: string | null;
  deputyKey: string | null;
  mitigation: string;
  ticket: string;
  /** One a line. */
  links: string;
  openedBy: string;
  openedAt: Date;
  openedOn: string;
  firstDeadline: string;
  deadline: string;
  extensions: number;
  state: ExemptionState;
  closingId: string | null;
  closedAt: Date | null;
  breachedAt: Date | null;
}

/** One row of exemption_closings. */
export interface Closing {
  id: string;
  exemptionId: ExemptionId;
  number: number;
  submittedBy: string;
  submitterKey: string;
  submittedAt: Date;
  evidenceLink: string;
  evidenceNote: string;
  state: 'waiting' | 'accepted' | 'refused' | 'withdrawn';
  decidedBy: string | null;
  deciderKey: string | null;
  decidedAt: Date | null;
  decidedReason: string;
}

/** owner: whoever holds it. lead: whoever leads them, once it is overdue. reviewers: of security, while it is handed in. */
export type Audience = 'owner' | 'lead' | 'reviewers';

/** One row of exemption_nags. */
export interface Nag {
  id: string;
  exemptionId: ExemptionId;
  deadline: string;
  /** Days from the deadline; to reviewers, business days since it was handed in. */
  step: number;
  audience: Audience;
  closingId: string | null;
  recipient: string;
  dueAt: Date;
  askedAt: Date;
  sentAt: Date | null;
  failedAt: Date | null;
}

/** Where it stands, by one function for the job, the click, the list and the command line (`standingOf`). */
export interface Standing {
  /** The first deadline, or the one it was extended to, has passed: closing does not change that, closed does. */
  isOverdue: boolean;
  /** The deadline that runs has passed. */
  isPastDeadline: boolean;
  /** Whole business-zone days until the deadline's own day: 0 on the day, -1 the day after. */
  daysLeft: number;
  /** Whole days since it was opened. */
  ageDays: number;
}

/** What people call it, and write behind /exemption show. */
export function nameOfExemption({ number }: Pick<Exemption, 'number'>): string {
  return `EX-${number}`;
}

/** The number in "EX-7", "ex7" or "7"; null for anything else. */
export function parseExemptionName(word: string): number | null {
  const digits = /^(?:ex-?)?(\d{1,9})$/i.exec(word)?.[1];
  return digits === undefined ? null : Number(digits);
}
