import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { actorOf, type Person } from '../people/types.ts';
import { overrideEntry } from './audit-entries.ts';
import { countQuorum } from './count-together.ts';
import { ACTOR, type OverrideDeps } from './deps.ts';
import type { OverrideKind } from './kind.ts';
import { counts, findLapsed, judgeVoter, type Reidentified } from './judge-voter.ts';
import { makeVoid } from './make-void.ts';
import { countVotes, stricter } from './quorum.ts';
import { changesSince, verdictOf } from './read-live.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { refuseState } from './refuse-state.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import { insertVote, lapseVote, lockOverride, readVersion, readVotes, writeChange } from './store.ts';
import { taskOf } from './task-of.ts';
import type { Override, OverrideFacts, OverrideVersion, Quorum, Vote } from './types.ts';
import { writeQuorum } from './version-store.ts';

export interface Approved {
  override: Override;
  reached: boolean;
  approvals: number;
  needed: number;
}

export interface GivenApproval {
  ballot: { overrideId: string; version: number; person: Person; noInterest: boolean };
  kind: OverrideKind;
  /** Null: it is gone. */
  live: OverrideFacts | null;
  earlier: Reidentified;
}

type Outcome = OverrideOutcome<Approved> | { unidentified: readonly Vote[] };

function refuse(refusal: OverrideRefusal): { ok: false; refusal: OverrideRefusal } {
  return { ok: false, refusal };
}

/**
 * Stores one approval under the override's lock, and counts. `unidentified`: nothing was written, since this vote would
 * complete the quorum together with those of people whom nobody has identified again.
 */
export async function storeApproval(
  tx: Tx,
  deps: OverrideDeps,
  now: Date,
  { ballot, kind, live, earlier }: GivenApproval,
): Promise<Outcome> {
  const { person, noInterest } = ballot;
  const override = await lockOverride(tx, ballot.overrideId);
  if (override === null) return refuse({ why: 'not_found' });
  const version = await readVersion(tx, override.id, override.version);
  const refusal = refuseState(override, version, ballot.version, now);
  if (refusal !== null) return refuse(refusal);
  const votes = await readVotes(tx, override.id, version.version);
  const judged = await judgeVoter(tx, deps.policy, now, {
    override,
    version,
    votes,
    voter: person,
    vote: 'approve',
  });
  if (!judged.ok) return judged;
  const changes = changesSince(kind, version, live, { now, freshMs: Number.POSITIVE_INFINITY });
  if (changes.length > 0 || live === null) {
    await makeVoid(tx, now, { override, changes, actor: actorOf(person) });
    return refuse({ why: 'changed', changes });
  }
  const vote: Vote = {
    version: version.version,
    personKey: person.key,
    userId: person.userId,
    vote: 'approve',
    role: judged.role,
    seat: judged.seat,
    noInterest,
    reason: '',
    votedAt: now,
    lapsedAt: null,
  };
  const quorum = await quorumNow(tx, deps, now, { override, version, kind, live });
  const lapsed: Vote[] = [];
  if (countVotes([...votes, vote], quorum).reached) {
    const counted = votes.filter(counts);
    const unidentified = counted.filter(({ userId }) => !earlier.has(userId));
    if (unidentified.length > 0) return { unidentified };
    const gone = await findLapsed(tx, deps.policy, now, { override, version, votes, earlier });
    if (gone === 'unread') return refuse({ why: 'roles_unread' });
    lapsed.push(...gone);
  }
  return await write(tx, deps, now, { override, version, votes, vote, lapsed, quorum });
}

/** The stricter of the rules that the version opened with and those of now, sums included. */
async function quorumNow(
  tx: Tx,
  { policy }: OverrideDeps,
  now: Date,
  about: { override: Override; version: OverrideVersion; kind: OverrideKind; live: OverrideFacts },
): Promise<Quorum> {
  const { override, version, kind, live } = about;
  const verdict = verdictOf(kind.targets(live, now, Number.POSITIVE_INFINITY), override);
  if (verdict === undefined) return version.quorum;
  const current = await countQuorum(tx, policy, now, {
    tenantId: override.tenantId,
    stake: kind.stake(live, override),
    verdict,
    afterRejection: override.afterRejection,
    exceptId: override.id,
  });
  return stricter(version.quorum, current);
}

interface Counted {
  override: Override;
  version: OverrideVersion;
  votes: readonly Vote[];
  vote: Vote;
  /** Of those before, who have lost their role. */
  lapsed: readonly Vote[];
  quorum: Quorum;
}

async function write(
  tx: Tx,
  { policy }: OverrideDeps,
  now: Date,
  { override, version, votes, vote, lapsed, quorum }: Counted,
): Promise<OverrideOutcome<Approved>> {
  const entries: AuditEntry[] = [];
  for (const gone of lapsed) {
    await lapseVote(tx, override.id, gone, now);
    entries.push(
      overrideEntry(override, 'vote_lapsed', {
        actor: ACTOR,
        data: { voter: `person:${gone.userId}`, role: gone.role, seat: gone.seat },
      }),
    );
  }
  await insertVote(tx, override.id, vote);
  await writeQuorum(tx, override.id, version.version, quorum);
  const actor = `person:${vote.userId}`;
  const { role, seat, noInterest } = vote;
  entries.push(
    overrideEntry(override, 'approved_by', {
      actor,
      data: { role, seat, noInterest, hash: version.requestHash },
    }),
  );
  const gone = new Set(lapsed.map(({ personKey }) => personKey));
  const { reached, approvals } = countVotes(
    [...votes.filter(({ personKey }) => !gone.has(personKey)), vote],
    quorum,
  );
  let after = override;
  if (reached) {
    after = await writeChange(tx, override, { state: 'approved', approvedAt: now });
    await enqueueTask(tx, now, taskOf(override.id, now));
    await sayNotice(tx, now, after, 'approved');
    const data = { hash: version.requestHash, quorum, approvals, policy: policy.hash };
    entries.push(overrideEntry(after, 'approved', { actor, data }));
  }
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, entries);
  return { ok: true, override: after, reached, approvals, needed: quorum.needed };
}
