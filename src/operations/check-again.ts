import { assert } from '../errors.ts';
import type { PayoutRow } from '../finance/payout-row.ts';
import { askAttempts, type Asked } from '../platform/ask-attempts.ts';
import type { Answers } from '../platform/types.ts';
import type { Run } from './deps.ts';
import { readOwnOperations } from './own-operations.ts';
import { attemptsToAsk, readPayout } from './read-payout.ts';
import { retryFactsOf } from './retry-facts.ts';
import { decideRetry, SENDING_MS } from './retry-safe.ts';
import type { Checked, KeptCall, Operation, Proof } from './types.ts';

/**
 * Is it offered, and is it still safe? Every action that changes something has its own proof; what an override asked for
 * rests on the override's. Throws finance faults.
 */
export async function checkAgain(run: Run, operation: Operation): Promise<Checked> {
  const { action, overrideId } = operation;
  assert(action !== 'recheck', 'a recheck is not sent');
  const offer = run.deps.platform.offerOf(action);
  // The policy may have changed since the button stood there.
  if (offer !== 'offered') return { ok: false, means: 'not_safe', reasons: [offer], calls: [] };
  if (overrideId !== null) {
    assert(run.deps.checkOverride !== undefined, 'nothing is known that makes an override safe');
    return await run.deps.checkOverride(run, operation);
  }
  assert(action === 'retry', `nothing is known that makes ${action} safe`);
  return await checkRetry(run, operation);
}

/**
 * Everything that a retry stands on, read again just before it is sent: the payout on the primary, every provider by
 * every attempt's reference, and after their answers the payout once more, since it may have moved meanwhile. Only answers
 * of this very moment count.
 */
async function checkRetry({ deps, context }: Run, operation: Operation): Promise<Checked> {
  const { pool, policy, platform } = deps;
  const finance = await deps.financePrimary();
  const before = await readPayout(finance, policy, context.clock.now(), operation);
  if (before === null) return { ok: false, means: 'not_there', reasons: [], calls: [] };
  const { answers, asked } = await askAttempts(
    { pool, platform, clock: context.clock },
    attemptsToAsk(before.row),
    {
      operationId: operation.id,
      signal: context.signal,
    },
  );
  // A process that stops asks no further: what it did not ask about says nothing.
  context.signal.throwIfAborted();
  const calls = callsOf(asked);
  const after = await readPayout(finance, policy, context.clock.now(), operation);
  if (after === null) return { ok: false, means: 'not_there', reasons: [], calls };
  if (!isAsAsked(after.row, operation)) return { ok: false, means: 'changed', reasons: [], calls };
  const operations = await readOwnOperations(pool, [operation.transactionId], operation.id);
  const now = context.clock.now();
  const known = { answers: stillAbout(after.row, answers, asked), operations };
  const facts = retryFactsOf(after.row, known, { policy, rates: after.rates, now });
  const decision = decideRetry(facts, SENDING_MS);
  if (!decision.safe) return { ok: false, means: 'not_safe', reasons: decision.reasons, calls };
  const { burns, state, attempts } = after.row;
  const proof: Proof = { attempts: decision.proof, burns, state, readAt: now.toISOString() };
  return { ok: true, proof, attempts: attempts.length, calls };
}

/** An answer is about a reference: one that an attempt no longer has proves nothing about it. */
export function stillAbout(row: PayoutRow, answers: Answers, asked: readonly Asked[]): Answers {
  const references = new Map(row.attempts.map(({ id, provider_ref: reference }) => [id, reference]));
  const same = asked.filter(({ attempt }) => references.get(attempt.attemptId) === attempt.reference);
  const ids = new Set(same.map(({ attempt }) => attempt.attemptId));
  return new Map([...answers].filter(([id]) => ids.has(id)));
}

/** Is it still what the person agreed to, and what the platform is told? An amount that is no number is not. */
function isAsAsked(row: PayoutRow, { amountMinor, currency }: Operation): boolean {
  return row.amount_minor === amountMinor.toString() && row.currency === currency;
}

/** What was asked of providers, as an operation keeps it. */
export function callsOf(asked: readonly Asked[]): KeptCall[] {
  return asked.map(({ attempt, answer, exchange }) => ({
    call: 'ask',
    attemptId: attempt.attemptId,
    outcome: answer,
    exchange,
  }));
}
