import type { Pool } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { callsOf } from '../operations/check-again.ts';
import type { OperationDeps, Run } from '../operations/deps.ts';
import { SENDING_MS } from '../operations/retry-safe.ts';
import type { Checked, KeptCall, Operation } from '../operations/types.ts';
import { isExpired } from './expiry.ts';
import type { OverrideKinds } from './kind.ts';
import { changesSince } from './read-live.ts';
import { readOverride, readVersion } from './store.ts';
import type { PayoutFacts } from './types.ts';

/** Every provider is asked afresh; a call may take its time limit. */
const LIMIT_MS = 60_000;

/**
 * What an operation of an override stands on, read again just before it is sent, and again before it is sent once more:
 * the version that was approved is the one that is carried out, it has not expired, and what stands there is what was
 * agreed to, condition included. Throws finance faults.
 */
export function makeCheckOverride({
  pool,
  kinds,
}: {
  pool: Pool;
  kinds: OverrideKinds;
}): NonNullable<OperationDeps['checkOverride']> {
  return async (run, operation) => await check(pool, kinds, run, operation);
}

async function check(
  pool: Pool,
  kinds: OverrideKinds,
  { context }: Run,
  operation: Operation,
): Promise<Checked> {
  const { overrideId, overrideVersion } = operation;
  assert(overrideId !== null && overrideVersion !== null, 'it carries no override out');
  const calls: KeptCall[] = [];
  const refuse = (means: 'not_there' | 'changed' | 'expired' | 'void'): Checked => ({
    ok: false,
    means,
    reasons: [],
    calls,
  });
  const override = await readOverride(pool, overrideId);
  if (override === null || override.state !== 'executing' || override.operationId !== operation.id)
    return refuse('void');
  const version = await readVersion(pool, overrideId, overrideVersion);
  if (isExpired(version, context.clock.now())) return refuse('expired');
  const kind = kinds.get(override.kind);
  assert(kind !== undefined, `no kind ${override.kind} of override is registered`);
  const began = context.clock.now();
  const facts = await kind.load(
    { tenantId: operation.tenantId, subjectId: operation.transactionId },
    {
      now: context.clock.now(),
      ask: true,
      limitMs: LIMIT_MS,
      signal: context.signal,
      exceptOperationId: operation.id,
      asked: (asked) => void calls.push(...callsOf(asked)),
    },
  );
  if (facts === null) return refuse('not_there');
  assert(facts.kind === 'payout', 'operations are about payouts');
  const now = context.clock.now();
  // Asking takes time.
  if (isExpired(version, now)) return refuse('expired');
  // Only what was said in answer to this very asking counts: a provider that is silent now proves nothing by its last word.
  const freshMs = Math.min(SENDING_MS, now.getTime() - began.getTime());
  const changes = changesSince(kind, version, facts, { now, freshMs, endsOperation: 'ended' });
  if (changes.some(({ what }) => what !== 'condition')) return refuse('changed');
  if (changes.length > 0) return refuse('void');
  return { ok: true, proof: proofOf(facts), attempts: facts.attempts.length, calls };
}

function proofOf({ attempts, burns, state, readAt }: PayoutFacts) {
  return {
    attempts: attempts.map(({ attemptId, status, answer, askedAt }) => ({
      attemptId,
      status,
      answer,
      askedAt,
    })),
    burns,
    state,
    readAt,
  };
}
