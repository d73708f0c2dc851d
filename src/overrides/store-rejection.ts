import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { actorOf, type Person } from '../people/types.ts';
import { overrideEntry } from './audit-entries.ts';
import type { OverrideDeps } from './deps.ts';
import { judgeVoter } from './judge-voter.ts';
import type { OverrideOutcome } from './refusals.ts';
import { refuseState } from './refuse-state.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import { insertVote, lockOverride, readVersion, readVotes, writeChange } from './store.ts';
import type { Override } from './types.ts';

/** Ends it by one eligible no, under its lock. What is void may be rejected too, before it is renewed. */
export async function storeRejection(
  tx: Tx,
  { policy }: Pick<OverrideDeps, 'policy'>,
  now: Date,
  ballot: { overrideId: string; version: number; person: Person; reason: string },
): Promise<OverrideOutcome<{ override: Override }>> {
  const { person, reason } = ballot;
  const override = await lockOverride(tx, ballot.overrideId);
  if (override === null) return { ok: false, refusal: { why: 'not_found' } };
  const version = await readVersion(tx, override.id, override.version);
  const refusal = refuseState(override, version, ballot.version, now);
  if (refusal !== null && refusal.why !== 'changed') return { ok: false, refusal };
  const votes = await readVotes(tx, override.id, version.version);
  const judged = await judgeVoter(tx, policy, now, {
    override,
    version,
    votes,
    voter: person,
    vote: 'reject',
  });
  if (!judged.ok) return judged;
  const { role, seat } = judged;
  await insertVote(tx, override.id, {
    version: version.version,
    personKey: person.key,
    userId: person.userId,
    vote: 'reject',
    role,
    seat,
    noInterest: false,
    reason,
    votedAt: now,
    lapsedAt: null,
  });
  const by = actorOf(person);
  const after = await writeChange(tx, override, { state: 'rejected', over: { at: now, by, reason } });
  await sayNotice(tx, now, after, 'rejected');
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, [
    overrideEntry(after, 'rejected', { actor: by, data: { role, seat }, personal: reason }),
  ]);
  return { ok: true, override: after };
}
