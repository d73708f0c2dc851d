import pg from 'pg';
import { afterEach } from 'vitest';
import { addExemption, type ExemptionFields } from '../../src/exemptions/add-exemption.ts';
import { decideClosing } from '../../src/exemptions/decide-closing.ts';
import type { ExemptionDeps } from '../../src/exemptions/deps.ts';
import { makeEscalate } from '../../src/exemptions/escalate.ts';
import { makeExtensionKind } from '../../src/exemptions/extension-kind.ts';
import { reassignExemption } from '../../src/exemptions/reassign-exemption.ts';
import { readExemption } from '../../src/exemptions/store.ts';
import { submitClosing } from '../../src/exemptions/submit-closing.ts';
import type { Exemption } from '../../src/exemptions/types.ts';
import type { UserId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import type { requestOverride } from '../../src/overrides/request-override.ts';
import { NO_TENANT, type Override } from '../../src/overrides/types.ts';
import type { Person, Role } from '../../src/people/types.ts';
import { castPerson, policyWith } from '../overrides/cast.ts';
import { useGround, type Ground } from '../overrides/ground.ts';

/** Beside those of overrides: who holds it, who stands in, and security. */
const MORE: Record<string, { key: string; roles: Role[] }> = {
  UHOLD: { key: 'holder', roles: [] },
  UHOLD2: { key: 'holder2', roles: [] },
  UINS: { key: 'instead', roles: ['security'] },
  USEC1: { key: 'security1', roles: ['security'] },
  USEC2: { key: 'security2', roles: ['security'] },
};

interface Extension {
  number: number;
  override: string;
  decidedOn: string;
  was: string;
  deadline: string;
}

export interface ExtensionGround extends Ground {
  exemptions(): ExemptionDeps;
  /** Opened today for `UHOLD`, with `UINS` as deputy, for 30 days. */
  open(changes?: Partial<ExemptionFields>): Promise<Exemption>;
  more(exemption: Exemption, days?: number, by?: string): ReturnType<typeof requestOverride>;
  /** Asked for, and taken. */
  moreOf(exemption: Exemption, days?: number, by?: string): Promise<Override>;
  /** Asked for, approved by these, and carried out. */
  extended(exemption: Exemption, voters: string[], days?: number): Promise<Exemption>;
  handIn(exemption: Exemption): Promise<string>;
  close(exemption: Exemption): Promise<Exemption>;
  reassign(exemption: Exemption, ownerId: string): Promise<void>;
  see(exemption: Pick<Exemption, 'id'>): Promise<Exemption>;
  extensions(exemption: Exemption): Promise<Extension[]>;
  audited(id: string): Promise<string[]>;
  escalations(exemption: Exemption): Promise<string[]>;
}

/** The databases of overrides, with exemptions and more time for them. */
export function useExtensionGround(): ExtensionGround {
  const ground = useGround() as ExtensionGround;
  const overridesOnly = ground.deps.bind(ground);
  let serial = 0;
  const requestId = () => `exemption-${(serial += 1)}`;
  afterEach(() => empty(ground));
  ground.person = (userId) => personOf(userId);
  ground.exemptions = () => exemptionDeps(ground);
  ground.deps = (pool) => {
    ground.policy = withSecurity(ground);
    const deps = overridesOnly(pool);
    const kind = makeExtensionKind({ ...exemptionDeps(ground), pool: deps.pool });
    return {
      ...deps,
      kinds: new Map([...deps.kinds, [kind.kind, kind as never]]),
      people: {
        identify: async ({ userId }) =>
          ground.identified.get(userId) ?? { ok: true, person: personOf(userId) },
      },
    };
  };
  Object.assign(ground, asking(ground), closing(ground, requestId), reading(ground));
  ground.open = async (changes = {}) => {
    const outcome = await addExemption(ground.exemptions(), ground.clock.now(), {
      fields: { ...FIELDS, ...changes },
      person: ground.person('UOPS1'),
      requestId: requestId(),
    });
    if (!outcome.ok) throw new Error(`not added: ${JSON.stringify(outcome.refusal)}`);
    return outcome.exemption;
  };
  return ground;
}

const FIELDS: ExemptionFields = {
  name: 'Payment provider key',
  place: 'production, payments',
  risk: 'HIGH',
  route: 'procure',
  ownerId: 'UHOLD',
  deputyId: 'UINS',
  deadline: '2026-02-14',
  mitigation: 'Sandbox mode only',
  ticket: 'SEC-7',
  links: '',
};

function personOf(userId: string): Person {
  const known = MORE[userId];
  if (known === undefined) return castPerson(userId);
  return {
    userId: userId as UserId,
    key: known.key,
    name: userId,
    locale: 'en',
    roles: new Set(known.roles),
  };
}

function withSecurity({ policy }: Ground): Ground['policy'] {
  if (policy.people['security1'] !== undefined) return policy;
  return policyWith((changed) => {
    const users = Object.keys(MORE).filter((id) => MORE[id]?.roles.includes('security') === true);
    changed['roles']!['security'] = { users };
    for (const [id, { key }] of Object.entries(MORE)) changed['people']![key] = { slack: [id] };
  });
}

function exemptionDeps(ground: ExtensionGround): ExemptionDeps {
  const { pool } = ground.ours;
  ground.policy = withSecurity(ground);
  const { policy } = ground;
  return {
    pool,
    policy,
    log: makeLog('silent'),
    directory: {
      async user(id) {
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
        };
      },
    },
    ...makeEscalate({ pool, policy }),
  };
}

