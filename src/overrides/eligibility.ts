import type { UserId } from '../ids.ts';
import { deputiesOf, isUserId } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { Role } from '../policy/people.ts';
import {
  accountsNamed,
  APPROVERS,
  heldBoth,
  keyOf,
  rolesByKey,
  strongest,
  type Known,
  type Names,
} from './held-roles.ts';
import type { ApproverRole, Holders, Quorum, Terms, Vote } from './types.ts';

type Book = Pick<Policy, 'people'>;
/** Who held what at one time, and the business day of it, YYYY-MM-DD: deputies come by date. */
export interface Moment {
  /** Null: could not be read, so nobody's role can be borrowed. */
  holders: Holders | null;
  day: string;
}

export interface EligibilityFacts {
  policy: Book;
  names: Names;
  /** As identified at the click, or again at quorum. */
  voter: { userId: UserId; key: string; roles: ReadonlySet<Role>; groupsUnread?: true };
  vote: Vote['vote'];
  requester: { userId: UserId | null; key: string };
  beneficiaryKeys: readonly string[];
  /** When the version opened. */
  opening: Moment;
  now: Moment;
  /** Of this version, the voter's own may be among them. */
  votes: readonly Vote[];
  /** What the quorum still misses: who may vote for that as a deputy does so, rather than on their own seat. */
  wanted?: ReadonlySet<ApproverRole>;
  /** Security approves this too. */
  withSecurity?: boolean;
}

export type Eligibility =
  | { ok: true; role: ApproverRole; seat: string }
  | { ok: false; why: 'requester' | 'beneficiary' | 'not_eligible' | 'role_new' | 'roles_unread' }
  | { ok: false; why: 'seat_taken'; by: UserId };

interface Candidate {
  role: ApproverRole;
  seat: string;
}

/**
 * May they vote, as what, and on whose seat? A role counts when it was held as the version opened and is held now, their
 * own or that of whom they stand in for on both days; never the requester's, never the beneficiary's. Own roles go
 * first, leads before managers. Rejecting needs no free seat. Pure; domain section 6.
 */
export function decideEligible(facts: EligibilityFacts): Eligibility {
  const { voter, beneficiaryKeys, now, votes } = facts;
  const keys = keysOf(facts, voter);
  if (overlaps(keys, keysOf(facts, facts.requester))) return { ok: false, why: 'requester' };
  if (overlaps(keys, beneficiaryKeys)) return { ok: false, why: 'beneficiary' };
  const principals = principalsOf(facts);
  const held = heldNow(facts, principals);
  if (held.length === 0) {
    const isUnread = voter.groupsUnread === true || (now.holders === null && principals.length > 0);
    return { ok: false, why: isUnread ? 'roles_unread' : 'not_eligible' };
  }
  const candidates = rank(asOpened(facts, held), facts);
  const [first] = candidates;
  if (first === undefined)
    return { ok: false, why: facts.opening.holders === null ? 'roles_unread' : 'role_new' };
  if (facts.vote === 'reject') return { ok: true, ...first };
  const others = votes.filter((vote) => isGiven(vote) && !isOwn(facts, vote));
  // Another account of theirs voted while the policy did not know that it is theirs.
  const twin = others.find(({ userId }) => keys.includes(keyOf(facts, userId)));
  const takerOf = (seat: string) => others.find((vote) => vote.seat === seat);
  const free = twin === undefined && candidates.find(({ seat }) => takerOf(seat) === undefined);
  if (free) return { ok: true, ...free };
  return { ok: false, why: 'seat_taken', by: (twin ?? takerOf(first.seat))?.userId ?? voter.userId };
}

/** Who could approve, each person once. */
export interface Eligible {
  /** One Slack id a person, deputies included; sorted. */
  userIds: UserId[];
  /** Those among them who may vote for a lead. */
  leadIds: UserId[];
  /** Those who may vote for security, where it takes part. */
  securityIds: UserId[];
  /** So many can approve together: a principal and their deputies share a seat. */
  seats: number;
  leadSeats: number;
  securitySeats: number;
  /** Held by a lead or by somebody of security: who is both sits on one. */
  leadOrSecuritySeats: number;
}

