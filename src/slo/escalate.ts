import type { EscalationDeps } from '../escalations/deps.ts';
import { endEscalation } from '../escalations/end-escalation.ts';
import { startEscalations } from '../escalations/start-escalations.ts';
import { lockOpenFor } from '../escalations/store.ts';
import { rewriteEscalation } from '../escalations/worsen.ts';
import type { SloDeps } from './deps.ts';
import type { Slo } from './types.ts';

/** The routes that a policy may have for service levels, the first that it has; every policy has one of incidents. */
const ROUTES = ['slo', 'incidents', 'platform'] as const;

/** What escalations of one promise are known by. */
export function causeOf({ name }: Pick<Slo, 'name'>): string {
  return `slo:${name}`;
}

/**
 * How service levels climb: one open escalation a promise. A burn that pages is Sev-1; a broken promise that does not burn
 * any more is Sev-2. Domain sections 2 and 3.
 */
export function makeEscalate(deps: EscalationDeps): Pick<SloDeps, 'escalate' | 'settle'> {
  const { routes } = deps.policy.escalations;
  const route = ROUTES.find((name) => Object.hasOwn(routes, name)) ?? Object.keys(routes)[0] ?? 'findings';
  return {
    async escalate(tx, now, { slo, what, startedBy }) {
      const { entries } = await startEscalations(tx, deps, now, [
        {
          causeKey: causeOf(slo),
          subject: { kind: 'slo', id: slo.name },
          tenantId: null,
          title: { kind: 'slo', name: slo.name, what },
          severity: what === 'burn' ? 'sev1' : 'sev2',
          route,
          startedBy,
        },
      ]);
      if (entries.length > 0 || what !== 'burn') return entries;
      // A broken promise is known already: a fast burn is news, and pages.
      const open = await lockOpenFor(tx, causeOf(slo));
      if (open === undefined) return [];
      return await rewriteEscalation(tx, deps, now, open, {
        subject: open.subject,
        title: { kind: 'slo', name: slo.name, what },
        severity: 'sev1',
        data: { what },
        hasMore: true,
      });
    },
    async settle(tx, now, { slo, by }) {
      const escalation = await lockOpenFor(tx, causeOf(slo));
      if (escalation === undefined) return [];
      return await endEscalation(tx, deps, now, { escalation, by, how: 'recovered' });
    },
  };
}
