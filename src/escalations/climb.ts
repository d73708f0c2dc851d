import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { TenantId } from '../ids.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { ACTOR, type EscalationDeps } from './deps.ts';
import { pageTrigger } from './page.ts';
import { decideClimb, followingAt, passOver, type DueStep } from './rules.ts';
import { showIncident, showLevel } from './show.ts';
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
    if (escalation === undefined) return { outcome: DONE, told: null };
    const now = context.clock.now();
    const decision = decideClimb(escalation, now, deps.policy);
    if (decision.do === 'nothing') return { outcome: DONE, told: null };
    if (decision.do === 'wait') return { outcome: again(decision.at), told: null };
    const at = await tell(tx, deps, now, escalation, decision.step);
    return { outcome: again(at), told: escalation.severity };
  });
  if (told !== null) deps.onTold?.(told);
  return outcome;
}

const DONE: TaskOutcome = { state: 'done' };
const again = (at: Date): TaskOutcome => ({ state: 'again', at });

/** Tells one level: its row, its message, what a lapse or a route climbed in vain brings with it. Gives the next moment. */
async function tell(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  escalation: Escalation,
  due: DueStep,
): Promise<Date> {
  const { step, whom } = await reachSomebody(tx, deps, escalation, due);
  const { place, passedOver } = step;
  const nextAt = followingAt(escalation, step, now, deps.policy);
  await insertSteps(tx, escalation.id, stepsOf(escalation, step, whom, now));
  await moveTo(tx, escalation.id, { ...place, nextAt });
  const isVain = [...passedOver, step].some((each) => each.why === 'exhausted');
  const hasLapsed = [...passedOver, step].some((each) => each.why === 'lapsed');
  await showLevel(tx, now, escalation, place);
  if (isVain) await showIncident(tx, now, escalation.id);
  if (isVain || (hasLapsed && escalation.severity === 'sev1')) await pageTrigger(tx, deps, now, escalation);
  await appendAudit(tx, now, entriesOf(escalation, step, whom, hasLapsed));
  return nextAt;
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

function stepsOf({ stepsTold }: Escalation, step: DueStep, whom: Whom, now: Date): Step[] {
  const passed = step.passedOver.map(({ place: { round, level }, as, why, dueAt }) => {
    return { round, level, why, dueAt, at: now, passedOver: as, stepNo: null, told: null };
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