/**
 * Who could approve on a day, without the requester and the beneficiary, who lend their role to nobody either.
 * `inApp`: who holds any role in the app, so that deputies without one are left out; without it all deputies count.
 * `opening`: only who held it then too.
 */
export function eligibleNow(
  policy: Book,
  holders: Holders,
  names: Names,
  about: {
    requesterKey: string;
    beneficiaryKeys: readonly string[];
    day: string;
    inApp?: ReadonlySet<string>;
    opening?: { holders: Holders; day: string };
    withSecurity?: boolean;
  },
): Eligible {
  const { opening, withSecurity = false } = about;
  const known = { policy, names };
  const barred = new Set([about.requesterKey, ...about.beneficiaryKeys]);
  const then = rolesByKey(known, opening?.holders ?? holders, withSecurity);
  const held = new Map<string, readonly ApproverRole[]>();
  for (const [key, roles] of rolesByKey(known, holders, withSecurity)) {
    const both = heldBoth(roles, then.get(key));
    if (both.length > 0 && !barred.has(key)) held.set(key, both);
  }
  const ids = new Map<string, { id: UserId; roles: ReadonlySet<ApproverRole> }>();
  const add = (key: string, roles: readonly ApproverRole[], isIn: (id: UserId) => boolean) => {
    const before = ids.get(key);
    const id = before?.id ?? accountsNamed(known, holders, key, withSecurity).find(isIn);
    if (id === undefined || barred.has(key)) return;
    ids.set(key, { id, roles: new Set([...(before?.roles ?? []), ...roles]) });
  };
  for (const [key, roles] of held) add(key, roles, () => true);
  for (const [key, roles] of held) {
    for (const deputy of deputiesOf(policy, key, about.day)) {
      if (opening !== undefined && !deputiesOf(policy, key, opening.day).includes(deputy)) continue;
      add(deputy, roles, (id) => about.inApp?.has(id) ?? true);
    }
  }
  const people = [...ids.values()];
  const idsOf = (role: ApproverRole) =>
    people.flatMap(({ id, roles }) => (roles.has(role) ? [id] : [])).toSorted();
  const seatsOf = (...wanted: ApproverRole[]) =>
    [...held.values()].filter((roles) => roles.some((role) => wanted.includes(role))).length;
  return {
    userIds: people.map(({ id }) => id).toSorted(),
    leadIds: idsOf('leads'),
    securityIds: idsOf('security'),
    seats: held.size,
    leadSeats: seatsOf('leads'),
    securitySeats: seatsOf('security'),
    leadOrSecuritySeats: seatsOf('leads', 'security'),
  };
}

/** Are there enough of them? An empty list never reaches anything, and nobody is the lead and security in one. */
export function canReach(
  quorum: Pick<Quorum, 'needed' | 'leads' | 'security'>,
  {
    seats,
    leadSeats,
    securitySeats = 0,
    leadOrSecuritySeats = seats,
  }: Pick<Eligible, 'seats' | 'leadSeats'> & Partial<Pick<Eligible, 'securitySeats' | 'leadOrSecuritySeats'>>,
): boolean {
  const { needed, leads, security = 0 } = quorum;
  if (security > 0 && leadOrSecuritySeats < leads + security) return false;
  return seats >= needed && leadSeats >= leads && securitySeats >= security;
}

/** Who does not approve beside the requester: as the terms say, or whose platform account it is. */
export function barredFrom(
  known: Known,
  account: { tenantId: string; accountId: string | null },
  terms: Pick<Terms, 'barred'> | null,
): readonly string[] {
  const barred = terms?.barred;
  if (barred === undefined) return beneficiariesOf(known.policy, account);
  // Under the key that the policy has for them now, too.
  const keys = barred.flatMap((word) => (isUserId(word) ? [keyOf(known, word as UserId)] : []));
  return [...new Set([...barred, ...keys])];
}

/** The keys of those whose platform account this is; empty: nobody knows whose. */
export function beneficiariesOf(
  { people }: Book,
  { tenantId, accountId }: { tenantId: string; accountId: string | null },
): string[] {
  return Object.entries(people)
    .filter(([, { accounts }]) =>
      accounts.some(({ tenant, account }) => tenant === tenantId && account === accountId),
    )
    .map(([key]) => key);
}

