import { z } from 'zod';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { TaskContext, TaskFailure, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { breachOf, noteBreach } from './breach.ts';
import { ACTOR, EXEMPTION_TASK, taskOf, type ExemptionDeps } from './deps.ts';
import { handToHeir, readOwner, type OwnerFacts } from './departed.ts';
import { remind } from './remind.ts';
import { refreshExemption } from './show.ts';
import { lockExemption, readExemption } from './store.ts';
import { nameOfExemption, type Exemption } from './types.ts';

const payload = z.object({ id: z.uuid() });

/** About eight hours of a Slack that does not answer; the rows stay what they are. */
const MOST_FAULTS = 60;
const LIMIT_MS = 120_000;
/** The owner has left, and so has the deputy meanwhile; more looks than that have another run. */
const MOST_LOOKS = 4;
/** What ended the task, a bug or a database that was away for hours, may be over by then. */
const AFTER_FAILURE_MS = 10 * 60_000;

const DONE: TaskOutcome = { state: 'done' };

/** The one task of an exemption: reminds, escalates, and finds owners who have left, until it is closed. */
export function makeExemptionTask(deps: ExemptionDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: EXEMPTION_TASK,
    payload,
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    run: (context, { id }) => runExemption(deps, context, id),
  };
}

async function runExemption(deps: ExemptionDeps, context: TaskContext, id: string): Promise<TaskOutcome> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    const seen = await readExemption(deps.pool, id);
    if (seen === null) return DONE;
    // Of one that is closed nobody is reminded, so nobody is asked about.
    const owner = seen.state === 'closed' ? null : await readOwner(deps, seen);
    const looked = await withTransaction(deps.pool, async (tx) => {
      // The exemption before its task, as whoever changes it by hand does.
      const exemption = await lockExemption(tx, id);
      await context.guard(tx);
      if (exemption === null) return { outcome: DONE, words: [] };
      return await look(tx, deps, context.clock.now(), { exemption, seen, owner });
    });
    for (const word of looked.words) deps.onChange?.(word);
    if (looked.outcome !== null) return looked.outcome;
  }
  return { state: 'again', at: context.clock.now() };
}

/** `outcome` null: whose it is has changed, so that somebody else is asked about. */
interface Looked {
  outcome: TaskOutcome | null;
  words: string[];
}

async function look(
  tx: Tx,
  deps: ExemptionDeps,
  now: Date,
  { exemption, seen, owner }: { exemption: Exemption; seen: Exemption; owner: OwnerFacts | null },
): Promise<Looked> {
  if (exemption.state === 'closed') return await lookBack(tx, deps, now, exemption);
  if (owner === null || exemption.ownerId !== seen.ownerId || exemption.deputyId !== seen.deputyId) {
    return { outcome: null, words: [] };
  }
  if (!owner.isThere) {
    await follow(tx, now, exemption, owner);
    return { outcome: null, words: ['owner_left'] };
  }
  const { nextAt, entries } = await remind(tx, deps, now, { exemption, owner });
  if (entries.length > 0) await appendAudit(tx, now, entries);
  const nagged = entries.filter(({ action }) => action === 'exemption.nag_asked').map(() => 'nagged');
  return { outcome: { state: 'again', at: nextAt }, words: nagged };
}

/** Closed, but after its deadline, before anybody came by: it is a breach all the same. */
async function lookBack(
  tx: Tx,
  { policy }: Pick<ExemptionDeps, 'policy'>,
  now: Date,
  exemption: Exemption,
): Promise<Looked> {
  const breachedAt = breachOf(exemption, now, policy.business.time_zone);
  if (breachedAt !== null) {
    const { entry } = await noteBreach(tx, exemption, breachedAt);
    await appendAudit(tx, now, [entry]);
  }
  return { outcome: DONE, words: [] };
}

/** Whoever has it now is told by the next look; that they have it is an alert, since it is nobody's choice. */
async function follow(
  tx: Tx,
  now: Date,
  before: Exemption,
  owner: OwnerFacts & { isThere: false },
): Promise<void> {
  const { exemption, entry } = await handToHeir(tx, before, owner);
  await refreshExemption(tx, now, exemption);
  const name = nameOfExemption(exemption);
  await raiseAlert(tx, now, {
    kind: 'owner_left',
    subject: { kind: 'exemption', id: exemption.id },
    severity: 'sev2',
    args: { exemption: name, person: before.ownerId, heir: exemption.ownerId },
    actor: ACTOR,
  });
  await appendAudit(tx, now, [entry]);
}

/**
 * In the transaction that gives a task up: the exemption is looked at again ten minutes later, whoever is told of the
 * failure meanwhile. Nothing when the task is not an exemption's.
 */
export async function failExemptionTask(tx: Tx, failure: TaskFailure): Promise<void> {
  if (failure.kind !== EXEMPTION_TASK) return;
  const { id } = failure.payload as { id?: unknown };
  if (typeof id !== 'string') return;
  await enqueueTask(tx, failure.at, taskOf(id, new Date(failure.at.getTime() + AFTER_FAILURE_MS)));
}