/** What triggers keep goes as well, for a superuser alone: each test begins with nothing. */
async function empty({ ours }: ExtensionGround): Promise<void> {
  const client = new pg.Client({ connectionString: ours.superuserUrl });
  await client.connect();
  try {
    await client.query('set session_replication_role = replica');
    for (const table of [
      'exemption_nags',
      'exemption_extensions',
      'exemption_closings',
      'exemptions',
      'escalations',
    ])
      await client.query(`delete from mutabik.${table}`);
  } finally {
    await client.end();
  }
}

function asking(ground: ExtensionGround): Pick<ExtensionGround, 'more' | 'moreOf' | 'extended'> {
  const more: ExtensionGround['more'] = (exemption, days = 30, by = 'UHOLD') =>
    ground.ask(exemption.id, {
      kind: 'exemption',
      tenantId: NO_TENANT,
      choice: { target: 'extend', basis: `days_${days}` },
      reasonCode: 'vendor_waits',
      reason: 'The vendor sends it next week',
      person: ground.person(by),
    });
  const moreOf: ExtensionGround['moreOf'] = async (exemption, days, by) => {
    const outcome = await more(exemption, days, by);
    if (!outcome.ok) throw new Error(`not taken: ${JSON.stringify(outcome.refusal)}`);
    return outcome.override;
  };
  return {
    more,
    moreOf,
    async extended(exemption, voters, days) {
      const override = await moreOf(exemption, days);
      for (const voter of voters) {
        const outcome = await ground.approve(override, voter);
        if (!outcome.ok) throw new Error(`${voter}: ${JSON.stringify(outcome.refusal)}`);
      }
      await ground.runOnce(override);
      return await ground.see(exemption);
    },
  };
}

function closing(
  ground: ExtensionGround,
  requestId: () => string,
): Pick<ExtensionGround, 'handIn' | 'close' | 'reassign'> {
  const now = () => ground.clock.now();
  const handIn: ExtensionGround['handIn'] = async ({ id }) => {
    const outcome = await submitClosing(ground.exemptions(), now(), {
      id,
      evidenceLink: 'https://ci.example/run/7',
      evidenceNote: 'The old one answers 401.',
      person: ground.person('UHOLD'),
      requestId: requestId(),
    });
    if (!outcome.ok) throw new Error(`not handed in: ${outcome.refusal.why}`);
    return outcome.closing.id;
  };
  return {
    handIn,
    async close(exemption) {
      const closingId = await handIn(exemption);
      const person = ground.person('USEC1');
      const how = { closingId, verdict: 'accept', reason: '', person, requestId: requestId() } as const;
      const outcome = await decideClosing(ground.exemptions(), now(), how);
      if (!outcome.ok) throw new Error(`not closed: ${outcome.refusal.why}`);
      return outcome.exemption;
    },
    async reassign({ id }, ownerId) {
      const of = { id, ownerId, person: ground.person('UHOLD'), requestId: requestId() };
      const outcome = await reassignExemption(ground.exemptions(), now(), of);
      if (!outcome.ok) throw new Error(`not handed over: ${outcome.refusal.why}`);
    },
  };
}

function reading(
  ground: ExtensionGround,
): Pick<ExtensionGround, 'see' | 'extensions' | 'audited' | 'escalations'> {
  return {
    async see({ id }) {
      const exemption = await readExemption(ground.ours.pool, id);
      if (exemption === null) throw new Error('it is gone');
      return exemption;
    },
    async extensions({ id }) {
      const { rows } = await ground.ours.pool.query<Extension>(
        `select number, override_id as override, decided_on::text as "decidedOn", was::text, deadline::text
           from exemption_extensions where exemption_id = $1 order by number`,
        [id],
      );
      return rows;
    },
    async audited(id) {
      const { rows } = await ground.ours.pool.query<{ action: string }>(
        `select action from audit_log where subject_id = $1 order by seq`,
        [id],
      );
      return rows.map(({ action }) => action);
    },
    async escalations({ id }) {
      const { rows } = await ground.ours.pool.query<{ state: string }>(
        `select coalesce('over ' || resolved_how, 'open') as state from escalations where cause_key = $1 order by started_at`,
        [`exemption:${id}`],
      );
      return rows.map(({ state }) => state);
    },
  };
}
