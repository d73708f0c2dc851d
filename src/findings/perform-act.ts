import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf } from '../people/types.ts';
import { insertActHistory, lockFinding, standingOf, writeStanding } from './act-store.ts';
import type { ActChange, ActedFinding, ActingPerson, ActOutcome, ActRefusal, Standing } from './act-types.ts';
import { actEntryOf } from './audit-entries.ts';
import type { FindingsDeps } from './deps.ts';
import { followFindings } from './follow-findings.ts';
import { lockFindings } from './store.ts';

export interface WantedAct {
  findingId: string;
  person: ActingPerson;
  /** '' where a row of its own keeps it from happening twice. */
  requestId: string;
  note: string;
  reason: string | null;
}

/** What an act does to the finding, decided under its lock. */
export interface DecidedAct {
  change: ActChange;
  standing: Standing;
  until?: Date;
  isFinal?: boolean;
  /** Rows beside the finding, written before anything else hears of the act. */
  rows?(): Promise<void>;
  /** Tasks and cards of its own. */
  tasks?(): Promise<void>;
}

export type Decision = { ok: true; act: DecidedAct } | { ok: false; refusal: ActRefusal };

/**
 * Does one act of one person in one transaction: lock, decide, change, history, what follows, cards, audit row. Acts and
 * runs wait for each other, since what follows is derived from all findings: two people who close the two findings of
 * one cause in the same moment must not both see the other's open.
 */
export async function performAct(
  deps: FindingsDeps,
  now: Date,
  wanted: WantedAct,
  decide: (tx: Tx, finding: ActedFinding) => Promise<Decision>,
): Promise<ActOutcome> {
  const outcome = await withTransaction(deps.pool, async (tx): Promise<ActOutcome> => {
    if (wanted.requestId !== '' && !(await claimRequest(tx, now, wanted.requestId)))
      return { ok: false, refusal: { why: 'repeated' } };
    await lockFindings(tx);
    const finding = await lockFinding(tx, wanted.findingId);
    if (finding === undefined) return { ok: false, refusal: { why: 'not_found' } };
    const decision = await decide(tx, finding);
    if (!decision.ok) return decision;
    return await carryOut(tx, deps, now, { finding, wanted, act: decision.act });
  });
  if (outcome.ok) deps.onAct?.(outcome.change);
  return outcome;
}

/** Makes the change of a decided act, under the finding's lock. */
async function carryOut(
  tx: Tx,
  deps: FindingsDeps,
  now: Date,
  { finding, wanted, act }: { finding: ActedFinding; wanted: WantedAct; act: DecidedAct },
): Promise<ActOutcome> {
  const { change, standing, until = null } = act;
  const actor = actorOf(wanted.person);
  const moved = await writeStanding(tx, finding.id, finding.state, standing);
  assert(moved, `the finding ${finding.id} changed under its lock`);
  const { note, reason } = wanted;
  const before = act.isFinal === true ? null : standingOf(finding);
  const seq = await insertActHistory(tx, { finding, at: now, change, actor, note, reason, until, before });
  await act.rows?.();
  const followed = await followFindings(tx, now, deps);
  const undoneFrom = change === 'undone' ? finding.last.at : null;
  const activity = { findingId: finding.id, causeKey: finding.causeKey, undoneFrom };
  followed.push(...((await deps.onActivity?.(tx, now, activity)) ?? []));
  await act.tasks?.();
  await deps.refreshReports(tx, now, { findingId: finding.id, opening: finding.opening });
  const acted = { ...finding, ...standing };
  await appendAudit(tx, now, [actEntryOf(acted, { change, actor, note, reason, until }), ...followed]);
  return { ok: true, finding: acted, change, seq, until };
}
