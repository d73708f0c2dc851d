import { appendAudit } from '../audit/append.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { newId, type CardId, type FindingId, type OverrideId, type PayoutId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { OFFERING_MS } from '../operations/retry-safe.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf, type Person } from '../people/types.ts';
import { overrideEntry } from './audit-entries.ts';
import type { OverrideDeps } from './deps.ts';
import type { OverrideKind } from './kind.ts';
import { openAlready } from './open-already.ts';
import { openVersion, type OpenedVersion } from './open-version.ts';
import { readLive, verdictOf } from './read-live.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { openCards } from './show-override.ts';
import { insertOverride, insertVersion, readUnsettled, wasRejected } from './store.ts';
import { taskOf } from './task-of.ts';
import { threadOrigin } from './thread-origin.ts';
import {
  LIMITS,
  type Choice,
  type Override,
  type OverrideFacts,
  type ReasonCode,
  type Verdict,
} from './types.ts';

export interface OverrideRequest {
  kind: string;
  tenantId: string;
  subjectId: string;
  choice: Choice;
  reasonCode: ReasonCode;
  reason: string;
  ticket: string;
  evidence: string;
  /** Where they were: decides in whose thread it stands. */
  from: { payoutId?: PayoutId | null; findingId?: FindingId | null; cardId?: CardId | null };
  person: Pick<Person, 'userId' | 'key'>;
  /** Slack's trigger id: what is sent again changes nothing. */
  requestId: string;
}

/**
 * Asks for one thing to be done by hand, about what stands there live. That the person may ask is for the caller to know.
 * Bugs assert for a kind that nobody registered; throws what our own database throws.
 */
export async function requestOverride(
  deps: OverrideDeps,
  now: Date,
  asked: OverrideRequest,
): Promise<OverrideOutcome<{ override: Override }>> {
  const kind = deps.kinds.get(asked.kind);
  if (kind === undefined) return refuse({ why: 'not_found' });
  const request = trimmed(asked);
  const facts = await readLive(deps, kind, now, request);
  if (facts === 'gone') return refuse({ why: 'not_found' });
  if (facts === 'unreadable') return refuse({ why: 'unreadable' });
  const about = { tenantId: facts.tenantId, subject: kind.terms(facts, request.choice).subject };
  const open = await readUnsettled(deps.pool, about);
  if (open !== null) return refuse(await openAlready(deps.pool, open));
  const verdicts = kind.targets(facts, now, OFFERING_MS);
  const verdict = verdictOf(verdicts, request.choice);
  const refusal = refuseAsked(deps, request, verdicts, verdict);
  if (refusal !== null || verdict === undefined)
    return refuse(refusal ?? { why: 'not_offered', reasons: [] });
  const outcome = await withTransaction(deps.pool, (tx) =>
    store(tx, deps, now, { kind, request, facts, verdict, subject: about.subject }),
  );
  if (outcome.ok) deps.onChange?.('requested');
  return outcome;
}

function refuse(refusal: OverrideRefusal): { ok: false; refusal: OverrideRefusal } {
  return { ok: false, refusal };
}

/** What is longer than Slack lets anybody write was not written in our modal. */
function trimmed(request: OverrideRequest): OverrideRequest {
  const cut = (text: string, most: number) =>
    Array.from(text.trim().replaceAll('\0', '')).slice(0, most).join('');
  return {
    ...request,
    reason: cut(request.reason, LIMITS.reason),
    ticket: cut(request.ticket, LIMITS.ticket),
    evidence: cut(request.evidence, LIMITS.evidence),
  };
}

/** Why it may not be asked for, what stands beside the fields first. */
function refuseAsked(
  { policy }: OverrideDeps,
  request: OverrideRequest,
  verdicts: Verdict[],
  verdict: Verdict | undefined,
): OverrideRefusal | null {
  const { ticket: pattern } = policy.overrides;
  if (!verdicts.some(({ holds }) => holds)) return { why: 'no_target', verdicts };
  if (verdict === undefined || !verdict.holds) return { why: 'not_offered', reasons: verdict?.reasons ?? [] };
  if (request.reason === '') return { why: 'reason_missing' };
  if (!new RegExp(pattern, 'u').test(request.ticket)) return { why: 'ticket_missing', pattern };
  return verdict.needsEvidence && request.evidence === '' ? { why: 'evidence_missing' } : null;
}

interface Stored {
  kind: OverrideKind;
  request: OverrideRequest;
  facts: OverrideFacts;
  verdict: Verdict;
  subject: Override['subject'];
}

async function store(
  tx: Tx,
  deps: OverrideDeps,
  now: Date,
  { kind, request, facts, verdict, subject }: Stored,
): Promise<OverrideOutcome<{ override: Override }>> {
  if (!(await claimRequest(tx, now, request.requestId))) return refuse({ why: 'repeated' });
  const about = { tenantId: facts.tenantId, subject };
  const afterRejection = await wasRejected(tx, about);
  const opened = await openVersion(tx, deps, now, {
    kind,
    facts,
    verdict,
    number: 1,
    requesterKey: request.person.key,
    afterRejection,
    exceptId: null,
  });
  if (!opened.ok) return opened;
  const override = rowOf(now, { kind, request, facts, verdict, subject }, { opened, afterRejection });
  if (!(await insertOverride(tx, override))) {
    const open = await readUnsettled(tx, about);
    return refuse(open === null ? { why: 'repeated' } : await openAlready(tx, open));
  }
  const { version } = opened;
  await insertVersion(tx, override.id, version);
  await enqueueTask(tx, now, taskOf(override.id, version.remindHalfAt));
  await openCards(tx, now, override, await threadOrigin(tx, request.from.cardId ?? null));
  const { reason, ticket, evidence } = override;
  await appendAudit(tx, now, [
    overrideEntry(override, 'requested', {
      actor: override.requestedBy,
      data: {
        hash: version.requestHash,
        quorum: version.quorum,
        policy: version.policyHash,
        expiresAt: version.expiresAt,
        reason: override.reasonCode,
        afterRejection,
      },
      personal: JSON.stringify({ reason, ticket, evidence }),
    }),
  ]);
  return { ok: true, override };
}

function rowOf(
  now: Date,
  { kind, request, facts, verdict, subject }: Stored,
  { opened, afterRejection }: { opened: OpenedVersion; afterRejection: boolean },
): Override {
  const { version, stake } = opened;
  return {
    id: newId<OverrideId>(),
    kind: kind.kind,
    tenantId: facts.tenantId,
    subject,
    state: 'open',
    version: version.version,
    target: verdict.target,
    basis: verdict.basis,
    accountId: stake.accountId,
    payeeRef: stake.payeeRef,
    currency: stake.currency,
    amountMinor: stake.amountMinor,
    amountReportingMinor: stake.reportingMinor,
    requestedBy: actorOf(request.person),
    requesterKey: request.person.key,
    requestedAt: now,
    reasonCode: request.reasonCode,
    reason: request.reason,
    ticket: request.ticket,
    evidence: request.evidence,
    afterRejection,
    payoutId: request.from.payoutId ?? null,
    findingId: request.from.findingId ?? null,
    endsOperationId: version.terms.endsOperationId,
    operationId: null,
    approvedAt: null,
    overAt: null,
    overBy: null,
    overReason: '',
    failure: null,
    stateBefore: null,
    stateAfter: null,
    readBackAt: null,
  };
}
