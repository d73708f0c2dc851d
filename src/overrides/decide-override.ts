import { withTransaction } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { Person } from '../people/types.ts';
import type { OverrideDeps } from './deps.ts';
import type { OverrideKind } from './kind.ts';
import { counts, type Reidentified } from './judge-voter.ts';
import { readLive, type Live } from './read-live.ts';
import type { OverrideOutcome, OverrideRefusal } from './refusals.ts';
import { refuseState } from './refuse-state.ts';
import { storeApproval, type Approved } from './store-approval.ts';
import { storeRejection } from './store-rejection.ts';
import { readOverride, readVersion, readVotes } from './store.ts';
import { LIMITS, type Override, type Vote } from './types.ts';

export interface Ballot {
  overrideId: string;
  /** As the card showed it. */
  version: number;
  person: Person;
  teamId: string;
}

export interface Approval extends Ballot {
  /** They said that they have no interest; kept where nobody knows whose account it is. */
  noInterest: boolean;
}

/** Whoever votes in the same moment is identified too, and then it is counted again. */
const MOST_ROUNDS = 4;

/**
 * One person's yes to exactly what the card showed. The money is read live first, outside of any transaction; then one
 * short transaction decides. The version is void when anything differs. When the quorum is reached it is carried out by
 * its task.
 */
export async function approveOverride(
  deps: OverrideDeps,
  now: Date,
  ballot: Approval,
): Promise<OverrideOutcome<Approved>> {
  const seen = await look(deps, now, ballot);
  if (!seen.ok) return seen;
  const { kind, live } = seen;
  if (live === 'unreadable') return refuse({ why: 'unreadable' });
  const earlier = new Map(await identify(deps, ballot, seen.earlier));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const outcome = await withTransaction(deps.pool, (tx) =>
      storeApproval(tx, deps, now, { ballot, kind, live: live === 'gone' ? null : live, earlier }),
    );
    if ('ok' in outcome) {
      if (outcome.ok) deps.onChange?.(outcome.reached ? 'approved' : 'approved_by');
      else if (outcome.refusal.why === 'changed') deps.onChange?.('voided');
      return outcome;
    }
    // Nothing was written: somebody voted meanwhile, who is to be identified again.
    for (const [userId, identified] of await identify(deps, ballot, outcome.unidentified))
      earlier.set(userId, identified);
  }
  return refuse({ why: 'roles_unread' });
}

/** One person's no: it ends it. What stands there now does not matter for that. */
export async function rejectOverride(
  deps: OverrideDeps,
  now: Date,
  ballot: Ballot & { reason: string },
): Promise<OverrideOutcome<{ override: Override }>> {
  const words = Array.from(ballot.reason.trim().replaceAll('\0', ''));
  const reason = words.slice(0, LIMITS.reason).join('');
  if (reason === '') return refuse({ why: 'reason_missing' });
  const outcome = await withTransaction(deps.pool, (tx) =>
    storeRejection(tx, deps, now, { ...ballot, reason }),
  );
  if (outcome.ok) deps.onChange?.('rejected');
  return outcome;
}

function refuse(refusal: OverrideRefusal): { ok: false; refusal: OverrideRefusal } {
  return { ok: false, refusal };
}

interface Seen {
  ok: true;
  kind: OverrideKind;
  live: Live;
  /** Who is identified again, since this vote may complete the quorum. */
  earlier: readonly Vote[];
}

/** What is clear without a lock costs no reading of the money. */
async function look(
  deps: OverrideDeps,
  now: Date,
  { overrideId, version: shown }: Ballot,
): Promise<Seen | { ok: false; refusal: OverrideRefusal }> {
  const override = await readOverride(deps.pool, overrideId);
  if (override === null) return refuse({ why: 'not_found' });
  const kind = deps.kinds.get(override.kind);
  assert(kind !== undefined, `no kind ${override.kind} of override is registered`);
  const version = await readVersion(deps.pool, override.id, override.version);
  const refusal = refuseState(override, version, shown, now);
  if (refusal !== null) return refuse(refusal);
  const subject = { tenantId: override.tenantId, subjectId: override.subject.id };
  const [live, votes] = await Promise.all([
    readLive(deps, kind, now, subject),
    readVotes(deps.pool, override.id, version.version),
  ]);
  const counted = votes.filter(counts);
  return { ok: true, kind, live, earlier: counted.length + 1 < version.quorum.needed ? [] : counted };
}

async function identify(
  { people }: Pick<OverrideDeps, 'people'>,
  { teamId }: Ballot,
  votes: readonly Pick<Vote, 'userId'>[],
): Promise<Reidentified> {
  return new Map(
    await Promise.all(
      votes.map(async ({ userId }) => [userId, await people.identify({ userId, teamId })] as const),
    ),
  );
}
