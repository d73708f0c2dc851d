import { AppError } from '../errors.ts';
import { askAttempts } from '../platform/ask-attempts.ts';
import { callsOf } from './check-again.ts';
import type { Run } from './deps.ts';
import { move } from './move.ts';
import { attemptsToAsk, readPayout } from './read-payout.ts';
import { waitForChecks } from './send.ts';
import { markRefused, markSucceeded } from './store.ts';
import type { Operation } from './types.ts';

/** Asks the providers about every attempt there is. Changes nothing: silence is an answer too, and kept as one. */
export async function recheck(run: Run, operation: Operation): Promise<Operation> {
  const { deps, context } = run;
  const reading = await readIt(run, operation);
  if (reading === 'unavailable') return await waitForChecks(run, operation);
  if (reading === null)
    return await move(run, operation, (tx, now) =>
      markRefused(tx, operation, now, { by: 'us', code: null, means: 'not_there', reasons: [] }),
    );
  const { asked } = await askAttempts(
    { pool: deps.pool, platform: deps.platform, clock: context.clock },
    attemptsToAsk(reading.row),
    { operationId: operation.id, signal: context.signal },
  );
  const answers = asked.map(({ attempt, answer }) => ({ attemptId: attempt.attemptId, answer }));
  return await move(
    run,
    operation,
    (tx, now) => markSucceeded(tx, operation, now, { attemptId: null, answers }),
    callsOf(asked),
  );
}

async function readIt({ deps, context }: Run, operation: Operation) {
  try {
    return await readPayout(await deps.financePrimary(), deps.policy, context.clock.now(), operation);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'finance_unavailable') throw error;
    return 'unavailable' as const;
  }
}
