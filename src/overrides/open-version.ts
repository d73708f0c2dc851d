import { assert } from '../errors.ts';
import type { Tx } from '../database/pool.ts';
import { canReachNow, readRoster } from './approvers.ts';
import { countQuorum } from './count-together.ts';
import type { OverrideDeps } from './deps.ts';
import { openingTimes } from './expiry.ts';
import type { OverrideKind, Stake } from './kind.ts';
import type { OverrideRefusal } from './refusals.ts';
import { hashTerms } from './terms.ts';
import type { OverrideFacts, OverrideVersion, Verdict } from './types.ts';

export interface OpenedVersion {
  version: OverrideVersion;
  stake: Stake;
}

/** Opens a version of what stands there now: who approves, until when, and what they agree to. */
export async function openVersion(
  tx: Tx,
  { policy }: Pick<OverrideDeps, 'policy'>,
  now: Date,
  asked: {
    kind: OverrideKind;
    facts: OverrideFacts;
    verdict: Verdict;
    number: number;
    requesterKey: string;
    afterRejection: boolean;
    exceptId: string | null;
  },
): Promise<({ ok: true } & OpenedVersion) | { ok: false; refusal: OverrideRefusal }> {
  const { kind, facts, verdict } = asked;
  assert(verdict.holds, 'only what holds is opened');
  const { tenantId } = facts;
  const stake = kind.stake(facts, verdict);
  const quorum = await countQuorum(tx, policy, now, { ...asked, tenantId, stake });
  const roster = await readRoster(tx, policy);
  if (roster === null) return { ok: false, refusal: { why: 'roles_unread' } };
  const terms = kind.terms(facts, verdict);
  const about = { requesterKey: asked.requesterKey, tenantId, accountId: stake.accountId, terms };
  const refusal = canReachNow(policy, now, { quorum, roster, about });
  if (refusal !== null) return { ok: false, refusal };
  const version: OverrideVersion = {
    version: asked.number,
    openedAt: now,
    ...openingTimes(policy, policy.overrides, now),
    requestHash: hashTerms(terms),
    terms,
    facts,
    quorum,
    policyHash: policy.hash,
    holders: roster.holders,
    voidedAt: null,
    changes: null,
  };
  return { ok: true, version, stake };
}
