import type { Run } from './deps.ts';
import { move } from './move.ts';
import { orderOf } from './order.ts';
import { decideNotFound, lookUpAt } from './rules.ts';
import { replay } from './send.ts';
import { markLookedUp, markRefused, markSucceeded } from './store.ts';
import type { KeptCall, Operation, Refusal, Trouble } from './types.ts';

/** Asks the platform, by our key, what became of an operation whose outcome is unknown. */
export async function lookUp(run: Run, operation: Operation): Promise<Operation> {
  const { platform } = run.deps;
  const order = orderOf(operation);
  const outcome = await platform.lookUp(order);
  const calls: KeptCall[] =
    outcome.exchange === null
      ? []
      : [{ call: 'lookup', attemptId: null, outcome: outcome.as, exchange: outcome.exchange }];
  const settle = (change: Parameters<typeof move>[2]) => move(run, operation, change, calls);
  const goOn = (trouble: Trouble) =>
    settle((tx, now) => markLookedUp(tx, operation, now, { trouble, nextAt: lookUpAt(now, operation) }));
  switch (outcome.as) {
    case 'succeeded':
      return await settle((tx, now) =>
        markSucceeded(tx, operation, now, { attemptId: outcome.attemptId, answers: [] }),
      );
    case 'refused':
      return await settle((tx, now) =>
        markRefused(tx, operation, now, {
          by: 'platform',
          code: outcome.code,
          means: outcome.means,
          reasons: [],
        }),
      );
    case 'pending':
      return await goOn('pending');
    case 'unreadable':
      return await goOn(outcome.why);
    case 'not_found': {
      const now = run.context.clock.now();
      switch (decideNotFound(operation, now, platform.keepsMs(order.action))) {
        case 'refuse': {
          const code = operation.doubtfulRefusal;
          const listed = run.deps.policy.platform.actions[order.action]?.refusals ?? [];
          const means = listed.find((refusal) => refusal.code === code)?.means ?? 'other';
          const refusal: Refusal = { by: 'platform', code, means, reasons: [] };
          return await settle((tx, at) => markRefused(tx, operation, at, refusal));
        }
        case 'keep_looking':
          return await goOn('not_found');
        case 'replay':
          return await replay(run, await goOn('not_found'));
      }
    }
  }
}
