import { askAttempts } from '../platform/ask-attempts.ts';
import { callsOf } from './check-again.ts';
import type { Run } from './deps.ts';
import { move } from './move.ts';
import { attemptsToAsk, readPayout } from './read-payout.ts';
import { isFinanceFault, waitForChecks, waitForPlatform } from './send.ts';
import { markRefused, markSucceeded } from './store.ts';
import type { Operation, Refusal } from './types.ts';

/** Asks the providers about every attempt there is. Changes nothing: silence is an answer too, and kept as one. */
export async function recheck(run: Run, operation: Operation): Promise<Operation> {
  const { deps, context } = run;
  const { platform } = deps;
  if (platform.pausedUntil() !== null) return await waitForPlatform(run, operation);
  const reading = await readIt(run, operation);
  if (reading === 'unavailable') return await waitForChecks(run, operation);
  if (reading === null) return await refuse(run, operation, 'not_there');
  if (!platform.canAsk()) return await refuse(run, operation, 'checks_failed');
  const attempts = attemptsToAsk(reading.row);
  const { asked } = await askAttempts({ pool: deps.pool, platform, clock: context.clock }, attempts, {
    operationId: operation.id,
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  // The platform was paused meanwhile: nobody was asked, which is no answer.
  if (attempts.length > 0 && asked.length === 0) return await waitForPlatform(run, operation);
  const answers = asked.map(({ attempt, answer }) => ({ attemptId: attempt.attemptId, answer }));
  return await move(
    run,
    operation,
    (tx, now) => markSucceeded(tx, operation, now, { attemptId: null, answers }),
    callsOf(asked),
  );
}

function refuse(run: Run, operation: Operation, means: 'not_there' | 'checks_failed'): Promise<Operation> {
  const refusal: Refusal = { by: 'us', code: null, means, reasons: [] };
  return move(run, operation, (tx, now) => markRefused(tx, operation, now, refusal));
}

async function readIt({ deps, context }: Run, operation: Operation) {
  try {
    return await readPayout(await deps.financePrimary(), deps.policy, context.clock.now(), operation);
  } catch (error) {
    if (!isFinanceFault(error)) throw error;
    return 'unavailable' as const;
  }
}
