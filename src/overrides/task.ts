import { z } from 'zod';
import { assert } from '../errors.ts';
import type { TaskKind, TaskOutcome } from '../jobs/types.ts';
import { readOperation } from '../operations/store.ts';
import { OVERRIDE_TASK, type OverrideDeps } from './deps.ts';
import { execute } from './execute.ts';
import { expire, remind, transition, type OverrideRun } from './expire.ts';
import { readNotices } from './notice-store.ts';
import { readBack } from './read-back.ts';
import { settle } from './settle.ts';
import { refreshOwnCards } from './show-override.ts';
import { decideStep, type OverrideStep } from './steps.ts';
import { readOverride, readVersion } from './store.ts';
import type { Override } from './types.ts';

const payload = z.object({ id: z.uuid() });

/** About eight hours of a database that is out of reach; the row stays what it is. */
const MOST_FAULTS = 60;
const LIMIT_MS = 120_000;
/** Steps of one run: carried out, settled, read back. */
const MOST_STEPS = 5;

/** The one task of an override: it reminds, expires, carries out what is approved, settles it, and reads it back. */
export function makeOverrideTask(deps: OverrideDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: OVERRIDE_TASK,
    payload,
    maxFaults: MOST_FAULTS,
    limitMs: LIMIT_MS,
    run: (context, { id }) => runOverride({ deps, context }, id),
  };
}

async function runOverride(run: OverrideRun, id: string): Promise<TaskOutcome> {
  for (let steps = 0; ; steps += 1) {
    const now = run.context.clock.now();
    const override = await readOverride(run.deps.pool, id);
    if (override === null) return { state: 'done' };
    const step = await nextStep(run.deps, override, now);
    if (step.do === 'nothing') return { state: 'done' };
    if (step.do === 'wait') {
      if (override.state === 'executing') await showProgress(run, override);
      return { state: 'again', at: step.until };
    }
    if (steps >= MOST_STEPS) return { state: 'again', at: now };
    const until = await take(run, override, step);
    if (until !== null) return { state: 'again', at: until };
  }
}

/** Its operation woke us: whether it waits, and whether anybody knows what became of it, is said on the card. */
async function showProgress(run: OverrideRun, before: Override): Promise<void> {
  await transition(run, before, (tx, now, override) => refreshOwnCards(tx, now, override));
}

async function nextStep(
  { pool, platform }: OverrideDeps,
  override: Override,
  now: Date,
): Promise<OverrideStep> {
  const version = await readVersion(pool, override.id, override.version);
  const operation = override.operationId === null ? null : await readOperation(pool, override.operationId);
  return decideStep(
    override,
    version,
    {
      told: await readNotices(pool, override.id, override.version),
      operation,
      keepsMs:
        operation === null || operation.action === 'recheck'
          ? Number.POSITIVE_INFINITY
          : platform.keepsMs(operation.action),
    },
    now,
  );
}

/** Gives when to go on, where that is not at once. */
async function take(
  run: OverrideRun,
  override: Override,
  step: Exclude<OverrideStep, { do: 'nothing' } | { do: 'wait' }>,
): Promise<Date | null> {
  const kind = run.deps.kinds.get(override.kind);
  assert(kind !== undefined, `no kind ${override.kind} of override is registered`);
  switch (step.do) {
    case 'remind':
      return await remind(run, override, step.notice);
    case 'expire':
      return await expire(run, override);
    case 'execute':
      return await execute(run, kind, override);
    case 'settle':
      return await settle(run, kind, override, step);
    case 'read_back':
      return await readBack(run, kind, override);
  }
}
