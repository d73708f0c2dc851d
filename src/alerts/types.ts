import type { Subject } from '../ids.ts';

/** What each kind of alert says; all strings are foreign text and are escaped when shown. Times are ISO 8601. */
export interface AlertArgs {
  /** A durable task used up its attempts. */
  task_failed: { task: string; key: string; error: string };
  /** Due moments of a schedule passed while nothing ran. */
  slot_missed: { schedule: string; count: number; firstAt: string; lastAt: string };
  /** A message could not be posted or rewritten. */
  card_failed: { card: string; channel: string; error: string };
  /** A file could not be put into its thread. */
  file_failed: { card: string; channel: string; file: string; error: string };
  /** A reconciliation failed, or looked at a part only. */
  run_failed: { label: string; state: string; error: string };
  /** The audit log is not what it was. */
  audit_broken: { seq: number; problem: string };
  /** Levels of escalation routes that reach nobody, as in "findings 2". */
  route_reaches_nobody: { count: number; levels: string };
  /** The pager did not take a page. */
  page_failed: { error: string };
  /** The payment platform does not let us in. */
  platform_unauthorised: { status: number };
  /** The payment platform gave no answer to so many calls in a row. */
  platform_unreachable: { failures: number };
  /** Whether something was done about a payment has not been found out for an hour. */
  operation_unknown: { transaction: string; since: string };
  /** Slack answered nobody between these moments. */
  slack_unreachable: { firstAt: string; lastAt: string };
  /** A reminder of an exemption, as in EX-7, did not reach whom it is for (a Slack user id): it counts as not sent. */
  owner_unreachable: { exemption: string; person: string; error: string };
  /** The owner of an exemption has left; `heir` has it now: a Slack user id, or "security". */
  owner_left: { exemption: string; person: string; heir: string };
  /** Nobody can say how a promise stands: its source is silent since then. */
  slo_blind: { slo: string; since: string; error: string };
}

export type AlertKind = keyof AlertArgs;

export const ALERT_KINDS = [
  'task_failed',
  'slot_missed',
  'card_failed',
  'file_failed',
  'run_failed',
  'audit_broken',
  'route_reaches_nobody',
  'page_failed',
  'slack_unreachable',
  'platform_unauthorised',
  'platform_unreachable',
  'operation_unknown',
  'owner_unreachable',
  'owner_left',
  'slo_blind',
] as const satisfies readonly AlertKind[];

/** The kind of the card that shows an alert. */
export const ALERT_CARD = 'alert';

/** sev1: page now; sev2: a ticket today; sev3: the next business day. */
export type AlertSeverity = 'sev1' | 'sev2' | 'sev3';

type AlertOf<K extends AlertKind> = {
  id: string;
  kind: K;
  subject: Subject;
  severity: AlertSeverity;
  args: AlertArgs[K];
  /** How often it happened while open. */
  count: number;
  state: 'open' | 'resolved';
  firstAt: Date;
  lastAt: Date;
  resolvedAt: Date | null;
};

/** One alert as its card shows it; `kind` tells which args it carries. */
export type Alert = { [K in AlertKind]: AlertOf<K> }[AlertKind];

export interface AlertModel {
  alert: Alert;
  /** The business time zone, for times outside Slack's date tokens. */
  timeZone: string;
}
