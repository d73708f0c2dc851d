import type { UserId } from '../../src/ids.ts';
import type { Identified } from '../../src/people/types.ts';
import type { Policy } from '../../src/policy.ts';
import type { Role } from '../../src/policy/people.ts';

/** Everybody of a history: by key, with their Slack ids. Whoever is not of the policy is their own Slack id. */
const CAST: Record<string, readonly string[]> = {
  ops1: ['U0OPS1'],
  m1: ['U0M1A', 'U0M1B'],
  m2: ['U0M2'],
  m3: ['U0M3'],
  l1: ['U0L1'],
  l2: ['U0L2A', 'U0L2B'],
  d1: ['U0D1'],
  d2: ['U0D2'],
  U0X: ['U0X'],
  U0N: ['U0N'],
};

/** Who stands in for whom, first and last day. */
const DEPUTIES = [
  { principal: 'm2', deputy: 'd1', from: '2026-01-01', to: '2026-01-16' },
  { principal: 'l1', deputy: 'd1', from: '2026-01-16', to: '2026-03-19' },
  { principal: 'm3', deputy: 'd2', from: '2026-01-01', to: '2026-12-31' },
] as const;

/** Whose account it is, where the policy says so. */
export const BENEFICIARY = 'm3';
export const IDS = Object.values(CAST).flat() as UserId[];
/** Who may be asked to give a vote: those with a role now and then come up more often. */
export const VOTERS = [...IDS, 'U0M1A', 'U0M2', 'U0M2', 'U0L1', 'U0L1', 'U0L2A', 'U0X', 'U0D1'] as UserId[];
export const REQUESTERS = ['U0OPS1', 'U0OPS1', 'U0OPS1', 'U0M1A', 'U0M2', 'U0L1', 'U0M3'] as UserId[];

const AT_FIRST: Record<string, readonly string[]> = {
  ops: ['U0OPS1', 'U0D1'],
  managers: ['U0M1A', 'U0M1B', 'U0M2', 'U0M3', 'U0X'],
  leads: ['U0L1', 'U0L2A', 'U0L2B'],
  sre: ['U0D2'],
  security: [],
};
const HANDLES: Record<string, string> = {
  ops: 'finance-ops',
  managers: 'finance-managers',
  leads: 'finance-leads',
  sre: 'sre',
  security: 'security',
};

export function keyOf(id: string): string {
  return Object.entries(CAST).find(([, ids]) => ids.includes(id))?.[0] ?? id;
}

export function idsOf(key: string): readonly string[] {
  return CAST[key] ?? [key];
}

/** The account with which whoever asked takes it up again; m1 by their other one. */
export function accountOf(key: string): UserId {
  return idsOf(key).at(-1) as UserId;
}

/** Whom they stand in for on a day. */
export function principalsOf(key: string, day: string): string[] {
  return DEPUTIES.filter(({ deputy, from, to }) => deputy === key && from <= day && day <= to).map(
    ({ principal }) => principal,
  );
}

/** The people of a policy: m2 by name, everybody else by id; X and N are nobody the policy knows. */
export function peopleOf(account: { tenant: string; account: string } | null): Policy['people'] {
  return Object.fromEntries(
    Object.entries(CAST)
      .filter(([key]) => !key.startsWith('U0'))
      .map(([key, ids]) => [
        key,
        {
          slack: key === 'm2' ? ['manager2'] : [...ids],
          deputies: DEPUTIES.filter(({ principal }) => principal === key).map(({ deputy, from, to }) => ({
            person: deputy,
            from,
            to,
          })),
          accounts: key === BENEFICIARY && account !== null ? [account] : [],
        },
      ]),
  );
}

export function nameOf(id: string): string {
  return id === 'U0M2' ? 'manager2' : id.toLowerCase();
}

/** Who holds which role; a copy is how it was at a time. */
export interface Groups {
  members: Record<string, readonly string[]>;
  inactive: readonly string[];
}

export function groupsAtFirst(): Groups {
  return { members: { ...AT_FIRST }, inactive: [] };
}

export function handleOf(role: string): string {
  return HANDLES[role] ?? role;
}

/** What people.identify says of them. */
export function identifyIn({ members, inactive }: Groups, userId: UserId): Identified {
  if (inactive.includes(userId)) return { ok: false, why: 'deactivated', locale: 'en' };
  const roles = Object.keys(members).filter((role) => members[role]?.includes(userId)) as Role[];
  if (roles.length === 0) return { ok: false, why: 'no_role', locale: 'en' };
  return {
    ok: true,
    person: { userId, key: keyOf(userId), name: nameOf(userId), locale: 'en', roles: new Set(roles) },
  };
}
