import type { AuditEntry } from '../audit/types.ts';
import { businessDayOf } from '../business-day.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import { manyCause, OPENING_CAUSE } from './cause-keys.ts';
import { insertCauses, readOpening, readUntold, type LiveFinding } from './causes.ts';
import { ACTOR, type EscalationDeps } from './deps.ts';
import { followLive } from './follow-live.ts';
import { routeOfRule } from './route.ts';
import { worseSeverity } from './rules.ts';
import { severityOfFinding, worstOfCauses } from './speaker.ts';
import { startEscalations, type NewEscalation } from './start-escalations.ts';
import { lockOpenFor } from './store.ts';
import { refreshEscalation } from './show.ts';
import { rewriteEscalation } from './worsen.ts';

/**
 * Brings escalations in line with the findings as they are, inside the transaction that changed them (which holds the
 * lock of findings): what is over ends, what got worse says so, and every cause that is open and HIGH has one. Derived
 * from rows alone, so it may be called whenever anything may have changed. Gives the audit rows to append.
 */
export async function followFindings(tx: Tx, deps: EscalationDeps, now: Date): Promise<AuditEntry[]> {
  const entries = await followLive(tx, deps, now);
  const speakers = worstOfCauses(await readUntold(tx));
  const most = deps.policy.escalations.most_at_once;
  const single = speakers.slice(0, most).map((finding) => escalationFor(deps, finding));
  const started = await startEscalations(tx, deps, now, [...(await openingEscalation(tx)), ...single]);
  entries.push(...started.entries);
  if (speakers.length > most) entries.push(...(await tellTogether(tx, deps, now, speakers.slice(most))));
  return entries;
}

/** The escalation that a finding's cause gets. */
export function escalationFor(
  { policy }: Pick<EscalationDeps, 'policy'>,
  finding: LiveFinding,
  startedBy = `rule:${finding.rule}`,
): NewEscalation {
  return {
    causeKey: finding.causeKey,
    subject: { kind: 'finding', id: finding.id },
    tenantId: finding.tenantId,
    title: { kind: 'finding', rule: finding.rule, subject: finding.subject },
    severity: severityOfFinding(finding),
    route: routeOfRule(policy, finding.rule),
    startedBy,
    ignoresQuietHours: finding.family === 'payout',
  };
}

/** The opening balance is one escalation, until two people have taken it over. */
async function openingEscalation(db: Queryable): Promise<NewEscalation[]> {
  const { isOpen, rules } = await readOpening(db);
  if (!isOpen) return [];
  const severities = rules.map((rule) => severityOfFinding({ rule, class: 'HIGH' }));
  return [
    {
      causeKey: OPENING_CAUSE,
      subject: { kind: 'reconciliation', id: 'opening' },
      tenantId: null,
      title: { kind: 'opening' },
      severity: severities.reduce(worseSeverity, 'sev2'),
      route: 'findings',
      startedBy: ACTOR,
    },
  ];
}

/** A flood is one escalation, which grows while it is open. */
async function tellTogether(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  findings: readonly LiveFinding[],
): Promise<AuditEntry[]> {
  const day = businessDayOf(now, deps.policy.business.time_zone);
  const causeKey = manyCause(day);
  const open = await lockOpenFor(tx, causeKey);
  const started = await startEscalations(tx, deps, now, [
    {
      causeKey,
      subject: { kind: 'reconciliation', id: causeKey },
      tenantId: null,
      title: { kind: 'many', day },
      severity: findings.map(severityOfFinding).reduce(worseSeverity, 'sev2'),
      route: 'findings',
      startedBy: ACTOR,
    },
  ]);
  const id = open?.id ?? started.started[0]?.id;
  if (id === undefined) return started.entries;
  const causes = findings.map((finding) => finding.causeKey);
  await insertCauses(tx, id, causes);
  if (open === undefined) {
    await refreshEscalation(tx, now, id);
    return started.entries;
  }
  const { subject, title } = open;
  const severity = findings.map(severityOfFinding).reduce(worseSeverity, open.severity);
  return await rewriteEscalation(tx, deps, now, open, {
    subject,
    title,
    severity,
    data: { causes },
    hasMore: true,
  });
}
