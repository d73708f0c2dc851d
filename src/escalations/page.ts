import type { Tx } from '../database/pool.ts';
import type { PagerEvent } from '../ports.ts';
import { makeTexts } from '../texts.ts';
import type { EscalationDeps } from './deps.ts';
import { markPaged } from './store.ts';
import type { Escalation } from './types.ts';

type Paged = Pick<Escalation, 'id' | 'severity' | 'title'>;

const PAGER_SEVERITY = { sev1: 'critical', sev2: 'error', sev3: 'warning' } as const;

/** Wakes somebody up by the way that is not Slack; again with every round climbed in vain. */
export async function pageTrigger(tx: Tx, deps: EscalationDeps, now: Date, of: Paged): Promise<void> {
  if (deps.page === undefined) return;
  await markPaged(tx, of.id);
  await deps.page(tx, now, eventOf(deps, 'trigger', now, of));
}

/** Passes on that somebody answered, or that it is over; nothing when the pager never heard of it. */
export async function pageAnswer(
  tx: Tx,
  deps: EscalationDeps,
  now: Date,
  of: Paged & Pick<Escalation, 'paged'>,
  action: 'acknowledge' | 'resolve',
): Promise<void> {
  if (of.paged) await deps.page?.(tx, now, eventOf(deps, action, now, of));
}

/** What a person typed does not leave the house, nor do amounts and accounts: the name of a rule does. */
function eventOf(deps: EscalationDeps, action: PagerEvent['action'], at: Date, of: Paged): PagerEvent {
  const { t, has } = makeTexts(deps.policy.channels['ops-alerts'].locale);
  const severity = t(`escalations.severity.${of.severity}`);
  const key = of.title.kind === 'finding' ? `findings.rule.${of.title.rule}.name` : '';
  const what = has(key) ? t(key) : t(`escalations.pager.${of.title.kind}`);
  return {
    action,
    dedupKey: of.id,
    summary: t('escalations.pager.summary', { severity, what }),
    severity: PAGER_SEVERITY[of.severity],
    at,
  };
}
