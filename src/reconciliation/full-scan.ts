import { z } from 'zod';
import { withTransaction } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { RunId } from '../ids.ts';
import type { TaskContext, TaskKind, TaskOutcome } from '../jobs/types.ts';
import { ACCOUNTS_PAGE } from './account-keys.ts';
import { completeFullScan } from './complete-full-scan.ts';
import type { ReconciliationDeps } from './deps.ts';
import { FULL_SCAN_TASK } from './fail-run.ts';
import { failing, guardOf, MAX_FAULTS } from './failing.ts';
import { readFullScan, type FullScan } from './full-scans.ts';
import { lookAgainAtAll } from './look-again.ts';
import { readRun, readRunUnderWay, type Run } from './runs.ts';
import { scanPage } from './scan-page.ts';
import { startSlotFullScan } from './start-full-scan.ts';
import { storePage, TELL_MS, tellProgress } from './store-page.ts';
import { SECOND_LOOK_MS } from './store-run.ts';

const DONE: TaskOutcome = { state: 'done' };
/** Real time after which a scan gives its hand back for a moment. */
const TURN_MS = 60_000;
/** How often it looks whether the run that it waits for is over. */
const WAIT_MS = 15_000;

const payloadSchema = z.union([
  z.strictObject({ slotAt: z.iso.datetime() }),
  z.strictObject({ runId: z.uuid() }),
]);
type Payload = z.infer<typeof payloadSchema>;

export interface FullScanOptions {
  /** Accounts on a page; 5,000 unless told. */
  pageSize?: number;
  /** After so many real milliseconds a turn ends with the page it reads; a minute unless told. */
  turnMs?: number;
}

/**
 * Every wallet against its ledger, page by page. What a page counted is stored with where it ended, so whoever takes
 * over goes on at the next one; when all are read, the suspects are read once more and findings are made of what is
 * there still. It waits while a daily run is under way.
 */
export function makeFullScanTask(
  deps: ReconciliationDeps,
  { pageSize = ACCOUNTS_PAGE, turnMs = TURN_MS }: FullScanOptions = {},
): TaskKind<Payload> {
  return {
    kind: FULL_SCAN_TASK,
    payload: payloadSchema,
    maxFaults: MAX_FAULTS,
    async run(context, payload) {
      const run =
        'slotAt' in payload
          ? await startSlotFullScan(deps, context.clock.now(), new Date(payload.slotAt), guardOf(context))
          : await readRun(deps.pool, payload.runId);
      if (run === null && 'slotAt' in payload) {
        context.log.info({ slotAt: payload.slotAt }, 'another full scan is under way; this one waits for it');
        return later(context, WAIT_MS);
      }
      if (run === null || run.settledAt !== null) return DONE;
      return await failing(deps, context, run.id, () => goOn(deps, context, run.id, { pageSize, turnMs }));
    },
  };
}

async function goOn(
  deps: ReconciliationDeps,
  context: TaskContext,
  runId: RunId,
  { pageSize, turnMs }: Required<FullScanOptions>,
): Promise<TaskOutcome> {
  const until = performance.now() + turnMs;
  for (;;) {
    const run = await readRun(deps.pool, runId);
    if (run === null || run.settledAt !== null) return DONE;
    const scan = await readFullScan(deps.pool, runId);
    assert(scan !== null, 'a full scan has its row');
    if ((await readRunUnderWay(deps.pool, 'daily')) !== null) return await wait(deps, context, runId, scan);
    if (run.state === 'confirming') return await confirm(deps, context, run, scan);
    if (context.signal.aborted) return later(context, 0);
    await readNextPage(deps, context, runId, scan, pageSize);
    if (performance.now() > until) return later(context, 0);
  }
}

async function readNextPage(
  deps: ReconciliationDeps,
  context: TaskContext,
  runId: RunId,
  scan: FullScan,
  size: number,
): Promise<void> {
  const beganAt = context.clock.now();
  const began = performance.now();
  const { after } = scan;
  const { policy } = deps;
  const scanned = await scanPage(deps.finance, { policy, now: beganAt, after, size, log: context.log });
  const readingMs = Math.round(performance.now() - began);
  const page = { runId, scan, beganAt, scanned, readingMs };
  await storePage(deps, context.clock.now(), page, guardOf(context));
  context.log.debug({ run: runId, page: scan.pages, readingMs }, 'a page of the full scan was read');
}

/** The second look, two minutes after the last page, and what follows from it. */
async function confirm(
  deps: ReconciliationDeps,
  context: TaskContext,
  run: Run,
  scan: FullScan,
): Promise<TaskOutcome> {
  const now = context.clock.now();
  const pageAt = scan.pageAt ?? now;
  const dueAt = scan.suspects === 0 ? pageAt : new Date(pageAt.getTime() + SECOND_LOOK_MS);
  if (dueAt > now) return { state: 'again', at: dueAt };
  const { policy } = deps;
  const look = await lookAgainAtAll(deps, {
    policy,
    now,
    runId: run.id,
    pages: scan.pages,
    log: context.log,
  });
  const of = { runId: run.id, lookedAt: now, look };
  const outcome = await completeFullScan(deps, context.clock.now(), of, guardOf(context));
  return outcome === 'wait' ? later(context, WAIT_MS) : DONE;
}

/** A daily run goes first; the card says that this one waits. */
async function wait(
  deps: ReconciliationDeps,
  context: TaskContext,
  runId: RunId,
  { toldAt }: FullScan,
): Promise<TaskOutcome> {
  const now = context.clock.now();
  if (toldAt === null || now.getTime() - toldAt.getTime() >= TELL_MS) {
    await withTransaction(deps.pool, async (tx) => {
      await context.guard(tx);
      await tellProgress(tx, deps, now, runId);
    });
  }
  return later(context, WAIT_MS);
}

function later(context: TaskContext, ms: number): TaskOutcome {
  return { state: 'again', at: new Date(context.clock.now().getTime() + ms) };
}
