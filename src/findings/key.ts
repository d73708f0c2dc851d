import { createHash } from 'node:crypto';
import type { Observation } from './types.ts';

/** Tenant of what concerns the whole platform: a webhook nobody knows, the reconciliation itself, the audit chain. */
export const ALL_TENANTS = '-';

/**
 * The key under which a finding lives for good: rule, tenant, subject, currency, provider. Within a family it is the
 * family and the subject alone, so that a payout keeps its finding when another rule, or provider, comes to speak of it.
 */
export function findingKey(
  seen: Pick<Observation, 'family' | 'rule' | 'tenantId' | 'subject' | 'currency' | 'provider'>,
): string {
  const { family, rule, tenantId, subject, currency, provider } = seen;
  const parts =
    family === null
      ? ['rule', rule, tenantId, subject.kind, subject.id, currency, provider]
      : ['family', family, tenantId, subject.kind, subject.id];
  return hashParts(parts);
}

/** Findings with an equal cause key are shown together. */
export function causeKey(...parts: string[]): string {
  return hashParts(parts);
}

function hashParts(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
