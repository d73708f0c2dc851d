import { businessDayOf } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import { userOf } from '../findings/actors.ts';
import type { UserId } from '../ids.ts';
import type { Identified, Person } from '../people/types.ts';
import { personKeyOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import { readNames, readRoster } from './approvers.ts';
import { barredFrom, decideEligible, type Eligibility, type EligibilityFacts } from './eligibility.ts';
import type { Names } from './held-roles.ts';
import { countVotes } from './quorum.ts';
import type { OverrideRefusal } from './refusals.ts';
import type { ApproverRole, Holders, Override, OverrideVersion, Quorum, Vote } from './types.ts';

/** Who voted before, as they are identified now. */
export type Reidentified = ReadonlyMap<UserId, Identified>;

interface Judging {
  override: Override;
  version: OverrideVersion;
  /** Of this version. */
  votes: readonly Vote[];
}

interface Voting extends Judging {
  voter: Person;
  vote: Vote['vote'];
}

/** Who is called what, and holds which role, by what was read last. */
interface Books {
  names: Names;
  /** Null: could not be read. */
  holders: Holders | null;
}

type Judged = { ok: true; role: ApproverRole; seat: string } | { ok: false; refusal: OverrideRefusal };

/** What votes are judged by; once for as many as are judged in one moment. */
export async function readBooks(db: Queryable, policy: Policy): Promise<Books> {
  const names = await readNames(db);
  return { names, holders: (await readRoster(db, policy))?.holders ?? null };
}

/** May this person vote, as what, and on whose seat? Under the override's lock. */
export async function judgeVoter(db: Queryable, policy: Policy, now: Date, judging: Voting): Promise<Judged> {
  return judgeWith(policy, now, judging, await readBooks(db, policy));
}

/** The same by what was read already. Pure. */
export function judgeWith(policy: Policy, now: Date, judging: Voting, books: Books): Judged {
  const { votes, voter, vote, version } = judging;
  const { names } = books;
  const own = votes.find((each) => isOne(policy, names, each, voter));
  if (own !== undefined) return { ok: false, refusal: { why: 'voted', vote: own.vote, at: own.votedAt } };
  const eligibility = decideEligible({
    ...factsOf(policy, now, judging, books),
    voter,
    vote,
    wanted: missingRoles(votes, version.quorum),
  });
  return asRefusal(eligibility);
}

/** Which roles the votes so far still lack. */
function missingRoles(votes: readonly Vote[], quorum: Quorum): ReadonlySet<ApproverRole> {
  const { missing } = countVotes(votes, quorum);
  return new Set([
    ...(missing.leads > 0 ? (['leads'] as const) : []),
    ...((missing.security ?? 0) > 0 ? (['security'] as const) : []),
  ]);
}

function asRefusal(eligibility: Eligibility): Judged {
  if (eligibility.ok) return eligibility;
  return {
    ok: false,
    refusal:
      eligibility.why === 'seat_taken' ? { why: 'seat_taken', by: eligibility.by } : { why: eligibility.why },
  };
}

export function counts({ vote, lapsedAt }: Vote): boolean {
  return vote === 'approve' && lapsedAt === null;
}

/** By the key they voted under, or by what the policy says now. */
function isOne(policy: Policy, names: Names, { userId, personKey }: Vote, voter: Person): boolean {
  const key = personKeyOf(policy, { id: userId, name: names.get(userId) ?? userId });
  return userId === voter.userId || personKey === voter.key || key === voter.key;
}

/**
 * Those among the votes counted so far whose people hold their role no more: identified again, at quorum. `unread`: of
 * somebody it could not be read.
 */
export async function findLapsed(
  db: Queryable,
  policy: Policy,
  now: Date,
  judging: Judging & { earlier: Reidentified },
): Promise<Vote[] | 'unread'> {
  const facts = factsOf(policy, now, judging, await readBooks(db, policy));
  const lapsed: Vote[] = [];
  for (const vote of judging.votes.filter(counts)) {
    const standing = judgeAgain(facts, vote, judging.earlier.get(vote.userId));
    if (standing === 'unread') return 'unread';
    if (standing === 'lapsed') lapsed.push(vote);
  }
  return lapsed;
}

/** Do they still hold what they voted as? Whichever seat would be given them first now does not matter. */
function judgeAgain(
  facts: Omit<EligibilityFacts, 'voter' | 'vote'>,
  vote: Vote,
  identified: Identified | undefined,
): 'stands' | 'lapsed' | 'unread' {
  if (identified === undefined) return 'unread';
  if (!identified.ok) return identified.why === 'unreadable' ? 'unread' : 'lapsed';
  const voter = identified.person;
  const votes = facts.votes.filter(({ personKey }) => personKey !== vote.personKey);
  const judged = [[], ['leads'] as const, ['security'] as const].map((roles) =>
    decideEligible({ ...facts, votes, voter, vote: 'approve', wanted: new Set<ApproverRole>(roles) }),
  );
  const isHeld = judged.some(
    (each) =>
      each.ok &&
      each.seat === vote.seat &&
      (each.role === vote.role || (each.role === 'leads' && vote.role === 'managers')),
  );
  if (isHeld) return 'stands';
  return voter.groupsUnread === true || judged.some((each) => !each.ok && each.why === 'roles_unread')
    ? 'unread'
    : 'lapsed';
}

function factsOf(
  policy: Policy,
  now: Date,
  { override, version, votes }: Judging,
  { names, holders }: Books,
): Omit<EligibilityFacts, 'voter' | 'vote'> {
  const dayOf = (at: Date) => businessDayOf(at, policy.business.time_zone);
  return {
    policy,
    names,
    requester: { userId: userOf(override.requestedBy) as UserId | null, key: override.requesterKey },
    beneficiaryKeys: barredFrom({ policy, names }, override, version.terms),
    withSecurity: version.quorum.security !== undefined,
    opening: { holders: version.holders, day: dayOf(version.openedAt) },
    now: { holders, day: dayOf(now) },
    votes,
  };
}
