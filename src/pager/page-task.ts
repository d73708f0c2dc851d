import { z } from 'zod';
import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { assertNotStalled } from '../cards/deps.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import type { Subject } from '../ids.ts';
import type { TaskContext, TaskFailure, TaskKind, TaskOutcome } from '../jobs/types.ts';
import type { Pager, PagerEvent } from '../ports.ts';
import { failPages, readNextPage, settlePage } from './page-store.ts';

export const PAGE_TASK = 'page';

const payload = z.object({ dedupKey: z.string().min(1) });

/** Ten minutes at most between two tries: about a day and a half of a silent pager. */
const MOST_FAULTS = 220;
/** How long the pager may leave a page waiting before the channel is told. */
const LATE_AFTER_MS = 60_000;

export interface PageTaskDeps {
  pool: Pool;
  pager: Pager;
  /** Counts what became of pages. */
  onSettled?(state: 'sent' | 'failed'): void;
}

/**
 * Sends what a key has waiting, oldest first. A page whose answer was lost is sent again: its key makes it one incident
 * there, whatever arrives twice.
 */
export function makePageTask(deps: PageTaskDeps): TaskKind<z.infer<typeof payload>> {
  return {
    kind: PAGE_TASK,
    payload,
    maxFaults: MOST_FAULTS,
    run: (context, { dedupKey }) => sendAll(deps, context, dedupKey),
  };
}

async function sendAll(deps: PageTaskDeps, context: TaskContext, dedupKey: string): Promise<TaskOutcome> {
  for (;;) {
    const readAtMs = performance.now();
    const page = await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      return await readNextPage(tx, dedupKey);
    });
    if (page === null) return { state: 'done' };
    // What leaves late could open at the pager what a newer page has closed.
    assertNotStalled(readAtMs);
    const refused = await sendOnce(deps, context, page.event);
    await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      const now = context.clock.now();
      if (refused === null) {
        await settlePage(tx, page.id, now, { state: 'sent' });
        if (context.faults > 0)
          await resolveAlert(tx, now, { kind: 'page_failed', subject: about(dedupKey) });
      }
      if (refused !== null) {
        await settlePage(tx, page.id, now, { state: 'failed', error: refused });
        await raisePageFailed(tx, now, dedupKey, refused);
      }
    });
    deps.onSettled?.(refused === null ? 'sent' : 'failed');
  }
}

/**
 * Null when it was taken, the reason when it never will be; throws what may be tried again. While the pager leaves a
 * page waiting, the channel is told: somebody may be awake there.
 */
async function sendOnce(
  { pool, pager }: PageTaskDeps,
  context: TaskContext,
  event: PagerEvent,
): Promise<string | null> {
  try {
    await pager.send(event);
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'pager_refused') return error.message;
    const now = context.clock.now();
    if (now.getTime() - event.at.getTime() >= LATE_AFTER_MS) {
      await withTransaction(pool, async (tx) => {
        await context.guard(tx);
        await raisePageFailed(tx, now, event.dedupKey, describeError(error));
      });
    }
    throw error;
  }
}

/** In the transaction that gives the task up: nobody was woken, which is told where somebody may look. */
export async function failPageTask(tx: Tx, failure: TaskFailure): Promise<boolean> {
  if (failure.kind !== PAGE_TASK) return false;
  const parsed = payload.safeParse(failure.payload);
  if (!parsed.success) return false;
  await failPages(tx, parsed.data.dedupKey, failure.at, failure.error);
  await raisePageFailed(tx, failure.at, parsed.data.dedupKey, failure.error);
  return true;
}

async function raisePageFailed(tx: Tx, now: Date, dedupKey: string, error: string): Promise<void> {
  await raiseAlert(tx, now, {
    kind: 'page_failed',
    subject: about(dedupKey),
    severity: 'sev1',
    args: { error },
    actor: `job:${PAGE_TASK}`,
  });
}

function about(dedupKey: string): Subject {
  return { kind: 'job', id: dedupKey };
}
