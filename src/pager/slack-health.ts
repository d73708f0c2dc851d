import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { releaseCards } from '../cards/release-cards.ts';
import { withTransaction, type Pool, type Tx } from '../database/pool.ts';
import { describeError } from '../errors.ts';
import type { Subject } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { Texts } from '../texts.ts';
import { lockHealth, readHealth, writeAnswered, writeFailure } from './health-store.ts';
import { isCircuitOpen, nextLookAt, silentSince, wasOutage, type SlackHealth } from './outage-rules.ts';
import type { RequestPage } from './request-page.ts';

export const WATCH_TASK = 'slack_watch';
/** The one chain of looks of an outage; scheduled looks have keys of their own. */
export const OUTAGE_KEY = `${WATCH_TASK}:outage`;
/** One outage is one incident at the pager. */
export const OUTAGE_PAGE = 'slack-out-of-reach';
const SLACK: Subject = { kind: 'slack', id: 'web-api' };

/** That Slack still answers is written down this often at most; that it no longer does, or does again, at once. */
const WRITE_EVERY_MS = 10_000;
/** Cards that wait for Slack look again by themselves this late, should nobody release them. */
const CARDS_WAIT_MS = 5 * 60_000;

export interface SlackHealthDeps {
  pool: Pool;
  clock: Clock;
  log: Log;
  texts: Texts;
  timeZone: string;
  requestPage: RequestPage;
}

export interface SlackHealthNotes {
  /** Slack said something, be it no. Never throws. */
  answered(): Promise<void>;
  /** A call had no answer, or none that tells. Never throws. */
  unavailable(error: unknown): Promise<void>;
  /** When a card may call Slack again while Slack is out of reach; null when it may now. */
  waitUntil(): Promise<Date | null>;
}

/** What all processes together know of Slack's health, kept in one row. */
export function makeSlackHealth(deps: SlackHealthDeps): SlackHealthNotes {
  const { pool, clock, log } = deps;
  let seenFailing = false;
  let writtenAt: number | undefined;
  const quietly = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.warn({ detail: describeError(error) }, "Slack's health could not be noted");
    }
  };
  return {
    answered: () =>
      quietly(async () => {
        const now = clock.now();
        const sinceMs = writtenAt === undefined ? Infinity : Math.abs(now.getTime() - writtenAt);
        if (!seenFailing && sinceMs < WRITE_EVERY_MS) return;
        await withTransaction(pool, (tx) => noteAnswered(tx, deps, now));
        seenFailing = false;
        writtenAt = now.getTime();
      }),
    unavailable: (error) =>
      quietly(async () => {
        seenFailing = true;
        await withTransaction(pool, (tx) => noteFailure(tx, clock.now(), describeError(error)));
      }),
    async waitUntil() {
      const now = clock.now();
      return isCircuitOpen(await readHealth(pool), now) ? new Date(now.getTime() + CARDS_WAIT_MS) : null;
    },
  };
}

async function noteFailure(tx: Tx, now: Date, error: string): Promise<void> {
  const before = await lockHealth(tx);
  await writeFailure(tx, now, error.slice(0, 500));
  if (before.failingSince !== null) return;
  const dueAt = nextLookAt({ ...before, failingSince: now, lastFailureAt: now }, now);
  await enqueueTask(tx, now, { kind: WATCH_TASK, key: OUTAGE_KEY, payload: {}, dueAt });
}

async function noteAnswered(tx: Tx, deps: SlackHealthDeps, now: Date): Promise<void> {
  const before = await lockHealth(tx);
  await writeAnswered(tx, now);
  if (before.failingSince === null) return;
  await releaseCards(tx, now);
  await tellOutage(tx, deps, now, before);
}

/** Now that it can be read: from when to when nobody could be told anything. */
async function tellOutage(tx: Tx, deps: SlackHealthDeps, now: Date, before: SlackHealth): Promise<void> {
  const from = silentSince(before) ?? now;
  const { texts } = deps;
  if (before.pagedAt !== null) {
    await deps.requestPage(tx, now, {
      action: 'resolve',
      dedupKey: OUTAGE_PAGE,
      summary: texts.t('pager.slack_answers'),
      severity: 'critical',
      at: now,
    });
  }
  if (!wasOutage(before, now)) return;
  const about = { kind: 'slack_unreachable', subject: SLACK, actor: `job:${WATCH_TASK}` } as const;
  await raiseAlert(tx, now, {
    ...about,
    severity: 'sev2',
    args: { firstAt: from.toISOString(), lastAt: now.toISOString() },
  });
  await resolveAlert(tx, now, about);
}
