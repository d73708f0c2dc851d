import { afterEach, beforeEach } from 'vitest';
import type { UserId } from '../../src/ids.ts';
import type { requestOverride } from '../../src/overrides/request-override.ts';
import { NO_TENANT, type Choice, type Override } from '../../src/overrides/types.ts';
import type { Person, Role } from '../../src/people/types.ts';
import { addWindow, type WindowFields, type WindowOutcome } from '../../src/slo/add-window.ts';
import { sumBetween } from '../../src/slo/sums.ts';
import type { LeftOut, Sums } from '../../src/slo/types.ts';
import { makeWindowKind } from '../../src/slo/window-kind.ts';
import { readWindow } from '../../src/slo/window-store.ts';
import { castPerson, policyWith } from '../overrides/cast.ts';
import { useGround, type Ground } from '../overrides/ground.ts';
import { makePayoutSlo, makeSlo } from './ground.ts';
import { FIELDS } from './window-fields.ts';

/** Beside those of overrides: engineers. USRE2 is a lead as well. */
const MORE: Record<string, { key: string; roles: Role[] }> = {
  USRE1: { key: 'engineer1', roles: ['sre'] },
  USRE2: { key: 'engineer2', roles: ['sre', 'leads'] },
  USEC1: { key: 'security1', roles: ['security'] },
};
const MINUTE_MS = 60_000;

/** What is counted before the clock's start: an hour of a thousand a minute, of which 45 minutes were down. */
export const HOUR_AT = new Date('2026-01-15T04:00:00Z');
export const LEAVE_OUT: Choice = { target: 'leave_out', basis: 'maintenance' };
export const PUT_BACK: Choice = { target: 'put_back', basis: 'counted_again' };

export interface WindowGround extends Ground {
  slos: { all: ReturnType<typeof makeSlo>[]; hash: string };
  /** What was told to draw figures anew, as "LO-1 left_out". */
  told: string[];
  write(changes?: Partial<WindowFields>, by?: string, requestId?: string): Promise<WindowOutcome>;
  /** Written down, and taken. */
  writeOne(changes?: Partial<WindowFields>, by?: string): Promise<LeftOut>;
  request(window: LeftOut, choice?: Choice, by?: string): ReturnType<typeof requestOverride>;
  /** Asked for, and taken. */
  requested(window: LeftOut, choice?: Choice, by?: string): Promise<Override>;
  /** Asked for, approved by these, and carried out. */
  carriedOut(window: LeftOut, choice: Choice, voters: readonly string[]): Promise<Override>;
  see(window: Pick<LeftOut, 'id'>): Promise<LeftOut>;
  /** All that counts of a promise in the day before now. */
  sums(slo?: string): Promise<Sums>;
  audited(id: string): Promise<string[]>;
}

/** The databases of overrides, with stretches of time that are left out. */
export function useWindowGround(): WindowGround {
  const ground = useGround() as WindowGround;
  const overridesOnly = ground.deps.bind(ground);
  beforeEach(async () => {
    ground.slos = { all: [makeSlo(), makePayoutSlo()], hash: 'hash' };
    ground.told = [];
    ground.policy = withEngineers();
    await ground.ours.pool.query(
      `insert into slo_minutes (slo, basis, minute, good, valid)
       select 'api-availability', 'event', $1::timestamptz + n * interval '1 minute',
              case when n between 10 and 54 then 940 else 1000 end, 1000
         from generate_series(0, 59) n`,
      [HOUR_AT],
    );
  });
  // They refer to overrides, which are emptied before the next test.
  afterEach(async () => {
    for (const table of ['slo_windows', 'slo_minutes']) await ground.ours.pool.query(`delete from ${table}`);
  });
  ground.person = personOf;
  ground.deps = (pool) => {
    const deps = overridesOnly(pool);
    const kind = makeWindowKind({
      pool: deps.pool,
      slos: ground.slos,
      onLeftOut: async (_tx, _now, { number, state }) => void ground.told.push(`LO-${number} ${state}`),
    });
    return {
      ...deps,
      kinds: new Map([...deps.kinds, [kind.kind, kind as never]]),
      people: {
        identify: async ({ userId }) =>
          ground.identified.get(userId) ?? { ok: true, person: personOf(userId) },
      },
    };
  };
  return Object.assign(ground, writing(ground), asking(ground), reading(ground));
}

