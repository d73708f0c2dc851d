import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf, type Person } from '../people/types.ts';
import { overrideEntry } from './audit-entries.ts';
import type { OverrideDeps } from './deps.ts';
import { isRequester } from './own-override.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { refreshOverride } from './show-override.ts';
import { lockOverride, writeChange } from './store.ts';
import type { Override } from './types.ts';

export interface OwnRequest {
  overrideId: string;
  person: Pick<Person, 'userId' | 'key'>;
  /** Slack's trigger id. */
  requestId: string;
}

/** Whoever asked takes it back, as long as nothing was begun. */
export async function cancelOverride(
  deps: OverrideDeps,
  now: Date,
  request: OwnRequest,
): Promise<OverrideOutcome<{ override: Override }>> {
  const outcome = await withTransaction(deps.pool, (tx) => cancel(tx, deps, now, request));
  if (outcome.ok) deps.onChange?.('canceled');
  return outcome;
}

async function cancel(
  tx: Tx,
  { policy }: OverrideDeps,
  now: Date,
  { overrideId, person, requestId }: OwnRequest,
): Promise<OverrideOutcome<{ override: Override }>> {
  const refuse = (refusal: OverrideRefusal) => ({ ok: false as const, refusal });
  if (!(await claimRequest(tx, now, requestId))) return refuse({ why: 'repeated' });
  const override = await lockOverride(tx, overrideId);
  if (override === null) return refuse({ why: 'not_found' });
  const { state, overAt, overBy, approvedAt, requestedBy } = override;
  if (!(await isRequester(tx, policy, override, person))) return refuse({ why: 'not_yours', requestedBy });
  if (state !== 'open' && state !== 'void' && state !== 'approved')
    return refuse({ why: 'decided', state, by: overBy, at: overAt ?? approvedAt ?? now });
  const by = actorOf(person);
  const after = await writeChange(tx, override, { state: 'canceled', over: { at: now, by } });
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, [overrideEntry(after, 'canceled', { actor: by, data: { was: state } })]);
  return { ok: true, override: after };
}
