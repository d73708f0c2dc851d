import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import type { Subject, TenantId } from '../ids.ts';
import { retitleIncident } from '../incidents/store.ts';
import type { Severity, Title } from '../incidents/types.ts';
import { ACTOR, type EscalationDeps } from './deps.ts';
import { pageTrigger } from './page.ts';
import { followingAt, worseSeverity } from './rules.ts';
import { refreshEscalation } from './show.ts';
import { enqueueClimb } from './start-escalations.ts';
import { rewriteSubject } from './store.ts';
import type { Escalation } from './types.ts';

/**
 * Rewrites what an escalation says it is about, under its lock. Severity rises and never falls; where it rises there is
 * less time, whoever answered has answered for less, and a Sev-1 pages. Gives the audit rows to append.
 */
export async function rewriteEscalation(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  escalation: Escalation,
  to: { subject: Subject; title: Title; severity: Severity; data: object; hasMore?: boolean },
): Promise<AuditEntry[]> {
  const { id } = escalation;
  const { subject, title, data, hasMore = false } = to;
  const severity = worseSeverity(to.severity, escalation.severity);
  const isWorse = severity !== escalation.severity;
  // What has joined an answered one was not there when somebody answered.
  const isAnew = isWorse || (hasMore && escalation.state === 'acknowledged');
  const nextAt = isAnew ? sooner({ ...escalation, severity }, now, deps) : (escalation.nextAt ?? now);
  await rewriteSubject(tx, id, { subject, title, severity, nextAt });
  await retitleIncident(tx, { escalationId: id, title, severity });
  await enqueueClimb(tx, now, id, nextAt);
  await refreshEscalation(tx, now, id);
  if (isWorse && severity === 'sev1') await pageTrigger(tx, deps, now, { id, severity, title });
  return [
    {
      actor: ACTOR,
      action: 'escalation.changed',
      tenantId: escalation.tenantId as TenantId | null,
      subject: { kind: 'escalation', id },
      data: { ...data, severity },
    },
  ];
}

/** The same for one that speaks of many, whose name stays; nothing happens unless it is worse by now. */
export async function worsen(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  escalation: Escalation,
  severities: readonly Severity[],
): Promise<AuditEntry[]> {
  const severity = severities.reduce(worseSeverity, escalation.severity);
  if (severity === escalation.severity) return [];
  const { subject, title } = escalation;
  return await rewriteEscalation(tx, deps, now, escalation, { subject, title, severity, data: {} });
}

/** What is more urgent has less time for its next level; it never gets more. */
function sooner(escalation: Escalation, now: Date, { policy }: EscalationDeps): Date {
  const { nextAt, state, round, level, slow } = escalation;
  // Whoever answered, answered for less: somebody has to answer for this.
  if (state === 'acknowledged') return now;
  if (nextAt === null || level === 0) return nextAt ?? now;
  const at = followingAt(escalation, { place: { round, level, slow }, dueAt: now }, now, policy);
  return at < nextAt ? at : nextAt;
}