/** By what was known when they acted, and by what the policy says now: either is enough. */
function keysOf(facts: EligibilityFacts, { userId, key }: EligibilityFacts['requester']): string[] {
  return userId === null ? [key] : [key, keyOf(facts, userId)];
}

function overlaps(keys: readonly string[], others: readonly string[]): boolean {
  return keys.some((key) => others.includes(key));
}

/** Whom they stand in for today; requester and beneficiary lend their role to nobody. */
function principalsOf(facts: EligibilityFacts): string[] {
  const { policy, voter, now, beneficiaryKeys, requester } = facts;
  const barred = [...beneficiaryKeys, ...keysOf(facts, requester)];
  return Object.keys(policy.people).filter(
    (key) => !barred.includes(key) && deputiesOf(policy, key, now.day).includes(voter.key),
  );
}

function isGiven({ vote, lapsedAt }: Vote): boolean {
  return vote === 'approve' && lapsedAt === null;
}

function isOwn({ voter }: EligibilityFacts, { personKey, userId }: Vote): boolean {
  return personKey === voter.key || userId === voter.userId;
}

/** What they hold now: their own roles, and those they borrow; a deputy has some role in the app. */
function heldNow(facts: EligibilityFacts, principals: readonly string[]): Candidate[] {
  const { voter, now, withSecurity = false } = facts;
  const own = APPROVERS.filter((role) => voter.roles.has(role) && (withSecurity || role !== 'security'));
  const held: Candidate[] = strongest(own).map((role) => ({ role, seat: voter.key }));
  if (now.holders === null || voter.roles.size === 0) return held;
  const roles = rolesByKey(facts, now.holders, withSecurity);
  return [
    ...held,
    ...principals.flatMap((seat) => strongest(roles.get(seat) ?? []).map((role) => ({ role, seat }))),
  ];
}

/** The same as the version opened: who is a lead only since then still counts as the manager they were. */
function asOpened(facts: EligibilityFacts, held: readonly Candidate[]): Candidate[] {
  const { policy, voter, opening, withSecurity = false } = facts;
  if (opening.holders === null) return [];
  const roles = rolesByKey(facts, opening.holders, withSecurity);
  return held.flatMap(({ role, seat }) => {
    const isOwnSeat = seat === voter.key;
    if (!isOwnSeat && !deputiesOf(policy, seat, opening.day).includes(voter.key)) return [];
    const before = roles.get(seat) ?? (isOwnSeat ? roles.get(keyOf(facts, voter.userId)) : undefined);
    return heldBoth([role], before).map((both) => ({ role: both, seat }));
  });
}

function rank(candidates: readonly Candidate[], facts: EligibilityFacts): Candidate[] {
  const { voter, wanted } = facts;
  const scarce = scarcerOf(facts);
  const own = ({ seat }: Candidate) => (seat === voter.key ? 0 : 1);
  const lead = ({ role }: Candidate) => (role === (scarce ?? 'leads') ? 0 : 1);
  const isWanted = ({ role }: Candidate) => (wanted?.has(role) === true ? 0 : 1);
  const place = (candidate: Candidate) =>
    wanted !== undefined && wanted.size > 0
      ? 4 * isWanted(candidate) + 2 * own(candidate) + lead(candidate)
      : 2 * own(candidate) + lead(candidate);
  return candidates.toSorted((one, other) => place(one) - place(other));
}

/**
 * Where a lead and somebody of security are both wanted, whoever is both votes as what fewer others are: otherwise the one
 * who could complete it would be gone. Null: it does not matter.
 */
function scarcerOf(facts: EligibilityFacts): ApproverRole | null {
  const { wanted, now, voter, beneficiaryKeys, requester } = facts;
  if (now.holders === null || !wanted?.has('leads') || !wanted.has('security')) return null;
  const barred = [voter.key, ...beneficiaryKeys, ...keysOf(facts, requester)];
  const others = [...rolesByKey(facts, now.holders, true)].filter(([key]) => !barred.includes(key));
  const count = (role: ApproverRole) => others.filter(([, roles]) => roles.includes(role)).length;
  return count('security') < count('leads') ? 'security' : 'leads';
}
