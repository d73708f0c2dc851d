import { assert } from '../errors.ts';
import type { Pool } from '../database/pool.ts';
import { businessDayOf } from '../business-day.ts';
import { OFFERING_MS } from '../operations/retry-safe.ts';
import type { Policy } from '../policy.ts';
import { readRoster } from './approvers.ts';
import { countQuorum } from './count-together.ts';
import { beneficiariesOf, canReach, eligibleNow } from './eligibility.ts';
import type { OverrideKind } from './kind.ts';
import { readUnsettled, wasRejected } from './store.ts';
import type { PayoutFacts, Quorum, Verdict } from './types.ts';

export interface Explanation {
  facts: PayoutFacts;
  /** One per choice; the quorum of those that do not hold is what it would be. */
  choices: { verdict: Verdict; quorum: Quorum; reachable: boolean | null }[];
  afterRejection: boolean;
  /** The one that is open already. */
  unsettled: { id: string; state: string } | null;
  /** Keys of the policy's people; empty: nobody knows. */
  beneficiaries: string[];
  /** Who could approve now, whoever asks; null: who holds which role was not read yet. */
  approvers: { userIds: readonly string[]; leadIds: readonly string[] } | null;
  asked: boolean;
}

export interface ExplainDeps {
  pool: Pool;
  policy: Policy;
  kind: OverrideKind;
}

/**
 * What could be done by hand about a subject now, by which rules so many approve, and who could. Changes nothing.
 * `ask`: providers are asked afresh. Null: there is no such subject. Throws finance faults.
 */
export async function explainOverride(
  { pool, policy, kind }: ExplainDeps,
  now: Date,
  { subjectId, ask }: { subjectId: string; ask: boolean },
): Promise<Explanation | null> {
  const facts = await kind.load({ tenantId: '', subjectId }, { now, ask, limitMs: ask ? 10_000 : 5_000 });
  if (facts === null) return null;
  assert(facts.kind === 'payout', 'only payouts are explained');
  const { tenantId, accountId } = facts;
  const subject = { tenantId, subject: { kind: kind.subjectKind, id: subjectId } };
  const afterRejection = await wasRejected(pool, subject);
  const unsettled = await readUnsettled(pool, subject);
  const beneficiaries = beneficiariesOf(policy, { tenantId, accountId });
  const approvers = await readEligible(pool, policy, now, beneficiaries);
  const choices: Explanation['choices'] = [];
  for (const verdict of kind.targets(facts, new Date(facts.readAt), OFFERING_MS)) {
    const stake = kind.stake(facts, verdict);
    const asked = { tenantId, stake, verdict, afterRejection, exceptId: unsettled?.id ?? null };
    const quorum = await countQuorum(pool, policy, now, asked);
    choices.push({ verdict, quorum, reachable: approvers === null ? null : canReach(quorum, approvers) });
  }
  return {
    facts,
    choices,
    afterRejection,
    unsettled: unsettled === null ? null : { id: unsettled.id, state: unsettled.state },
    beneficiaries,
    approvers,
    asked: ask,
  };
}

async function readEligible(pool: Pool, policy: Policy, now: Date, beneficiaryKeys: readonly string[]) {
  const roster = await readRoster(pool, policy);
  if (roster === null) return null;
  const { holders, namesById, inApp } = roster;
  const day = businessDayOf(now, policy.business.time_zone);
  // Whoever asks is left out too, but nobody has asked.
  return eligibleNow(policy, holders, namesById, { requesterKey: '', beneficiaryKeys, day, inApp });
}
