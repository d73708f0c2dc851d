import type { UserId } from '../../src/ids.ts';
import type { EligibilityFacts, Moment } from '../../src/overrides/eligibility.ts';
import type { PayoutOffers } from '../../src/overrides/payout-targets.ts';
import type { AttemptFact, Holders, PayoutFacts, Quorum, Vote } from '../../src/overrides/types.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import type { Role } from '../../src/policy/people.ts';

export const NOW = new Date('2026-01-15T10:00:00.000Z');
export const DAY = '2026-01-15';
export const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();

/** A policy of what the rules read, with what a case adds to it; YAML in the flow style. */
export function smallPolicy(
  given: { people?: string; overrides?: string; zone?: string; currency?: string; calendar?: string } = {},
): Policy {
  const channel = '{ slack: somewhere }';
  return parsePolicy(`
version: 1
business: { time_zone: ${given.zone ?? 'Europe/Istanbul'}, reporting_currency: ${given.currency ?? 'USD'} }
tenants: [{ id: anadolu, name: Anadolu Wallet }]
channels:
  finance-ops: ${channel}
  finance-approvals: ${channel}
  slo: ${channel}
  security: ${channel}
  incidents: ${channel}
  ops-alerts: ${channel}
roles: { ops: {}, managers: {}, leads: {}, sre: {}, security: {} }
people: ${given.people ?? '{}'}
overrides: ${given.overrides ?? '{}'}
calendar: ${given.calendar ?? '{}'}
`);
}

export const id = (name: string) => `U${name.toUpperCase()}` as UserId;

export const holders = (managers: string[], leads: string[] = []): Holders => ({
  managers: managers.map(id),
  leads: leads.map(id),
});

export const at = (held: Holders | null, day = DAY): Moment => ({ holders: held, day });

/** Asked for by ops1; m1, m2 are managers, l1, l2 leads, and somebody votes. */
export function eligibility(
  voter: { name: string; key?: string; roles?: Role[]; groupsUnread?: true },
  given: Partial<Omit<EligibilityFacts, 'voter'>> = {},
): EligibilityFacts {
  const held = at(holders(['m1', 'm2'], ['l1', 'l2']));
  const { name, key = name, roles = ['managers'], groupsUnread } = voter;
  return {
    policy: smallPolicy({ people: PEOPLE }),
    names: new Map(),
    voter: { userId: id(name), key, roles: new Set(roles), ...(groupsUnread ? { groupsUnread } : {}) },
    vote: 'approve',
    requester: { userId: id('ops1'), key: 'ops1' },
    beneficiaryKeys: [],
    opening: held,
    now: held,
    votes: [],
    ...given,
  };
}

/** Everybody by one Slack id, as `id` makes it. */
export const PEOPLE =
  '{ ops1: { slack: [UOPS1] }, m1: { slack: [UM1] }, m2: { slack: [UM2] }, l1: { slack: [UL1] }, l2: { slack: [UL2] }, d1: { slack: [UD1] } }';

/** The same, and one of them has a deputy for some days. */
export function withDeputy(principal: string, deputy: string, from: string, to = from): string {
  const deputies = `deputies: [{ person: ${deputy}, from: ${from}, to: ${to} }]`;
  const slack = `[U${principal.toUpperCase()}]`;
  return PEOPLE.replace(
    `${principal}: { slack: ${slack} }`,
    `${principal}: { slack: ${slack}, ${deputies} }`,
  );
}

export function vote(name: string, given: Partial<Vote> = {}): Vote {
  return {
    version: 1,
    personKey: name,
    userId: id(name),
    vote: 'approve',
    role: name.startsWith('l') ? 'leads' : 'managers',
    seat: name,
    noInterest: false,
    reason: '',
    votedAt: NOW,
    lapsedAt: null,
    ...given,
  };
}

export const quorum = (needed: 1 | 2, leads: 0 | 1 = 0): Pick<Quorum, 'needed' | 'leads'> => ({
  needed,
  leads,
});

export function attempt(given: Partial<AttemptFact> = {}): AttemptFact {
  return {
    attemptId: 'a1',
    provider: 'garanti',
    reference: 'ref-1',
    status: 'failed',
    errorCode: null,
    createdAt: ago(3_600_000),
    answer: 'failed',
    askedAt: ago(60_000),
    ...given,
  };
}

/** A payout that failed three times, all of it proven: the count of attempts alone is against a retry. */
export function payout(given: Partial<PayoutFacts> = {}): PayoutFacts {
  return {
    kind: 'payout',
    tenantId: 'anadolu',
    transactionId: 't1',
    accountId: 'acc1',
    payeeRef: 'payee1',
    provider: 'garanti',
    state: 'payout_failed',
    requestedAt: ago(7_200_000),
    stateSince: ago(3_600_000),
    isFinal: false,
    amountMinor: '50000',
    currency: 'USD',
    amountReportingMinor: '50000',
    attempts: ['a1', 'a2', 'a3'].map((attemptId) => attempt({ attemptId })),
    burns: 0,
    ledger: null,
    wallet: null,
    retryReasons: ['attempts_exhausted'],
    class: null,
    operation: null,
    readAt: NOW.toISOString(),
    ...given,
  };
}

/** A platform that takes all of it, in every state. */
export function offers(given: Partial<PayoutOffers> = {}): PayoutOffers {
  return { offerOf: () => 'offered', takesIn: () => true, carriesOverride: true, ...given };
}
