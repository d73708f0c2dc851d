import { limitMinor } from '../finance/rates.ts';
import type { Policy } from '../policy.ts';
import {
  QUORUM_RULES,
  type ApproverRole,
  type Override,
  type Quorum,
  type QuorumRule,
  type Verdict,
  type Vote,
} from './types.ts';

const HOUR_MS = 3_600_000;

/** From how much on, in minor units of the reporting currency. */
export interface Tiers {
  twoFromMinor: bigint;
  leadFromMinor: bigint;
}

/** All that decides how many approve. */
export interface QuorumFacts {
  /** Its own amount and the others' (`sumStakes`), minor units of the reporting currency; null: no rate is known. */
  sumReportingMinor: bigint | null;
  /** Overrides that the sum holds beside this one. */
  others: number;
  isHigh: boolean;
  /** Of what is asked for. */
  verdict: Pick<Verdict, 'target' | 'needsTwo' | 'needsEvidence'>;
  /** The same was asked for before, and rejected. */
  afterRejection: boolean;
}

/** The tiers of a policy, rounded up to whole minor units. */
export function tiersOf({ overrides, business }: Pick<Policy, 'overrides' | 'business'>): Tiers {
  return {
    twoFromMinor: limitMinor(overrides.two_from, business.reporting_currency),
    leadFromMinor: limitMinor(overrides.lead_from, business.reporting_currency),
  };
}

/** Does another override of the same account or payee count together with one that is asked for now? Domain section 6. */
export function countsTogether(
  { state, overAt }: Pick<Override, 'state' | 'overAt'>,
  now: Date,
  hours: number,
): boolean {
  if (state === 'executed') return overAt === null || now.getTime() - overAt.getTime() <= hours * HOUR_MS;
  return state === 'open' || state === 'void' || state === 'approved' || state === 'executing';
}

/** What it comes to with the others; null as soon as one amount has no rate. Minor units of the reporting currency. */
export function sumStakes(own: bigint | null, others: readonly (bigint | null)[]): bigint | null {
  return [own, ...others].reduce((sum, stake) => (sum === null || stake === null ? null : sum + stake));
}

/** Decides how many approve beside the requester, and by which rules. Pure; domain section 6. */
export function decideQuorum(facts: QuorumFacts, tiers: Tiers): Quorum {
  const { sumReportingMinor: sum, verdict } = facts;
  const isMarkPaid = verdict.target === 'mark_paid';
  const rules: QuorumRule[] = [];
  if (sum === null) rules.push('no_rate');
  if (sum !== null && sum >= tiers.leadFromMinor) rules.push('from_lead');
  if (sum !== null && sum >= tiers.twoFromMinor) rules.push('from_two');
  if (facts.isHigh) rules.push('high');
  if (isMarkPaid) rules.push('mark_paid');
  if (verdict.needsEvidence || (verdict.needsTwo && !isMarkPaid)) rules.push('document');
  if (facts.afterRejection) rules.push('after_rejection');
  return byRules(rules, sum, facts.others);
}

/** Both hold: the policy, or the money, changed while it was open, and nobody gains by that. */
export function stricter(one: Quorum, other: Quorum): Quorum {
  const sums = [one, other].map(({ sumReportingMinor }) => sumReportingMinor);
  const sum = sums.includes(null) ? null : sums.map((text) => BigInt(text ?? 0)).reduce(larger);
  return {
    ...byRules([...one.rules, ...other.rules], sum, Math.max(one.others, other.others)),
    needed: one.needed === 2 || other.needed === 2 ? 2 : 1,
    leads: one.leads === 1 || other.leads === 1 ? 1 : 0,
  };
}

/** Who approves more time for an exemption: two, one of them of security; the second time a lead too. Domain section 7. */
export function extensionQuorum(extensions: number): Quorum {
  return byRules(extensions === 0 ? ['extension'] : ['extension', 'extended_before'], null, 0);
}

/** Who approves that a stretch of time is not counted: one beside the requester; after a rejection two. */
export function windowQuorum(rejectedBefore: boolean): Quorum {
  return byRules(rejectedBefore ? ['after_rejection', 'slo_window'] : ['slo_window'], null, 0);
}

/** What the votes of one version come to. */
export interface Count {
  /** Distinct people on distinct seats. */
  approvals: number;
  /** Of these, leads. */
  leads: number;
  reached: boolean;
  /** How many more are needed at least, and how many of them leads. */
  missing: { people: number; leads: number; security?: number };
}

/**
 * Counts the votes of one version: each person once, each seat once; what lapsed and what rejects is none. A lead counts
 * for a manager too, never the other way round. Pure.
 */
export function countVotes(
  votes: readonly Vote[],
  quorum: Pick<Quorum, 'needed' | 'leads' | 'security'>,
): Count {
  const people = new Set<string>();
  const seats = new Map<string, ReadonlySet<ApproverRole>>();
  for (const { vote, lapsedAt, personKey, userId, seat, role } of votes) {
    if (vote !== 'approve' || lapsedAt !== null) continue;
    if (people.has(personKey) || people.has(userId)) continue;
    people.add(personKey).add(userId);
    seats.set(seat, new Set([...(seats.get(seat) ?? []), role]));
  }
  const approvals = seats.size;
  const held = (role: ApproverRole) => [...seats.values()].filter((roles) => roles.has(role)).length;
  const leads = held('leads');
  const missingLeads = Math.max(0, quorum.leads - leads);
  const missingSecurity = Math.max(0, (quorum.security ?? 0) - held('security'));
  const missing = {
    people: Math.max(0, quorum.needed - approvals, missingLeads + missingSecurity),
    leads: missingLeads,
    ...(quorum.security === undefined ? {} : { security: missingSecurity }),
  };
  return { approvals, leads, reached: missing.people === 0, missing };
}

function byRules(all: readonly QuorumRule[], sum: bigint | null, others: number): Quorum {
  const isTop = all.includes('no_rate') || all.includes('from_lead');
  // What a stricter tier says already is left out.
  const told = QUORUM_RULES.filter(
    (rule) => all.includes(rule) && rule !== 'small' && !(rule === 'from_two' && isTop),
  );
  return {
    needed: told.some((rule) => rule !== 'slo_window') ? 2 : 1,
    leads: isTop || all.includes('extended_before') ? 1 : 0,
    ...(all.includes('extension') ? { security: 1 as const } : {}),
    rules: told.length > 0 ? told : ['small'],
    sumReportingMinor: sum === null ? null : String(sum),
    others,
  };
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
