import type { Observation, RiskClass } from '../../src/findings/types.ts';
import type { AccountId, TenantId } from '../../src/ids.ts';

/** An observation of a payment, with what a test wants to say about it. */
export function observation(
  change: Partial<Omit<Observation, 'class'>> & { id?: string; risk?: RiskClass; minor?: bigint | null } = {},
): Observation {
  const { id = 't1', risk = 'MED', minor = 1_000n, ...rest } = change;
  return {
    rule: 'R04',
    family: null,
    tenantId: 'anadolu' as TenantId,
    subject: { kind: 'transaction', id },
    accountId: 'acc' as AccountId,
    provider: 'kuzey',
    currency: 'USD',
    amountMinor: minor,
    amountReportingMinor: minor,
    class: risk,
    action: 'escalate',
    evidence: { key: 'R04', args: {} },
    causeKey: `cause-${id}`,
    occurredAt: new Date('2026-01-14T10:00:00Z'),
    ...rest,
  };
}
