import { z } from 'zod';
import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { Schedule, TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import type { Slack } from '../ports.ts';
import { lockHealth, readHealth, writePaged } from './health-store.ts';
import { nextLookAt, shouldPage, silentSince } from './outage-rules.ts';
import { OUTAGE_KEY, OUTAGE_PAGE, WATCH_TASK, type SlackHealthDeps } from './slack-health.ts';

export interface WatchDeps extends SlackHealthDeps {
  slack: Pick<Slack, 'ping'>;
}

/**
 * Looks whether Slack answers. Every five minutes, so that an outage is noticed when nobody calls; and, once a call
 * had no answer, until it answers again: the pager is told five minutes after the last answer.
 */
export function makeWatchTask(deps: WatchDeps): TaskKind<Record<string, never>> {
  return {
    kind: WATCH_TASK,
    payload: z.strictObject({}),
    maxFaults: 20,
    run: (context) => look(deps, context),
  };
}

export function makeWatchSchedule(zone: string): Schedule {
  return {
    name: 'slack.watch',
    cron: '*/5 * * * *',
    zone,
    catchUp: 'last',
    isChore: true,
    leadMs: 0,
    task: () => ({ kind: WATCH_TASK, payload: {} }),
  };
}

async function look(deps: WatchDeps, context: TaskContext): Promise<TaskOutcome> {
  await ping(deps);
  const now = context.clock.now();
  const health = await readHealth(deps.pool);
  if (health.failingSince === null) return { state: 'done' };
  const told = shouldPage(health, now) ? await page(deps, context, now) : health;
  // A scheduled look leaves the looking on to the one chain of the outage.
  return context.key === OUTAGE_KEY ? { state: 'again', at: nextLookAt(told, now) } : { state: 'done' };
}

/** What came of it is noted by the client itself, as of every call. */
async function ping({ slack }: WatchDeps): Promise<void> {
  try {
    await slack.ping();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

async function page(deps: WatchDeps, context: TaskContext, now: Date) {
  return await withTransaction(deps.pool, async (tx) => {
    // The row before the task, as whoever notes a failure locks them.
    const health = await lockHealth(tx);
    await context.guard(tx);
    if (!shouldPage(health, now)) return health;
    await writePaged(tx, now);
    await tell(tx, deps, now, silentSince(health) ?? now);
    return { ...health, pagedAt: now };
  });
}

async function tell(tx: Tx, deps: WatchDeps, now: Date, since: Date): Promise<void> {
  const { texts, timeZone } = deps;
  await deps.requestPage(tx, now, {
    action: 'trigger',
    dedupKey: OUTAGE_PAGE,
    summary: texts.t('pager.slack_silent', { at: texts.instant(since, timeZone) }),
    severity: 'critical',
    at: now,
  });
  await appendAudit(tx, now, [
    {
      actor: `job:${WATCH_TASK}`,
      action: 'slack.unreachable',
      tenantId: null,
      subject: { kind: 'slack', id: 'web-api' },
      data: { since: since.toISOString() },
    },
  ]);
}
