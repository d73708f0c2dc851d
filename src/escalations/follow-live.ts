import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { MANY_PREFIX, OPENING_CAUSE } from './cause-keys.ts';
import { readEnds, readLive, readLiveMany, readOpening, readOpeningEnd, type LiveFinding } from './causes.ts';
import { ACTOR, type EscalationDeps } from './deps.ts';
import { endEscalation } from './end-escalation.ts';
import { worseSeverity } from './rules.ts';
import { byCause, byUrgency, severityOfFinding } from './speaker.ts';
import { lockUnresolved } from './store.ts';
import type { Escalation, ResolvedHow } from './types.ts';
import { rewriteEscalation, worsen } from './worsen.ts';

/** What findings say nothing of: whoever started these ends them. */
const OF_OTHERS: ReadonlySet<Escalation['subject']['kind']> = new Set(['incident', 'exemption', 'slo']);

/** Ends what nothing keeps alive any more, and lets the rest say how bad its cause is by now. */
export async function followLive(tx: Tx, deps: EscalationDeps, now: Date): Promise<AuditEntry[]> {
  const escalations = (await lockUnresolved(tx)).filter(({ subject }) => !OF_OTHERS.has(subject.kind));
  if (escalations.length === 0) return [];
  const live = byCause(await readLive(tx));
  const liveMany = await readLiveMany(tx);
  const opening = await readOpening(tx);
  const entries: AuditEntry[] = [];
  const over: Escalation[] = [];
  for (const escalation of escalations) {
    const { causeKey } = escalation;
    const findings = live.get(causeKey) ?? [];
    if (findings.length > 0) entries.push(...(await followWorst(tx, deps, now, escalation, findings)));
    else {
      const rules = causeKey === OPENING_CAUSE ? opening.rules : (liveMany.get(escalation.id) ?? []);
      const severities = rules.map((rule) => severityOfFinding({ rule, class: 'HIGH' }));
      if (rules.length === 0) over.push(escalation);
      else entries.push(...(await worsen(tx, deps, now, escalation, severities)));
    }
  }
  const ends = await readEnds(
    tx,
    over.map(({ causeKey }) => causeKey),
  );
  for (const escalation of over) {
    const how = await howItEnded(tx, escalation, ends);
    entries.push(...(await endEscalation(tx, deps, now, { escalation, by: ACTOR, how })));
  }
  return entries;
}

async function howItEnded(
  tx: Tx,
  { causeKey }: Escalation,
  ends: ReadonlyMap<string, ResolvedHow>,
): Promise<ResolvedHow> {
  if (causeKey === OPENING_CAUSE) return await readOpeningEnd(tx);
  if (causeKey.startsWith(MANY_PREFIX)) return 'confirmed';
  return ends.get(causeKey) ?? 'confirmed';
}

/** Severity rises with the worst finding of the cause, never falls; another finding speaks once the first is over. */
async function followWorst(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  escalation: Escalation,
  findings: readonly LiveFinding[],
): Promise<AuditEntry[]> {
  const [worst] = byUrgency(findings);
  assert(worst !== undefined, 'a cause without findings is over');
  const severity = findings.map(severityOfFinding).reduce(worseSeverity, escalation.severity);
  const isWorse = severity !== escalation.severity;
  const current = findings.find(({ id }) => id === escalation.subject.id);
  const speaker = isWorse || current === undefined ? worst : current;
  const isSame = speaker.id === escalation.subject.id && speaker.rule === ruleOf(escalation);
  if (isSame && !isWorse) return [];
  return await rewriteEscalation(tx, deps, now, escalation, {
    subject: { kind: 'finding', id: speaker.id },
    title: { kind: 'finding', rule: speaker.rule, subject: speaker.subject },
    severity,
    data: { finding: speaker.id, rule: speaker.rule },
  });
}

function ruleOf({ title }: Escalation): string | null {
  return title.kind === 'finding' ? title.rule : null;
}
