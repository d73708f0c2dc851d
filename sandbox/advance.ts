import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../src/database/pool.ts';
import { AppError } from '../src/errors.ts';
import { nextSlotAt, pendingWork } from '../src/jobs/pending.ts';
import type { SandboxClock } from './clock.ts';

/** How often idleness is looked at, in real milliseconds. */
const POLL_MS = 15;
/** Longest wait for one step to come to rest, in real milliseconds. */
const STEP_LIMIT_MS = 120_000;

export interface AdvanceOptions {
  clock: SandboxClock;
  /** Our own database: what is due stands in its rows, whichever process does it. */
  pool: Pool;
  /** Resolves when the workspace has no delivery under way. */
  workspaceIdle(): Promise<void>;
  /** The platform goes on living up to this moment. */
  liveUntil(until: Date): Promise<void>;
}

/**
 * Moves the clock to `target` from one due moment to the next, so that all that falls due in between runs at its own
 * time and in order; resolves when nothing is due any more. With no app running the clock moves all the same.
 */
export async function advanceClock(options: AdvanceOptions, target: Date): Promise<void> {
  await waitForIdle(options);
  for (;;) {
    const next = await nextDueAt(options);
    if (next === null || next >= target) break;
    await step(options, next);
  }
  await step(options, target);
}

/** Resolves when no job, card or delivery is due; at once when no app is running, since nobody would do it. */
export async function waitForIdle(options: AdvanceOptions): Promise<void> {
  const giveUpAt = performance.now() + STEP_LIMIT_MS;
  let quiet = 0;
  while (quiet < 2) {
    await options.workspaceIdle();
    quiet = (await isIdle(options)) ? quiet + 1 : 0;
    if (performance.now() > giveUpAt) {
      throw new AppError('internal', `work was still due after ${STEP_LIMIT_MS / 1000} s; see the log`, {
        retryable: true,
      });
    }
    if (quiet < 2) await delay(POLL_MS);
  }
}

async function step(options: AdvanceOptions, instant: Date): Promise<void> {
  if (instant > options.clock.now()) {
    await options.liveUntil(instant);
    await options.clock.moveTo(instant);
  }
  await waitForIdle(options);
}

async function nextDueAt(options: AdvanceOptions): Promise<Date | null> {
  if (!(await anyRunner(options.pool))) return null;
  const now = options.clock.now();
  const work = await pendingWork(options.pool, now);
  const slotAt = await nextSlotAt(options.pool);
  const moments = [work.nextDueAt, slotAt].filter((moment) => moment !== null);
  return moments.length === 0 ? null : new Date(Math.min(...moments.map((moment) => moment.getTime())));
}

async function isIdle({ pool, clock }: AdvanceOptions): Promise<boolean> {
  if (!(await anyRunner(pool))) return true;
  const now = clock.now();
  const work = await pendingWork(pool, now);
  if (work.due > 0 || work.running > 0) return false;
  const slotAt = await nextSlotAt(pool);
  return slotAt === null || slotAt > now;
}

async function anyRunner(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ alive: boolean }>(
    `select exists (select from runners where seen_at > clock_timestamp() - interval '15 seconds') as alive`,
  );
  return rows[0]!.alive;
}
