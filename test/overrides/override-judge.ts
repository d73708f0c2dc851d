import type { UserId } from '../../src/ids.ts';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import { BENEFICIARY, idsOf, keyOf, principalsOf, type Groups } from './override-cast.ts';

// The rules of domain.md section 6, written down once more and simply: nothing here is of src/overrides.

/** A payout as the books have it. */
export interface Rows {
  state: string;
  /** Decimal, of the books. */
  amount: string;
  currency: string;
  payee: string | null;
  attempts: { id: string; status: string; reference: string | null }[];
}

interface Tiers {
  /** Cents of the reporting currency. */
  two: bigint;
  lead: bigint;
}

/** What the world was like at one moment. */
export interface Moment {
  at: Date;
  rows: Rows;
  groups: Groups;
  tiers: Tiers;
  isHigh: boolean;
  /** Of others of the same account or payee, what counts together with it. */
  others: (bigint | null)[];
}

export interface Ballot extends Moment {
  userId: UserId;
}

/** One version of an override, as the history saw it come and go. */
export interface Case {
  target: string;
  basis: string;
  requester: string;
  hasBeneficiary: boolean;
  afterRejection: boolean;
  opened: Moment;
  votes: Ballot[];
  reached: Moment | null;
  /** It was rejected, or taken back. */
  isEnded: boolean;
}

