import { appendAudit } from '../audit/append.ts';
import type { SigningKey } from '../audit/keys.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction } from '../database/pool.ts';
import { newId, type TenantId } from '../ids.ts';
import { claimRequest } from '../people/claim-request.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { OverrideDeps } from './deps.ts';
import { buildProof } from './proof.ts';
import type { OverrideOutcome } from './refusals.ts';
import { readOverride } from './store.ts';
import { OVERRIDE_PROOF_CARD } from './types.ts';

export interface ProofDeps extends Pick<OverrideDeps, 'pool' | 'policy'> {
  /** Undefined: the bundle is not signed, and its message says so. */
  signingKey: SigningKey | undefined;
}

export interface ProofRequest {
  overrideId: string;
  person: Pick<Person, 'userId' | 'locale'>;
  /** Slack's trigger id: what is sent again changes nothing. */
  requestId: string;
}

/**
 * Gives the proof of an override, as it stands now, to a person in their direct message: the bundle as it was signed is
 * kept, so that what they got can be told later. That they are a lead or of security is for the caller to know.
 */
export async function requestProof(
  deps: ProofDeps,
  now: Date,
  { overrideId, person, requestId }: ProofRequest,
): Promise<OverrideOutcome<{ proofId: string }>> {
  const { pool, policy } = deps;
  const override = await readOverride(pool, overrideId);
  if (override === null) return { ok: false, refusal: { why: 'not_found' } };
  const { locale } = person;
  const proof = await buildProof(pool, overrideId, {
    key: deps.signingKey,
    now,
    locale,
    timeZone: policy.business.time_zone,
  });
  const proofId = newId<string>();
  return await withTransaction(pool, async (tx) => {
    if (!(await claimRequest(tx, now, requestId))) return { ok: false, refusal: { why: 'repeated' } };
    await tx.query(
      `insert into override_proofs (id, override_id, asked_by, asked_at, locale, bundle, page)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [proofId, overrideId, actorOf(person), now, locale, proof.bundle, proof.page],
    );
    await requestCard(tx, now, {
      kind: OVERRIDE_PROOF_CARD,
      subject: { kind: 'override_proof', id: proofId },
      channel: person.userId,
      locale,
    });
    await appendAudit(tx, now, [
      {
        actor: actorOf(person),
        action: 'override.proof_given',
        tenantId: override.tenantId as TenantId,
        subject: { kind: 'override', id: overrideId },
        data: { proof: proofId, key: deps.signingKey?.fingerprint ?? null },
      },
    ]);
    return { ok: true, proofId };
  });
}