function personOf(userId: string): Person {
  const known = MORE[userId];
  if (known === undefined) return castPerson(userId);
  const { key, roles } = known;
  return { userId: userId as UserId, key, name: userId, locale: 'en', roles: new Set(roles) };
}

function withEngineers(): Ground['policy'] {
  return policyWith((changed) => {
    const holders = (role: Role) => Object.keys(MORE).filter((id) => MORE[id]?.roles.includes(role) === true);
    changed['roles']!['sre'] = { users: holders('sre') };
    const { users } = changed['roles']!['leads'] as { users: string[] };
    changed['roles']!['leads'] = { users: [...users, ...holders('leads')] };
    for (const [id, { key }] of Object.entries(MORE)) changed['people']![key] = { slack: [id] };
  });
}

function writing(ground: WindowGround): Pick<WindowGround, 'write' | 'writeOne'> {
  let serial = 0;
  const write: WindowGround['write'] = (changes = {}, by = 'USRE1', requestId = `view-${(serial += 1)}`) => {
    const { policy, slos } = ground;
    const fields = { ...FIELDS, ...changes };
    const deps = { pool: ground.ours.pool, policy, slos };
    return addWindow(deps, ground.clock.now(), { fields, person: ground.person(by), requestId });
  };
  return {
    write,
    async writeOne(changes, by) {
      const outcome = await write(changes, by);
      if (!outcome.ok) throw new Error(`not written down: ${JSON.stringify(outcome.refusal)}`);
      return outcome.window;
    },
  };
}

function asking(ground: WindowGround): Pick<WindowGround, 'request' | 'requested' | 'carriedOut'> {
  const request: WindowGround['request'] = ({ id }, choice = LEAVE_OUT, by = 'USRE1') =>
    ground.ask(id, {
      kind: 'slo_window',
      tenantId: NO_TENANT,
      choice,
      reasonCode: 'planned_work',
      reason: 'It was announced a week before',
      person: ground.person(by),
    });
  const requested: WindowGround['requested'] = async (window, choice, by) => {
    const outcome = await request(window, choice, by);
    if (!outcome.ok) throw new Error(`not taken: ${JSON.stringify(outcome.refusal)}`);
    return outcome.override;
  };
  return {
    request,
    requested,
    async carriedOut(window, choice, voters) {
      const override = await requested(window, choice);
      for (const voter of voters) {
        const outcome = await ground.approve(override, voter);
        if (!outcome.ok) throw new Error(`${voter}: ${JSON.stringify(outcome.refusal)}`);
      }
      await ground.runOnce(override);
      return await ground.read(override);
    },
  };
}

function reading(ground: WindowGround): Pick<WindowGround, 'see' | 'sums' | 'audited'> {
  return {
    async see({ id }) {
      const window = await readWindow(ground.ours.pool, id);
      if (window === null) throw new Error('it is gone');
      return window;
    },
    async sums(slo = 'api-availability') {
      const to = ground.clock.now();
      const from = new Date(to.getTime() - 1_440 * MINUTE_MS);
      const [sums] = await sumBetween(ground.ours.pool, { slo, basis: 'event' }, [{ from, to }]);
      if (sums === undefined) throw new Error('one stretch has one sum');
      return sums;
    },
    async audited(id) {
      const { rows } = await ground.ours.pool.query<{ action: string; actor: string }>(
        `select action, actor from audit_log where subject_kind = 'slo_window' and subject_id = $1 order by seq`,
        [id],
      );
      return rows.map(({ action, actor }) => `${action} ${actor}`);
    },
  };
}