interface Rule {
  needed: number;
  leads: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ZONE_MS = 3 * 3_600_000;
const HOLIDAYS = ['2026-03-20', '2026-03-21', '2026-03-22'];
const HALF_DAYS = ['2026-03-19'];
/** Cents of a US dollar for a hundred units. */
const RATES: Record<string, bigint> = { USD: 10_000n, TRY: 250n, JPY: 100n };

/** The business day, in Istanbul. */
function dayOf(at: Date): string {
  return new Date(at.getTime() + ZONE_MS).toISOString().slice(0, 10);
}

/** Cents; null: no rate. */
export function centsOf({ amount, currency }: Pick<Rows, 'amount' | 'currency'>): bigint | null {
  const rate = RATES[currency];
  if (rate === undefined) return null;
  const [whole = '0', fraction = ''] = amount.split('.');
  const hundredths = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
  return (hundredths * rate * 2n + 10_000n) / 20_000n;
}

/** Four working hours from the opening on: Monday to Friday, nine to six, half days to one. */
function expiryOf(opened: Date): Date {
  let leftMs = 240 * MINUTE_MS;
  for (let midnight = Date.parse(`${dayOf(opened)}T00:00:00+03:00`); ; midnight += DAY_MS) {
    const day = dayOf(new Date(midnight));
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    if (weekday === 0 || weekday === 6 || HOLIDAYS.includes(day)) continue;
    const from = Math.max(midnight + 9 * 3_600_000, opened.getTime());
    const to = midnight + (HALF_DAYS.includes(day) ? 13 : 18) * 3_600_000;
    if (to <= from) continue;
    if (leftMs <= to - from) return new Date(from + leftMs);
    leftMs -= to - from;
  }
}

function ruleAt({ rows, others, tiers, isHigh }: Moment, { target, basis, afterRejection }: Case): Rule {
  const amounts = [centsOf(rows), ...others];
  const sum = amounts.includes(null) ? null : amounts.reduce((all, one) => (all ?? 0n) + (one ?? 0n), 0n);
  if (sum === null || sum >= tiers.lead) return { needed: 2, leads: 1 };
  const isTwo =
    sum >= tiers.two ||
    isHigh ||
    target === 'mark_paid' ||
    basis === 'provider_cancellation' ||
    afterRejection;
  return { needed: isTwo ? 2 : 1, leads: 0 };
}

function isOwn(one: Case, key: string): boolean {
  return key === one.requester || (one.hasBeneficiary && key === BENEFICIARY);
}

interface Seat {
  key: string;
  isLead: boolean;
}

/** The role they had all along; null: none. What a person's other account holds is theirs as well. */
function heldThroughout(key: string, times: readonly Groups[]): 'lead' | 'manager' | null {
  const has = ({ members }: Groups, role: string) => idsOf(key).some((id) => members[role]?.includes(id));
  if (times.every((groups) => has(groups, 'leads'))) return 'lead';
  return times.every((groups) => has(groups, 'leads') || has(groups, 'managers')) ? 'manager' : null;
}

/** All the seats that a ballot may fill; none: it counts for nothing. */
export function seatsOf(one: Case, { userId, groups, at }: Ballot, until: Moment | null): Seat[] {
  const key = keyOf(userId);
  const times = [one.opened.groups, groups, ...(until === null ? [] : [until.groups])];
  if (isOwn(one, key) || times.slice(1).some(({ inactive }) => inactive.includes(userId))) return [];
  const own = heldThroughout(key, times);
  const isInApp = times
    .slice(1)
    .every(({ members }) => Object.values(members).some((ids) => ids.includes(userId)));
  if (!isInApp) return [];
  const days = [one.opened.at, at, ...(until === null ? [] : [until.at])].map(dayOf);
  const lent = principalsOf(key, days[0] ?? '').filter(
    (principal) => !isOwn(one, principal) && days.every((day) => principalsOf(key, day).includes(principal)),
  );
  return [
    ...(own === null ? [] : [{ key, isLead: own === 'lead' }]),
    ...lent.flatMap((principal) => {
      const role = heldThroughout(principal, times);
      return role === null ? [] : [{ key: principal, isLead: role === 'lead' }];
    }),
  ];
}

/** Can these ballots be seated so that the rule is satisfied? Each person once, each seat once. */
function canSeat(ballots: readonly { person: string; seats: Seat[] }[], rule: Rule): boolean {
  const place = (index: number, people: string[], taken: string[], leads: number): boolean => {
    if (taken.length >= rule.needed && leads >= rule.leads) return true;
    const ballot = ballots[index];
    if (ballot === undefined) return false;
    if (place(index + 1, people, taken, leads)) return true;
    if (people.includes(ballot.person)) return false;
    return ballot.seats
      .filter(({ key }) => !taken.includes(key))
      .some(({ key, isLead }) =>
        place(index + 1, [...people, ballot.person], [...taken, key], leads + (isLead ? 1 : 0)),
      );
  };
  return place(0, [], [], 0);
}

/** What is wrong with sending it now; empty: nothing. */
export function judgeSend(
  one: Case,
  now: { at: Date; rows: Rows; answers: ReadonlyMap<string, ProviderAnswer> },
): string[] {
  const { opened, reached, votes } = one;
  const wrong: string[] = [];
  if (now.at >= expiryOf(opened.at)) wrong.push('sent after its expiry');
  if (one.isEnded) wrong.push('sent after it was ended');
  const rows = JSON.stringify(now.rows);
  if (rows !== JSON.stringify(opened.rows)) wrong.push('sent although it changed since it was asked');
  if (reached === null) return [...wrong, 'sent without a quorum'];
  if (votes.some((vote) => JSON.stringify(vote.rows) !== rows))
    wrong.push('sent although it changed after a vote');
  if (['paid', 'rejected', 'canceled'].includes(now.rows.state)) wrong.push('sent although it is over');
  const rules = [ruleAt(opened, one), ruleAt(reached, one)];
  const rule = {
    needed: Math.max(...rules.map(({ needed }) => needed)),
    leads: Math.max(...rules.map(({ leads }) => leads)),
  };
  const ballots = votes.map((vote) => ({
    person: keyOf(vote.userId),
    seats: seatsOf(one, vote, reached),
  }));
  if (!canSeat(ballots, rule)) wrong.push(`sent without ${rule.needed} people, ${rule.leads} of them leads`);
  return [...wrong, ...judgeCondition(one, now)];
}

/** What is wrong at the end: what is said to be done was done, once, and nothing else. */
export function judgeEnd(one: { id: string; state: string; effects: readonly Date[] }): string[] {
  const { id, state, effects } = one;
  const wrong: string[] = [];
  if (effects.length > 1) wrong.push(`${id} was done ${effects.length} times`);
  if (state === 'executed' && effects.length === 0) wrong.push(`${id} was not done`);
  if (!['executed', 'executing', 'failed'].includes(state) && effects.length > 0)
    wrong.push(`${id} was done, and is ${state}`);
  return wrong;
}

function judgeCondition(
  { target, basis }: Case,
  { rows, answers }: { rows: Rows; answers: ReadonlyMap<string, ProviderAnswer> },
): string[] {
  const said = rows.attempts.map(({ id }) => answers.get(id) ?? 'pending');
  const statuses = rows.attempts.map(({ status }) => status);
  const isSilent = said.includes('silent') || said.includes('error') || said.length === 0;
  const isPaid = said.includes('succeeded') || statuses.includes('succeeded');
  if (target === 'reject' && (isSilent || isPaid)) return ['rejected while it may have been paid'];
  if (basis === 'attempts_dead' && said.some((answer) => answer !== 'failed'))
    return ['not every attempt was dead'];
  if (basis === 'provider_success' && !isPaid) return ['no provider said that it is paid'];
  return [];
}
