import type { Pool } from '../../database/pool.ts';
import { makeEvidence } from '../../findings/evidence.ts';
import { ALL_TENANTS } from '../../findings/key.ts';
import type { Observation } from '../../findings/types.ts';
import type { Subject, TenantId } from '../../ids.ts';
import { verifyAudit, type Verification } from '../../audit/verify-audit.ts';

export const AUDIT_SUBJECT: Subject = { kind: 'audit', id: 'log' };

/**
 * R27: verifies the whole log, against a head that was kept elsewhere when there is one (the last digest's), and says
 * what is broken as an observation; null when it is whole. `now` is the moment of the look.
 */
export async function checkAudit(
  pool: Pool,
  now: Date,
  options: { head?: string } = {},
): Promise<Observation | null> {
  return decideAuditObservation(await verifyAudit(pool, options), now);
}

/** Pure: a broken chain is HIGH and escalated, always; it belongs to no tenant. */
function decideAuditObservation(verification: Verification, now: Date): Observation | null {
  if (verification.state !== 'broken') return null;
  return {
    rule: 'R27',
    family: null,
    tenantId: ALL_TENANTS as TenantId,
    subject: AUDIT_SUBJECT,
    accountId: null,
    provider: null,
    currency: null,
    amountMinor: null,
    amountReportingMinor: null,
    class: 'HIGH',
    action: 'escalate',
    evidence: makeEvidence('R27', {
      row: verification.firstBadSeq ?? 0,
      problem: verification.problem,
    }),
    causeKey: 'audit:log',
    occurredAt: now,
  };
}
