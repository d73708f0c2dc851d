import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { TenantId } from '../ids.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { ACTOR, type EscalationDeps } from './deps.ts';
import { pageTrigger } from './page.ts';
import { crowdOf } from './roll.ts';
import { decideClimb, followingAt, passOver, type DueStep } from './rules.ts';
import { showIncident, showLevel } from './show.ts';
import { postponeClimb } from './start-escalations.ts';
import { insertSteps, type Step } from './step-store.ts';
import { lockEscalation, moveTo } from './store.ts';
import type { Escalation } from './types.ts';
import { whomOf, type Whom } from './whom.ts';

const payload = z.object({ id: z.uuid() });

/** Tells the next level when its time has come, as long as nobody answers; wakes up when an acknowledgement lapses. */
export function makeClimbTask(deps: EscalationDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: 'escalation',
    payload,
    // Our own database is all it needs.
    maxFaults: 60,
    run: (context, { id }) => climb(deps, context, id),
  };
}

async function climb(deps: EscalationDeps, context: TaskContext, id: string): Promise<TaskOutcome> {
  const { outcome, told } = await withTransaction(deps.pool, async (tx) => {
    // The row before the task, as everybody who changes an escalation locks them; the guard still comes before any write.
    const escalation = await lockEscalation(tx, id);
    await context.guard(tx);
    if (escalation === undefined) return { outcome: DONE, told: [] };
    const now = context.clock.now();
    const decision = decideClimb(escalation, now, deps.policy);
    if (decision.do === 'nothing') return { outcome: DONE, told: [] };
    if (decision.do === 'wait') return { outcome: again(decision.at), told: [] };
    return await tellTogether(tx, deps, now, { escalation, step: decision.step });
  });
  for (const severity of told) deps.onTold?.(severity);
  return outcome;
}

const DONE: TaskOutcome = { state: 'done' };
const again = (at: Date): TaskOutcome => ({ state: 'again', at });

interface Climb {
  escalation: Escalation;
  step: DueStep;
}

/** Tells the level of this one, and of all that climb to it with it, should they be many. */
async function tellTogether(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  first: Climb,
): Promise<{ outcome: TaskOutcome; told: string[] }> {
  const crowd = await crowdOf(tx, first.escalation, first.step, now);
  const { round, level } = first.step.place;
  const rollKey = crowd.length === 0 ? null : `${first.escalation.id}:${round}:${level}`;
  const climbs = [first];
  for (const escalation of crowd) {
    const decision = decideClimb(escalation, escalation.nextAt ?? now, deps.policy);
    if (decision.do === 'tell') climbs.push({ escalation, step: decision.step });
  }
  const moments: Date[] = [];
  const entries: AuditEntry[] = [];
  for (const each of climbs) {
    const { nextAt, entries: own } = await tell(tx, deps, now, { ...each, rollKey });
    moments.push(nextAt);
    entries.push(...own);
    if (each !== first) await postponeClimb(tx, each.escalation.id, nextAt);
  }
  await appendAudit(tx, now, entries);
  return { outcome: again(moments[0] ?? now), told: climbs.map(({ escalation }) => escalation.severity) };
}

/** Tells one level: its row, its message, what a lapse or a route climbed in vain brings with it. Gives the next moment. */
async function tell(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  { escalation, step: due, rollKey }: Climb & { rollKey: string | null },
): Promise<{ nextAt: Date; entries: AuditEntry[] }> {
  const { step, whom } = await reachSomebody(tx, deps, escalation, due);
  const { place, passedOver } = step;
  const nextAt = followingAt(escalation, step, now, deps.policy);
  await insertSteps(tx, escalation.id, stepsOf(escalation, { step, whom, now, rollKey }));
  await moveTo(tx, escalation.id, { ...place, nextAt });
  const isVain = [...passedOver, step].some((each) => each.why === 'exhausted');
  const hasLapsed = [...passedOver, step].some((each) => each.why === 'lapsed');
  await showLevel(tx, now, escalation, { place, rollKey });
  if (isVain) await showIncident(tx, now, escalation.id);
  if (isVain || (hasLapsed && escalation.severity === 'sev1')) await pageTrigger(tx, deps, now, escalation);
  return { nextAt, entries: entriesOf(escalation, step, whom, hasLapsed) };
}

/**
 * A level that reaches nobody is passed over at once. Where none of a whole round does, the last one is told all the
 * same: its message says that nobody was there, and the pager hears of it.
 */
async function reachSomebody(
  tx: Tx,
  deps: EscalationDeps,
  { route }: Escalation,
  due: DueStep,
): Promise<{ step: DueStep; whom: Whom }> {
  let step = due;
  for (let tried = 1; ; tried += 1) {
    const level = route.levels[step.place.level - 1];
    assert(level !== undefined, `the route ${route.name} has no level ${step.place.level}`);
    const whom = await whomOf(tx, deps.policy.roles, level);
    if (!whom.reachesNobody || tried > route.levels.length) return { step, whom };
    step = passOver(route, step, 'nobody');
  }
}

function stepsOf(
  { stepsTold }: Escalation,
  { step, whom, now, rollKey }: { step: DueStep; whom: Whom; now: Date; rollKey: string | null },
): Step[] {
  const passed = step.passedOver.map(({ place: { round, level }, as, why, dueAt }) => {
    return { round, level, why, dueAt, at: now, passedOver: as, stepNo: null, told: null, rollKey: null };
  });
  const { place, why, dueAt } = step;
  const told = { users: whom.users, groups: whom.groups };
  return [
    ...passed,
    {
      round: place.round,
      level: place.level,
      why,
      dueAt,
      at: now,
      passedOver: null,
      stepNo: stepsTold,
      told,
      rollKey,
    },
  ];
}

function entriesOf(escalation: Escalation, step: DueStep, whom: Whom, hasLapsed: boolean): AuditEntry[] {
  const about = {
    actor: ACTOR,
    tenantId: escalation.tenantId as TenantId | null,
    subject: { kind: 'escalation', id: escalation.id } as const,
  };
  const { round, level } = step.place;
  const passedOver = step.passedOver.map(({ place, as }) => ({ round: place.round, level: place.level, as }));
  const told: AuditEntry = {
    ...about,
    action: 'escalation.told',
    data: { round, level, why: step.why, users: whom.users, groups: whom.groups, passedOver },
  };
  if (!hasLapsed) return [told];
  const by = escalation.acknowledgedBy;
  return [{ ...about, action: 'escalation.lapsed', data: { acknowledgedBy: by } }, told];
}
