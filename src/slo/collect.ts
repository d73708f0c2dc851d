import { z } from 'zod';
import { withTransaction } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import type { Schedule, TaskContext, TaskKind } from '../jobs/types.ts';
import type { Policy } from '../policy.ts';
import { cleanReading } from './clean-reading.ts';
import type { SloDeps } from './deps.ts';
import { readSources } from './source-store.ts';
import { nextStretch } from './stretch.ts';
import { takeLook, type Look } from './take-reading.ts';
import type { Slo } from './types.ts';

const TASK = 'slo_collect';
/** Of what has to be made up for: a day of each promise at a time, so many before others may have the process. */
const ROUNDS = 8;
/** Of a source's words, in a row and an alert. */
const MOST_ERROR_CHARACTERS = 500;

/** Every minute; a missed one is made up for by the next. */
export function makeCollectSchedule({ slo, business }: Pick<Policy, 'slo' | 'business'>): Schedule {
  return {
    name: 'slo.snapshot',
    cron: slo.snapshot.cron,
    zone: business.time_zone,
    catchUp: slo.snapshot.catch_up,
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: TASK, payload: {} }),
  };
}

/**
 * Reads every promise's source from where it is read to, and judges what is new. At the first start the window and a
 * week before it are read, after downtime whatever was missed, a day at a time. A source that fails, or a promise whose
 * rows can't be written, stops none of the others. Domain section 2.
 */
export function makeCollectTask(deps: SloDeps): TaskKind<Record<string, never>> {
  return {
    kind: TASK,
    payload: z.strictObject({}),
    maxFaults: 5,
    limitMs: 10 * 60_000,
    async run(context) {
      const now = context.clock.now();
      const faults: unknown[] = [];
      let behind: readonly Slo[] = deps.slos.all;
      for (let round = 0; round < ROUNDS && behind.length > 0 && !context.signal.aborted; round += 1)
        behind = await collectRound(deps, context, now, { slos: behind, faults });
      // After all the others had their turn.
      if (faults.length > 0) throw faults[0];
      return behind.length === 0 ? { state: 'done' } : { state: 'again', at: context.clock.now() };
    },
  };
}

/** One stretch of each; gives those that are not done with it. One whose rows can't be written is a fault more. */
async function collectRound(
  deps: SloDeps,
  context: TaskContext,
  now: Date,
  { slos, faults }: { slos: readonly Slo[]; faults: unknown[] },
): Promise<Slo[]> {
  const sources = await readSources(deps.pool);
  const looks = await Promise.all(
    slos.map((slo) => lookAt(deps, context, now, slo, sources.get(slo.name)?.collectedUntil ?? null)),
  );
  const behind: Slo[] = [];
  for (const look of looks) {
    try {
      const wasTaken = await write(deps, context, now, look);
      if (wasTaken && 'reading' in look.answer && !look.stretch.isLast) behind.push(look.slo);
    } catch (error) {
      if (error instanceof AppError && error.code === 'overtaken') throw error;
      context.log.warn({ err: error, slo: look.slo.name }, 'what a source told could not be kept');
      faults.push(error);
    }
  }
  return behind;
}

/** Never throws for what a source does: a bug of one must not make the others blind. */
async function lookAt(
  deps: SloDeps,
  { log }: TaskContext,
  now: Date,
  slo: Slo,
  collectedUntil: Date | null,
): Promise<Look> {
  const stretch = nextStretch(slo, collectedUntil, now);
  const about = { slo, stretch, collectedUntil };
  try {
    const told = await deps.sourceOf(slo).read({ from: stretch.from, to: stretch.until, at: now });
    const { reading, refused } = cleanReading(told, stretch);
    if (refused > 0 || reading.warnings.length > 0)
      log.warn({ slo: slo.name, refused, warnings: reading.warnings }, 'a source told what it should not');
    return { ...about, answer: { reading } };
  } catch (error) {
    const line = describeError(error).replaceAll('\0', '').slice(0, MOST_ERROR_CHARACTERS);
    log.warn({ slo: slo.name, error: line }, 'a source does not answer');
    return { ...about, answer: { error: line } };
  }
}

/** False: another replica was quicker. */
async function write(deps: SloDeps, context: TaskContext, now: Date, look: Look): Promise<boolean> {
  const entries = await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    return await takeLook(deps, tx, now, look);
  });
  // What was escalated is counted there.
  for (const { action } of entries ?? []) {
    const [noun = '', word = ''] = action.split('.');
    if (noun === 'slo' || noun === 'slo_episode') deps.onChange?.(word);
  }
  return entries !== null;
}
