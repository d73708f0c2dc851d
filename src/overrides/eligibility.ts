import type { UserId } from '../ids.ts';
import { deputiesOf, isMeant, isUserId, personKeyOf, slackOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { Role } from '../policy/people.ts';
import type { ApproverRole, Holders, Quorum, Vote } from './types.ts';

type Book = Pick<Policy, 'people'>;
/** User names by Slack id: the policy may know people by either. */
export type Names = ReadonlyMap<string, string>;

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
  /** The quorum still misses a lead: who may vote for one as a deputy does so, rather than on their own seat. */
  leadWanted?: boolean;
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
  /** So many can approve together: a principal and their deputies share a seat. */
  seats: number;
  leadSeats: number;
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
  },
): Eligible {
  const { opening } = about;
  const known = { policy, names };
  const barred = new Set([about.requesterKey, ...about.beneficiaryKeys]);
  const then = rolesByKey(known, opening?.holders ?? holders);
  const held = new Map<string, ApproverRole>();
  for (const [key, role] of rolesByKey(known, holders)) {
    const before = then.get(key);
    if (before !== undefined && !barred.has(key)) held.set(key, lower(role, before));
  }
  const ids = new Map<string, { id: UserId; role: ApproverRole }>();
  const add = (key: string, role: ApproverRole, isIn: (id: UserId) => boolean) => {
    const id = ids.get(key)?.id ?? accountsNamed(known, holders, key).find(isIn);
    if (id === undefined || barred.has(key)) return;
    ids.set(key, { id, role: ids.get(key)?.role === 'leads' ? 'leads' : role });
  };
  for (const [key, role] of held) add(key, role, () => true);
  for (const [key, role] of held) {
    for (const deputy of deputiesOf(policy, key, about.day)) {
      if (opening !== undefined && !deputiesOf(policy, key, opening.day).includes(deputy)) continue;
      add(deputy, role, (id) => about.inApp?.has(id) ?? true);
    }
  }
  const roles = [...held.values()];
  const people = [...ids.values()];
  return {
    userIds: people.map(({ id }) => id).toSorted(),
    leadIds: people.flatMap(({ id, role }) => (role === 'leads' ? [id] : [])).toSorted(),
    seats: roles.length,
    leadSeats: roles.filter((role) => role === 'leads').length,
  };
}

/** Are there enough of them? An empty list never reaches anything. */
export function canReach(
  quorum: Pick<Quorum, 'needed' | 'leads'>,
  { seats, leadSeats }: Pick<Eligible, 'seats' | 'leadSeats'>,
): boolean {
  return seats >= quorum.needed && leadSeats >= quorum.leads;
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

/** What they hold now: their own role, and those they borrow; a deputy has some role in the app. */
function heldNow(facts: EligibilityFacts, principals: readonly string[]): Candidate[] {
  const { voter, now } = facts;
  const own = voter.roles.has('leads') ? 'leads' : voter.roles.has('managers') ? 'managers' : null;
  const held: Candidate[] = own === null ? [] : [{ role: own, seat: voter.key }];
  if (now.holders === null || voter.roles.size === 0) return held;
  const roles = rolesByKey(facts, now.holders);
  return [
    ...held,
    ...principals.flatMap((seat) => {
      const role = roles.get(seat);
      return role === undefined ? [] : [{ role, seat }];
    }),
  ];
}

/** The same as the version opened: who is a lead only since then still counts as the manager they were. */
function asOpened(facts: EligibilityFacts, held: readonly Candidate[]): Candidate[] {
  const { policy, voter, opening } = facts;
  if (opening.holders === null) return [];
  const roles = rolesByKey(facts, opening.holders);
  return held.flatMap(({ role, seat }) => {
    const isOwnSeat = seat === voter.key;
    if (!isOwnSeat && !deputiesOf(policy, seat, opening.day).includes(voter.key)) return [];
    const before = roles.get(seat) ?? (isOwnSeat ? roles.get(keyOf(facts, voter.userId)) : undefined);
    return before === undefined ? [] : [{ role: lower(role, before), seat }];
  });
}

function rank(candidates: readonly Candidate[], { voter, leadWanted }: EligibilityFacts): Candidate[] {
  const own = ({ seat }: Candidate) => (seat === voter.key ? 0 : 1);
  const lead = ({ role }: Candidate) => (role === 'leads' ? 0 : 1);
  const place = (candidate: Candidate) =>
    leadWanted === true ? 2 * lead(candidate) + own(candidate) : 2 * own(candidate) + lead(candidate);
  return candidates.toSorted((one, other) => place(one) - place(other));
}

interface Known {
  policy: Book;
  names: Names;
}

function keyOf({ policy, names }: Known, id: UserId): string {
  return personKeyOf(policy, { id, name: names.get(id) ?? id });
}

/** The best role of each person, whatever account holds it. */
function rolesByKey(known: Known, { managers, leads }: Holders): Map<string, ApproverRole> {
  const roles = new Map<string, ApproverRole>();
  for (const id of managers) roles.set(keyOf(known, id), 'managers');
  for (const id of leads) roles.set(keyOf(known, id), 'leads');
  return roles;
}

function lower(one: ApproverRole, other: ApproverRole): ApproverRole {
  return one === 'leads' && other === 'leads' ? 'leads' : 'managers';
}

/** The accounts of a person, those that hold the role first. */
function accountsNamed(known: Known, { managers, leads }: Holders, key: string): UserId[] {
  const holding = [...leads, ...managers].filter((id) => keyOf(known, id) === key);
  const named = slackOf(known.policy, key).flatMap((word) => {
    const ids = [...known.names].filter(([id, name]) => isMeant(word, { id, name })).map(([id]) => id);
    return (ids.length > 0 || !isUserId(word) ? ids : [word]) as UserId[];
  });
  return [...holding, ...named];
}
