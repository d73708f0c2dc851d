import type { EscalationDeps } from '../escalations/deps.ts';
import { endEscalation } from '../escalations/end-escalation.ts';
import { startEscalations } from '../escalations/start-escalations.ts';
import { lockOpenFor } from '../escalations/store.ts';
import type { ExemptionDeps } from './deps.ts';
import type { Exemption } from './types.ts';

/** Where a policy has no route of its own for exemptions. */
const FALLBACK_ROUTE = 'audit';

function causeOf({ id }: Pick<Exemption, 'id'>): string {
  return `exemption:${id}`;
}

/** How exemptions climb: one open escalation each, which ends when it is closed or has more time. Domain section 7. */
export function makeEscalate(deps: EscalationDeps): Pick<ExemptionDeps, 'escalate' | 'settle'> {
  const { routes } = deps.policy.escalations;
  const route = Object.hasOwn(routes, 'exemptions') ? 'exemptions' : FALLBACK_ROUTE;
  return {
    async escalate(tx, now, { exemption, startedBy }) {
      const { entries } = await startEscalations(tx, deps, now, [
        {
          causeKey: causeOf(exemption),
          subject: { kind: 'exemption', id: exemption.id },
          tenantId: null,
          title: { kind: 'exemption', name: exemption.name },
          severity: 'sev2',
          route,
          startedBy,
        },
      ]);
      return entries;
    },
    async settle(tx, now, { exemption, by, how }) {
      const escalation = await lockOpenFor(tx, causeOf(exemption));
      if (escalation === undefined) return [];
      return await endEscalation(tx, deps, now, { escalation, by, how });
    },
  };
}
