import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '../src/database/pool.ts';
import { AppError } from '../src/errors.ts';
import { nextSlotAt, pendingWork } from '../src/jobs/pending.ts';
import type { SandboxClock } from './clock.ts';

/** How often idleness is looked at, in real milliseconds. */
const POLL_MS = 6;
/**
 * In a longer advance than this, chores that a later moment makes up for come every hour, and whenever something else is
 * due: a day has 288 checks, each of which looks, asks and decides for 60 ms, and a day is to take less than 20 s.
 */
const LONG_ADVANCE_MS = 3 * 3_600_000;
const CHORES = ['payouts.check', 'slack.watch', 'slo.snapshot', 'slo.risk'];
const CHORES_EVERY_MS = 3_600_000;
const HOURLY = ['slo.snapshot', 'slo.risk'];
/** Longest wait for one step to come to rest, in real milliseconds. */
const STEP_LIMIT_MS = 120_000;

/**
 * What reads our own rows or Slack, and never the money: the platform need not live up to each of them (4 ms with 1,000
 * payments a month, 30 ms with 20,000), and there are hundreds a day.
 */
const BLIND_SCHEDULES = [
  'slack.watch',
  'jobs.prune',
  'people.prune',
  'platform.prune',
  'slo.prune',
  'escalations.check_routes',
];
const BLIND_TASKS = [
  'slack_watch',
  'page',
  'card',
  'card_file',
  'escalation',
  'check-routes',
  'prune',
  'prune_people',
  'prune_answers',
  'slo_prune',
  'reopen-accepted',
];

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
  const isLong = target.getTime() - options.clock.now().getTime() > LONG_ADVANCE_MS;
  let next = await comeToRest(options);
  while (next !== null && next < target) {
    const instant = isLong ? await withoutChores(options, next, target) : next;
    if (instant >= target) break;
    if (isLong && instant.getTime() % CHORES_EVERY_MS !== 0) await passOver(options, instant);
    next = await step(options, instant);
  }
  await step(options, target, true);
}

/** The next moment at which more than a chore is due, or an hour is over. */
async function withoutChores({ pool, clock }: AdvanceOptions, next: Date, target: Date): Promise<Date> {
  const [work, slotAt] = [await pendingWork(pool, clock.now()), await nextSlotAt(pool, CHORES)];
  const hour = Math.ceil((clock.now().getTime() + 1) / CHORES_EVERY_MS) * CHORES_EVERY_MS;
  const moments = [work.nextDueAt, slotAt, new Date(hour), target].filter((moment) => moment !== null);
  const earliest = Math.min(...moments.map((moment) => moment.getTime()));
  return new Date(Math.max(earliest, next.getTime()));
}

/** Resolves when no job, card or delivery is due; at once when no app is running, since nobody would do it. */
export async function waitForIdle(options: AdvanceOptions): Promise<void> {
  await comeToRest(options);
}

/**
 * What reads minutes, each of which is judged whenever it is read, comes every hour and no more: beside a hundred other
 * due moments of a day it would take as long as all the rest.
 */
async function passOver({ pool }: AdvanceOptions, until: Date): Promise<void> {
  await pool.query(`update schedules set last_slot_at = $2 where name = any ($1) and last_slot_at < $2`, [
    HOURLY,
    until,
  ]);
}

async function step(options: AdvanceOptions, instant: Date, isLast = false): Promise<Date | null> {
  if (instant > options.clock.now()) {
    if (isLast || (await readsMoney(options, instant))) await options.liveUntil(instant);
    await options.clock.moveTo(instant);
  }
  return await comeToRest(options);
}

/** Waits until nothing is due, and gives the moment at which something will be; null when nothing will. */
async function comeToRest(options: AdvanceOptions): Promise<Date | null> {
  const giveUpAt = performance.now() + STEP_LIMIT_MS;
  // What the last work sent to the app before it ended is not among the deliveries of the first look: twice, at once.
  let quiet = 0;
  for (;;) {
    await options.workspaceIdle();
    const { idle, next } = await look(options);
    if (idle) quiet += 1;
    else quiet = 0;
    if (quiet === 2) return next;
    if (performance.now() > giveUpAt) {
      throw new AppError('internal', `work was still due after ${STEP_LIMIT_MS / 1000} s; see the log`, {
        retryable: true,
      });
    }
    if (quiet === 0) await delay(POLL_MS);
  }
}

let looks = 0;

async function look({ pool, clock }: AdvanceOptions): Promise<{ idle: boolean; next: Date | null }> {
  const now = clock.now();
  // Most looks meet somebody at work: one question tells, and that nobody lives is found out soon enough.
  const busy = await pendingWork(pool, now);
  if (busy.due + busy.running > 0 && (looks++ % 20 !== 0 || (await anyRunner(pool))))
    return { idle: false, next: null };
  // Slots before tasks: between the two a slot may become a task, never the other way round.
  const [alive, slotAt] = await Promise.all([anyRunner(pool), nextSlotAt(pool)]);
  if (!alive) return { idle: true, next: null };
  const work = await pendingWork(pool, now);
  const moments = [work.nextDueAt, slotAt].filter((moment) => moment !== null);
  const next = moments.length === 0 ? null : new Date(Math.min(...moments.map((moment) => moment.getTime())));
  const idle = work.due === 0 && work.running === 0 && (slotAt === null || slotAt > now);
  return { idle, next };
}

/** Does anything that falls due until then look at the platform's data? */
async function readsMoney({ pool }: AdvanceOptions, instant: Date): Promise<boolean> {
  const slotAt = await nextSlotAt(pool, BLIND_SCHEDULES);
  if (slotAt !== null && slotAt <= instant) return true;
  const { rowCount } = await pool.query(
    `select from tasks where state = 'pending' and due_at <= $1 and kind <> all ($2) limit 1`,
    [instant, BLIND_TASKS],
  );
  return rowCount === 1;
}

async function anyRunner(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ alive: boolean }>(
    `select exists (select from runners where seen_at > clock_timestamp() - interval '15 seconds') as alive`,
  );
  return rows[0]!.alive;
}
