import type { EscalationId, Subject, UserId } from '../ids.ts';
import type { Title } from '../incidents/types.ts';
import type { Role } from '../policy/people.ts';
import type { Severity } from '../policy/escalations.ts';

/** The kinds of the messages an escalation has: its own, and in its thread a level that is told, and a hand-over. */
export const ESCALATION_CARD = 'escalation';
export const STEP_CARD = 'escalation_step';
/** A level that is told of many escalations at once. */
export const ROLL_CARD = 'escalation_roll';
export const HANDOVER_CARD = 'escalation_handover';
/** One message an incident, in #incidents: of those that people opened, and of routes that were climbed in vain. */
export const INCIDENT_CARD = 'incident';

export const ALERTS_CHANNEL = 'ops-alerts';
export const INCIDENTS_CHANNEL = 'incidents';

export interface Level {
  roles: readonly Role[];
  groups: readonly string[];
  users: readonly string[];
  /** What it says itself; null: what its severity says. */
  waitMinutes: number | null;
}

type BySeverity = Readonly<Record<Severity, number>>;

/** A route as it was when the escalation started, times included. */
export interface Route {
  name: string;
  levels: readonly Level[];
  waitMinutes: BySeverity;
  lapseMinutes: BySeverity;
  /** Severities whose minutes count in working hours only. */
  workingHoursOnly: readonly Severity[];
  laterRoundMinutes: number;
}

export type ResolvedHow =
  | 'person'
  | 'confirmed'
  | 'accepted'
  | 'lowered'
  | 'adopted'
  | 'closed'
  | 'extended'
  | 'recovered';
export type StepWhy = 'started' | 'unanswered' | 'exhausted' | 'lapsed';
export type PassedOver = 'paused' | 'nobody';

/** An escalation as its row stands. */
export interface Escalation {
  id: EscalationId;
  causeKey: string;
  subject: Subject;
  tenantId: string | null;
  title: Title;
  severity: Severity;
  startedBy: string;
  startedAt: Date;
  route: Route;
  state: 'open' | 'acknowledged' | 'resolved';
  round: number;
  level: number;
  slow: boolean;
  stepsTold: number;
  nextAt: Date | null;
  paged: boolean;
  acknowledgedBy: UserId | null;
  acknowledgedAt: Date | null;
  owner: UserId | null;
  awaitsRun: boolean;
  rootCause: string | null;
  remediation: string | null;
  rootCauseBy: UserId | null;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  resolvedHow: ResolvedHow | null;
}

/** Whom a level's message mentions, by Slack ids. */
export interface Told {
  users: readonly string[];
  groups: readonly string[];
}

export interface Place {
  round: number;
  level: number;
  slow: boolean;
}
