import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { AppError } from '../../src/errors.ts';
import { addExemption, type ExemptionFields } from '../../src/exemptions/add-exemption.ts';
import type { ExemptionDeps } from '../../src/exemptions/deps.ts';
import { submitClosing } from '../../src/exemptions/submit-closing.ts';
import type { Closing, Exemption } from '../../src/exemptions/types.ts';
import type { UserId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import type { Role } from '../../src/people/types.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import type { SlackUser } from '../../src/ports.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

/** A Thursday, 09:00 in Istanbul. */
export const START = '2026-01-15T06:00:00.000Z';

/** Who is who here, by Slack id; USEC1B is another account of security1. */
const CAST: Record<string, { key: string; roles: Role[]; is?: Partial<SlackUser> }> = {
  UOWN1: { key: 'owner1', roles: [] },
  UOWN2: { key: 'owner2', roles: [] },
  UDEP1: { key: 'deputy1', roles: ['security'] },
  ULEAD1: { key: 'lead1', roles: ['leads'] },
  USEC1: { key: 'security1', roles: ['security'] },
  USEC1B: { key: 'security1', roles: ['security'] },
  USEC2: { key: 'security2', roles: ['security'] },
  UOPS1: { key: 'ops1', roles: ['ops'] },
  UGUEST: { key: 'UGUEST', roles: [], is: { isGuest: true } },
  UGONE: { key: 'UGONE', roles: [], is: { isDeleted: true } },
  UBOT: { key: 'UBOT', roles: [], is: { isBot: true } },
  USTRANGER: { key: 'USTRANGER', roles: [], is: { isStranger: true } },
};

interface Actor {
  userId: UserId;
  key: string;
  roles: ReadonlySet<Role>;
}

export interface ExemptionGround {
  ours: TestDatabase;
  policy: Policy;
  clock: TestClock;
  deps: ExemptionDeps;
  /** Slack does not answer. */
  isAway: boolean;
  /** What was escalated and settled, in order. */
  calls: string[];
  person(userId: string): Actor;
  /** Fresh with every call. */
  requestId(): string;
  add(changes?: Partial<ExemptionFields>, by?: string): ReturnType<typeof addExemption>;
  /** Added, and taken. */
  addOne(changes?: Partial<ExemptionFields>, by?: string): Promise<Exemption>;
  handIn(exemption: Exemption, by?: string): Promise<{ exemption: Exemption; closing: Closing }>;
  /** What is audited of one, by action. */
  audited(id: string): Promise<{ action: string; actor: string; data: Record<string, unknown> }[]>;
}

export async function makeExemptionGround(): Promise<ExemptionGround> {
  const ours = await createOurDatabase();
  const policy = policyOfCast();
  const clock = makeTestClock(START);
  const ground = { ours, policy, clock, isAway: false, calls: [] as string[] } as unknown as ExemptionGround;
  let requests = 0;
  ground.deps = {
    pool: ours.pool,
    policy,
    log: makeLog('silent'),
    directory: {
      async user(id) {
        if (ground.isAway) throw new AppError('slack_unavailable', 'away', { retryable: true });
        return userOf(id);
      },
    },
    async escalate(_tx, _now, { exemption }) {
      ground.calls.push(`escalate ${exemption.id}`);
      return [];
    },
    async settle(_tx, _now, { exemption, how }) {
      ground.calls.push(`settle ${exemption.id} ${how}`);
      return [];
    },
  };
  ground.person = (userId) => ({
    userId: userId as UserId,
    key: CAST[userId]?.key ?? userId,
    roles: new Set(CAST[userId]?.roles),
  });
  ground.requestId = () => `request-${(requests += 1)}`;
  ground.add = (changes = {}, by = 'UOPS1') =>
    addExemption(ground.deps, clock.now(), {
      fields: fieldsWith({ name: `KEY ${requests}`, ...changes }),
      person: ground.person(by),
      requestId: ground.requestId(),
    });
  ground.addOne = async (changes, by) => {
    const outcome = await ground.add(changes, by);
    if (!outcome.ok) throw new Error(`not added: ${outcome.refusal.why}`);
    return outcome.exemption;
  };
  ground.handIn = async ({ id }, by = 'UOWN1') => {
    const outcome = await submitClosing(ground.deps, clock.now(), {
      id,
      evidenceLink: 'https://ci.example/run/7',
      evidenceNote: 'The old one answers 401.',
      person: ground.person(by),
      requestId: ground.requestId(),
    });
    if (!outcome.ok) throw new Error(`not handed in: ${outcome.refusal.why}`);
    return outcome;
  };
  ground.audited = async (id) => {
    const { rows } = await ours.pool.query<{ action: string; actor: string; data: string }>(
      `select action, actor, data from audit_log where subject_id = $1 order by seq`,
      [id],
    );
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, unknown> }));
  };
  return ground;
}

/** What ops1 would type for owner1, with changes. */
function fieldsWith(changes: Partial<ExemptionFields> = {}): ExemptionFields {
  return {
    name: 'Payment provider key',
    place: 'production, payments',
    risk: 'HIGH',
    route: 'rotate',
    ownerId: 'UOWN1',
    deputyId: null,
    deadline: '2026-02-14',
    mitigation: 'Sandbox mode only',
    ticket: 'SEC-7',
    links: '',
    ...changes,
  };
}

function userOf(id: string): SlackUser | undefined {
  const known = CAST[id];
  if (known === undefined) return undefined;
  return {
    id,
    teamId: 'T1',
    name: id.toLowerCase(),
    realName: id,
    locale: 'en-US',
    timeZone: 'Europe/Istanbul',
    isDeleted: false,
    isGuest: false,
    isStranger: false,
    isBot: false,
    ...known.is,
  };
}

function policyOfCast(): Policy {
  const text = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
  const policy = parse(text) as Record<string, unknown>;
  const people: Record<string, { slack: string[] }> = {};
  for (const [id, { key }] of Object.entries(CAST)) {
    if (key !== id) (people[key] ??= { slack: [] }).slack.push(id);
  }
  const users = (role: Role) => Object.keys(CAST).filter((id) => CAST[id]?.roles.includes(role));
  policy['people'] = people;
  policy['roles'] = {
    ops: { users: users('ops') },
    managers: {},
    leads: { users: users('leads') },
    sre: {},
    security: { users: users('security') },
  };
  return parsePolicy(stringify(policy));
}
