import { assertNotStalled } from '../cards/deps.ts';
import { AppError } from '../errors.ts';
import { checkAgain } from './check-again.ts';
import type { Run } from './deps.ts';
import { move } from './move.ts';
import { orderOf } from './order.ts';
import { lookUpAt, MOST_CHECK_WAITS, waitUntil } from './rules.ts';
import { markLookedUp, markRefused, markSent, markSucceeded, markUnknown, markWaiting } from './store.ts';
import type { Checked, Operation, Refusal } from './types.ts';

/** Checks everything again and sends, for the first time or after a try that certainly did nothing. */
export async function checkAndSend(run: Run, operation: Operation): Promise<Operation> {
  const { platform } = run.deps;
  if (platform.pausedUntil() !== null) return await waitForPlatform(run, operation);
  const checked = await tryToCheck(run, operation);
  if (checked === null) return await waitForChecks(run, operation);
  if (!checked.ok) {
    const refusal: Refusal = { by: 'us', code: null, means: checked.means, reasons: checked.reasons };
    return await move(run, operation, (tx, now) => markRefused(tx, operation, now, refusal), checked.calls);
  }
  return await send(run, operation, checked);
}

/**
 * Sends what is unknown once more, with the same key: only while all checks still hold. If the first try was done after
 * all, its attempt is there and they don't; then looking it up will tell.
 */
export async function replay(run: Run, operation: Operation): Promise<Operation> {
  const checked = await tryToCheck(run, operation);
  if (checked === null || !checked.ok) {
    return await move(
      run,
      operation,
      (tx, now) =>
        markLookedUp(tx, operation, now, { trouble: 'not_found', nextAt: lookUpAt(now, operation) }),
      checked?.calls ?? [],
    );
  }
  return await send(run, operation, checked);
}

async function tryToCheck(run: Run, operation: Operation): Promise<Checked | null> {
  try {
    return await checkAgain(run, operation);
  } catch (error) {
    if (!isFinanceFault(error)) throw error;
    run.context.log.warn(
      { operation: operation.id, error: error.message },
      'an operation could not be checked',
    );
    return null;
  }
}

/** The money could not be read, for a while or until somebody corrects a view: nothing is known, so nothing is safe. */
export function isFinanceFault(error: unknown): error is AppError {
  return (
    error instanceof AppError && (error.code === 'finance_unavailable' || error.code === 'finance_contract')
  );
}

/** Nobody is asked while the platform does not answer: what it would have said is not known. */
export async function waitForPlatform(run: Run, operation: Operation): Promise<Operation> {
  const until = run.deps.platform.pausedUntil();
  return await move(run, operation, (tx, now) => {
    const nextAt = new Date(Math.max(until?.getTime() ?? 0, waitUntil(now, 0, null).getTime()));
    return markWaiting(tx, operation, { trouble: 'paused', nextAt });
  });
}

/** Nothing was sent: soon again, and given up after a while, since whoever pressed can press again. */
export async function waitForChecks(run: Run, operation: Operation): Promise<Operation> {
  if (operation.trouble === 'finance_unavailable' && operation.waits >= MOST_CHECK_WAITS) {
    const refusal: Refusal = { by: 'us', code: null, means: 'checks_failed', reasons: [] };
    return await move(run, operation, (tx, now) => markRefused(tx, operation, now, refusal));
  }
  return await move(run, operation, (tx, now) =>
    markWaiting(tx, operation, {
      trouble: 'finance_unavailable',
      nextAt: waitUntil(now, operation.waits, null),
    }),
  );
}

/** The row says that it was sent before it is; what comes back settles it, or leaves it to be looked up. */
async function send(run: Run, operation: Operation, checked: Checked & { ok: true }): Promise<Operation> {
  run.context.signal.throwIfAborted();
  const markedAtMs = performance.now();
  const sent = await move(run, operation, (tx, now) => markSent(tx, operation, now, checked), checked.calls);
  // Whoever took over a stalled process may have ended this by now: then the row, looked up, says what is next.
  assertNotStalled(markedAtMs);
  const outcome = await run.deps.platform.send(orderOf(sent));
  const calls =
    outcome.exchange === null
      ? []
      : [{ call: 'send' as const, attemptId: null, outcome: wordOf(outcome), exchange: outcome.exchange }];
  const settle = (change: Parameters<typeof move>[2]) => move(run, sent, change, calls);
  switch (outcome.as) {
    case 'succeeded':
      return await settle((tx, now) =>
        markSucceeded(tx, sent, now, { attemptId: outcome.attemptId, answers: [] }),
      );
    case 'refused': {
      if (sent.state === 'unknown') {
        const doubtfulRefusal = outcome.code;
        return await settle((tx, now) =>
          markUnknown(tx, sent, now, {
            trouble: 'not_found',
            nextAt: lookUpAt(now, sent),
            doubtfulRefusal,
          }),
        );
      }
      const refusal: Refusal = { by: 'platform', code: outcome.code, means: outcome.means, reasons: [] };
      return await settle((tx, now) => markRefused(tx, sent, now, refusal));
    }
    case 'not_done':
      // An earlier try may have been done, whatever became of this one.
      if (sent.state === 'unknown')
        return await settle((tx, now) =>
          markUnknown(tx, sent, now, { trouble: outcome.why, nextAt: lookUpAt(now, sent) }),
        );
      return await settle((tx, now) =>
        markWaiting(tx, sent, {
          trouble: outcome.why,
          nextAt: waitUntil(now, sent.waits, outcome.retryAfterMs),
        }),
      );
    case 'unknown':
      return await settle((tx, now) =>
        markUnknown(tx, sent, now, { trouble: outcome.why, nextAt: lookUpAt(now, sent) }),
      );
  }
}

function wordOf(outcome: { as: string; why?: string }): string {
  return outcome.why === undefined ? outcome.as : `${outcome.as}:${outcome.why}`;
}
