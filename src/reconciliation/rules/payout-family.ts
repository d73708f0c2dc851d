import type { Observation } from '../../findings/types.ts';
import type { Facts, Rule } from '../context.ts';
import type { Answers } from '../../platform/types.ts';
import { retryFactsOf, type Known } from '../../operations/retry-facts.ts';
import { observe, paymentCause } from '../observe.ts';
import { MINUTE_MS, OPEN_ATTEMPTS, STUCK_STATES, type PayoutRow } from '../../finance/payout-row.ts';
import { readCandidatePayouts } from '../../finance/read-payouts.ts';
import { decideRetry, OFFERING_MS } from '../../operations/retry-safe.ts';
import { paymentSubject } from './rows.ts';
import { decideStuck, freshAnswer } from './r19-r20-stuck.ts';
import { decideFailure, decideOldFailure, type FailedVerdict } from './r21-r23-failed.ts';

/** R19 to R23 for withdrawals: one finding at a time for a payout, first match. */
export const payoutFamily: Rule = {
  ids: ['R19', 'R20', 'R21', 'R22', 'R23'],
  needs: [],
  windowOnly: false,
  async observe(context) {
    const minutes = context.policy.payouts.stuck_withdrawal_minutes;
    const before = new Date(context.observedAt.getTime() - minutes * MINUTE_MS);
    const rows = await readCandidatePayouts(context, before);
    return rows.flatMap((row) => observePayout(row, context.known, context) ?? []);
  },
};

/** R20; R23 over 24 h; R19; R21; R23 not retry-safe; R22; R23 retry-safe; null when nothing holds. */
export function observePayout(row: PayoutRow, known: Known, facts: Facts): Observation | null {
  const provider = row.provider ?? row.attempts.at(-1)?.provider ?? null;
  const { since, stuck } = lookForStuck(row, provider, known.answers, facts);
  const see = (verdict: FailedVerdict, occurredAt: Date): Observation =>
    observe(
      {
        ...verdict,
        ...paymentSubject(row),
        family: 'payout',
        provider,
        amountMinor: BigInt(row.amount_minor),
        causeKey: paymentCause(row.tenant_id, row.id),
        occurredAt,
      },
      facts,
    );
  if (stuck?.rule === 'R20' && since !== null) return see(stuck, since);
  const held = row.state === 'payout_failed' && row.burns < 1;
  const old = held ? decideOldFailure(row, provider ?? '-', facts) : null;
  if (old !== null) return see(old, row.state_since);
  if (stuck !== null && since !== null) return see(stuck, since);
  if (!held) return null;
  const retry = decideRetry(retryFactsOf(row, known, { ...facts, now: facts.observedAt }), OFFERING_MS);
  return see(decideFailure(row, provider ?? '-', retry, facts), row.state_since);
}

/** Since state_since, or since the oldest open attempt was made: whichever is longer ago. */
function lookForStuck(row: PayoutRow, provider: string | null, answers: Answers, facts: Facts) {
  const open = row.attempts.filter((attempt) => OPEN_ATTEMPTS.has(attempt.status));
  const times = open.map((attempt) => new Date(attempt.created_at).getTime());
  if (STUCK_STATES.has(row.state)) times.push(row.state_since.getTime());
  if (times.length === 0) return { since: null, stuck: null };
  const since = new Date(Math.min(...times));
  const counts = open[0] ?? row.attempts.at(-1);
  const answer = freshAnswer(counts?.id, answers, facts.observedAt);
  const stuck = decideStuck(
    { since, state: row.state, provider, openAttempts: open.length, answer },
    facts.policy.payouts.stuck_withdrawal_minutes,
    facts,
  );
  return { since, stuck };
}
