import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import type { TaskKind, TaskOutcome } from '../jobs/types.ts';
import { readOpenAcceptance } from './acceptance-store.ts';
import { insertActHistory, lockFinding, standingOf, writeStanding } from './act-store.ts';
import type { ActedFinding } from './act-types.ts';
import { actEntryOf } from './audit-entries.ts';
import type { FindingsDeps } from './deps.ts';
import { followFindings } from './follow-findings.ts';
import { overtake } from './overtake-acceptances.ts';
import { reopened } from './reopen-finding.ts';
import { lockFindings } from './store.ts';

export const REOPEN_ACCEPTED_TASK = 'reopen-accepted';
const ACTOR = `job:${REOPEN_ACCEPTED_TASK}`;

const payload = z.strictObject({ findingId: z.uuid() });

/** An acceptance is over at its date, whether or not a run comes by; so is the proposal of one. */
export function makeReopenAcceptedTask(deps: FindingsDeps): TaskKind<{ findingId: string }> {
  return {
    kind: REOPEN_ACCEPTED_TASK,
    payload,
    maxFaults: 7,
    async run(context, { findingId }): Promise<TaskOutcome> {
      const now = context.clock.now();
      return await withTransaction(deps.pool, async (tx) => {
        // Findings before the task, as acts lock them: an act that accepts anew moves this very task.
        await lockFindings(tx);
        await context.guard(tx);
        return await endAcceptance(tx, deps, now, findingId);
      });
    },
  };
}

async function endAcceptance(tx: Tx, deps: FindingsDeps, now: Date, findingId: string): Promise<TaskOutcome> {
  const finding = await lockFinding(tx, findingId);
  if (finding === undefined) return { state: 'done' };
  const entries: AuditEntry[] = [];
  const waits: Date[] = [];
  const proposal = await readOpenAcceptance(tx, findingId);
  if (proposal !== null && proposal.until > now) waits.push(proposal.until);
  else if (proposal !== null) entries.push(...(await overtake(tx, now, proposal)));
  const { acceptedUntil } = finding;
  if (acceptedUntil !== null && acceptedUntil > now) waits.push(acceptedUntil);
  else if (finding.state === 'accepted') entries.push(await reopen(tx, now, finding));
  if (entries.length > 0) {
    entries.push(...(await followFindings(tx, now, deps)));
    await deps.refreshReports(tx, now, { findingId: finding.id, opening: finding.opening });
    await appendAudit(tx, now, entries);
  }
  const [next] = waits.toSorted((a, b) => a.getTime() - b.getTime());
  return next === undefined ? { state: 'done' } : { state: 'again', at: next };
}

async function reopen(tx: Tx, now: Date, finding: ActedFinding): Promise<AuditEntry> {
  const standing = reopened(standingOf(finding));
  await writeStanding(tx, finding.id, 'accepted', standing);
  const act = {
    change: 'reopened' as const,
    actor: ACTOR,
    note: '',
    reason: 'acceptance_over',
    until: finding.acceptedUntil,
  };
  await insertActHistory(tx, { ...act, finding, at: now, before: null });
  return actEntryOf({ ...finding, ...standing }, act);
}
