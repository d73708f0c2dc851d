import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { UserId } from '../../src/ids.ts';
import type { Person, Role } from '../../src/people/types.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';

/** Who is who here, by Slack id. */
const ROLES: Record<string, { key: string; roles: Role[] }> = {
  UOPS1: { key: 'ops1', roles: ['ops'] },
  UOPS1B: { key: 'ops1', roles: ['ops', 'managers'] },
  UMAN1: { key: 'manager1', roles: ['managers'] },
  UMAN2: { key: 'manager2', roles: ['managers'] },
  UMAN3: { key: 'UMAN3', roles: ['managers'] },
  UOWN: { key: 'owner1', roles: ['managers'] },
  ULEAD1: { key: 'lead1', roles: ['leads'] },
  ULEAD2: { key: 'lead2', roles: ['leads'] },
  UDEP: { key: 'deputy1', roles: ['ops'] },
};

type Changes = Record<string, unknown>;

/** The example's policy with these people, and what `change` does to it. */
export function policyWith(change: (policy: Record<string, Changes>) => void = () => undefined): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  const policy = parse(text) as Record<string, Changes>;
  const holders = (role: Role) =>
    Object.keys(ROLES).filter((id) => ROLES[id]?.roles.includes(role) === true && id !== 'UMAN3');
  policy['roles'] = {
    ops: { users: holders('ops') },
    managers: { users: holders('managers') },
    leads: { users: holders('leads') },
    sre: {},
    security: {},
  };
  policy['people'] = {
    ops1: { slack: ['UOPS1', 'UOPS1B'] },
    manager1: { slack: ['UMAN1'] },
    manager2: { slack: ['UMAN2'] },
    owner1: { slack: ['UOWN'], accounts: [{ tenant: 'anadolu', account: 'acc_own' }] },
    lead1: { slack: ['ULEAD1'], deputies: [{ person: 'deputy1', from: '2026-01-15', to: '2026-01-15' }] },
    lead2: { slack: ['ULEAD2'] },
    deputy1: { slack: ['UDEP'] },
  };
  change(policy);
  return parsePolicy(stringify(policy));
}

/** Somebody as they are identified; whom nobody knows holds no role. */
export function castPerson(userId: string): Person {
  const known = ROLES[userId] ?? { key: userId, roles: [] };
  return {
    userId: userId as UserId,
    key: known.key,
    name: userId,
    locale: 'en',
    roles: new Set(known.roles),
  };
}
