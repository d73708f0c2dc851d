import { makeEvidence } from '../../findings/evidence.ts';
import { ALL_TENANTS } from '../../findings/key.ts';
import type { Evidence, Observation, RiskClass } from '../../findings/types.ts';
import type { TenantId } from '../../ids.ts';
import type { Policy } from '../../policy.ts';
import { makeRates } from '../../finance/rates.ts';
import { observe } from '../observe.ts';
import { HOUR_MS } from '../../finance/payout-row.ts';

/** What our own daily runs say about how well we see. */
export interface RunFacts {
  /** Newest settled runs first; two are enough. */
  settled: { state: 'complete' | 'partial' | 'failed'; at: Date }[];
  /** End of the newest complete run's window; null: there never was one. */
  completeUntil: Date | null;
  /** When the first run was made; null: there is none yet, and nothing to be late for. */
  firstRunAt: Date | null;
}

/** What its finding is about. */
export const BLIND_SPOT = {
  rule: 'R26',
  family: null,
  tenantId: ALL_TENANTS as TenantId,
  subject: { kind: 'reconciliation', id: 'daily' },
  currency: null,
  provider: null,
} as const;

/**
 * R26: the last run failed or was partial, or the last complete one is older than 26 h: MED; twice in a row, or twice
 * that age: HIGH. A blind spot, since nothing else is seen meanwhile.
 */
export function observeR26(facts: RunFacts, policy: Policy, observedAt: Date): Observation | null {
  const blind = decideBlindSpot(facts, policy, observedAt);
  if (blind === null) return null;
  return observe(
    {
      rule: BLIND_SPOT.rule,
      tenantId: BLIND_SPOT.tenantId,
      subject: BLIND_SPOT.subject,
      base: blind.risk,
      action: blind.risk === 'HIGH' ? 'escalate' : 'rerun',
      evidence: blind.evidence,
      causeKey: 'reconciliation:daily',
      occurredAt: blind.since,
    },
    { policy, observedAt, rates: makeRates(policy.business.reporting_currency, []) },
  );
}

interface BlindSpot {
  risk: RiskClass;
  evidence: Evidence;
  since: Date;
}

function decideBlindSpot(facts: RunFacts, policy: Policy, now: Date): BlindSpot | null {
  const [last, previous] = facts.settled;
  const limit = policy.reconciliation.stale_hours;
  const sinceComplete = facts.completeUntil ?? facts.firstRunAt;
  const ageMs = sinceComplete === null ? 0 : now.getTime() - sinceComplete.getTime();
  if (last !== undefined && previous !== undefined && isBad(last.state) && isBad(previous.state)) {
    const evidence = makeEvidence('R26.twice', { times: 2, at: { at: last.at.toISOString() } });
    return { risk: 'HIGH', evidence, since: previous.at };
  }
  if (sinceComplete !== null && ageMs > limit * HOUR_MS) {
    const risk = ageMs > 2 * limit * HOUR_MS ? 'HIGH' : 'MED';
    const evidence =
      facts.completeUntil === null
        ? makeEvidence('R26.never', { limit })
        : makeEvidence('R26.stale', { hours: Math.floor(ageMs / HOUR_MS), limit });
    return { risk, evidence, since: sinceComplete };
  }
  if (last === undefined || !isBad(last.state)) return null;
  const key = last.state === 'failed' ? 'R26.failed' : 'R26.partial';
  return { risk: 'MED', evidence: makeEvidence(key, { at: { at: last.at.toISOString() } }), since: last.at };
}

function isBad(state: string): boolean {
  return state !== 'complete';
}
