import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { PagerEvent } from '../ports.ts';
import { insertPage } from './page-store.ts';
import { PAGE_TASK } from './page-task.ts';

/**
 * Asks, inside the transaction of what it is about, that the pager is told: until it has taken it, in order within its
 * dedup key. Without a pager the row says so, which `mutabik doctor` warns about.
 */
export type RequestPage = (tx: Tx, now: Date, event: PagerEvent) => Promise<void>;

/** `onUnconfigured` is told of every page that wakes nobody. */
export function makeRequestPage({
  configured,
  onUnconfigured,
}: {
  configured: boolean;
  onUnconfigured?: (event: PagerEvent) => void;
}): RequestPage {
  return async (tx, now, event) => {
    await insertPage(tx, event, configured ? 'wanted' : 'unconfigured');
    if (!configured) return onUnconfigured?.(event);
    const { dedupKey } = event;
    await enqueueTask(tx, now, {
      kind: PAGE_TASK,
      key: `${PAGE_TASK}:${dedupKey}`,
      payload: { dedupKey },
      dueAt: now,
    });
  };
}
