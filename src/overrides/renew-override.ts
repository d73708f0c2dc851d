import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { OFFERING_MS } from '../operations/retry-safe.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf } from '../people/types.ts';
import { overrideEntry } from './audit-entries.ts';
import type { OwnRequest } from './cancel-override.ts';
import type { OverrideDeps } from './deps.ts';
import { isExpired } from './expiry.ts';
import type { OverrideKind } from './kind.ts';
import { openVersion } from './open-version.ts';
import { isRequester } from './own-override.ts';
import { readLive, verdictOf } from './read-live.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { refreshOverride } from './show-override.ts';
import { insertVersion, lockOverride, readOverride, readVersion, writeChange } from './store.ts';
import { taskOf } from './task-of.ts';
import type { Override, OverrideFacts } from './types.ts';

function refuse(refusal: OverrideRefusal): { ok: false; refusal: OverrideRefusal } {
  return { ok: false, refusal };
}

/** Whoever asked opens a new version of what is void, about what stands there now: nobody has approved that yet. */
export async function renewOverride(
  deps: OverrideDeps,
  now: Date,
  request: OwnRequest,
): Promise<OverrideOutcome<{ override: Override }>> {
  const seen = await readOverride(deps.pool, request.overrideId);
  if (seen === null) return refuse({ why: 'not_found' });
  const kind = deps.kinds.get(seen.kind);
  assert(kind !== undefined, `no kind ${seen.kind} of override is registered`);
  const live = await readLive(deps, kind, now, { tenantId: seen.tenantId, subjectId: seen.subject.id });
  if (live === 'unreadable') return refuse({ why: 'unreadable' });
  const outcome = await withTransaction(deps.pool, (tx) => renew(tx, deps, now, { request, kind, live }));
  if (outcome.ok) deps.onChange?.('renewed');
  return outcome;
}

async function renew(
  tx: Tx,
  deps: OverrideDeps,
  now: Date,
  { request, kind, live }: { request: OwnRequest; kind: OverrideKind; live: OverrideFacts | 'gone' },
): Promise<OverrideOutcome<{ override: Override }>> {
  const { person, requestId, overrideId } = request;
  if (!(await claimRequest(tx, now, requestId))) return refuse({ why: 'repeated' });
  const override = await lockOverride(tx, overrideId);
  if (override === null) return refuse({ why: 'not_found' });
  const refusal = await refuseRenewal(tx, deps, now, { override, person });
  if (refusal !== null) return refuse(refusal);
  if (live === 'gone') return refuse({ why: 'not_found' });
  const verdict = verdictOf(kind.targets(live, now, OFFERING_MS), override);
  if (verdict?.holds !== true) return refuse({ why: 'not_offered', reasons: verdict?.reasons ?? [] });
  const opened = await openVersion(tx, deps, now, {
    kind,
    facts: live,
    verdict,
    number: override.version + 1,
    requesterKey: override.requesterKey,
    afterRejection: override.afterRejection,
    exceptId: override.id,
  });
  if (!opened.ok) return opened;
  const { version, stake } = opened;
  const after = await writeChange(tx, override, {
    state: 'open',
    version: version.version,
    endsOperationId: version.terms.endsOperationId,
    stake: { ...stake, amountReportingMinor: stake.reportingMinor },
  });
  await insertVersion(tx, override.id, version);
  await enqueueTask(tx, now, taskOf(override.id, version.remindHalfAt));
  await refreshOverride(tx, now, after);
  const { requestHash: hash, quorum, policyHash: policy, expiresAt } = version;
  await appendAudit(tx, now, [
    overrideEntry(after, 'renewed', { actor: actorOf(person), data: { hash, quorum, policy, expiresAt } }),
  ]);
  return { ok: true, override: after };
}

async function refuseRenewal(
  tx: Tx,
  { policy }: OverrideDeps,
  now: Date,
  { override, person }: { override: Override; person: OwnRequest['person'] },
): Promise<OverrideRefusal | null> {
  const { state, version: number, overAt, overBy, approvedAt, requestedBy } = override;
  if (!(await isRequester(tx, policy, override, person))) return { why: 'not_yours', requestedBy };
  if (state === 'open') return { why: 'renewed', version: number };
  if (state !== 'void') return { why: 'decided', state, by: overBy, at: overAt ?? approvedAt ?? now };
  const version = await readVersion(tx, override.id, number);
  return isExpired(version, now) ? { why: 'expired', at: version.expiresAt } : null;
}
