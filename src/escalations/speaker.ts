import { severityOf } from '../findings/severity.ts';
import type { Severity } from '../policy/escalations.ts';
import type { LiveFinding } from './causes.ts';

/** How urgent a finding is; whatever somebody starts an escalation for is Sev-3 at least. */
export function severityOfFinding(finding: Pick<LiveFinding, 'rule' | 'class'>): Severity {
  return severityOf(finding.rule, finding.class) ?? 'sev3';
}

/** Most urgent first; what is equally urgent keeps its order. */
export function byUrgency(findings: readonly LiveFinding[]): LiveFinding[] {
  return findings.toSorted((a, b) => severityOfFinding(a).localeCompare(severityOfFinding(b)));
}

/** Of every cause the finding that speaks for it, most urgent first. */
export function worstOfCauses(findings: readonly LiveFinding[]): LiveFinding[] {
  const worst = new Map<string, LiveFinding>();
  for (const finding of byUrgency(findings)) {
    if (!worst.has(finding.causeKey)) worst.set(finding.causeKey, finding);
  }
  return [...worst.values()];
}

/** Findings by their cause, each list in the order given. */
export function byCause(findings: readonly LiveFinding[]): ReadonlyMap<string, LiveFinding[]> {
  const causes = new Map<string, LiveFinding[]>();
  for (const finding of findings) {
    const same = causes.get(finding.causeKey);
    if (same === undefined) causes.set(finding.causeKey, [finding]);
    else same.push(finding);
  }
  return causes;
}
