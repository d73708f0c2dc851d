import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acknowledge } from '../../src/escalations/acknowledge.ts';
import { readEscalationOf } from '../../src/escalations/escalation-of.ts';
import { openGround, person, policy, type Ground, type Row } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const open = async () => (await ground.escalations()).filter(({ state }) => state !== 'resolved');
const now = () => ground.clock.now();

describe('what is HIGH', () => {
  test('starts one escalation a cause, worst first, a second apart', async () => {
    await ground.find({ rule: 'R20', causeKey: 'money', amountReportingMinor: 900 });
    await ground.find({ rule: 'R06', causeKey: 'account' });
    const speaker = await ground.find({ rule: 'R04', causeKey: 'account', amountReportingMinor: 500 });
    await ground.find({ rule: 'R24', class: 'MED', causeKey: 'orphan' });
    await ground.change();
    const rows = await ground.escalations();
    expect(rows.map((row) => [row.cause_key, row.severity])).toEqual([
      ['account', 'sev1'],
      ['money', 'sev2'],
    ]);
    expect(rows[0]?.subject_id).toBe(speaker);
    expect(rows[1]!.next_at!.getTime() - rows[0]!.next_at!.getTime()).toBe(1_100);
    expect(ground.pages).toMatchObject([{ action: 'trigger', dedupKey: rows[0]!.id, severity: 'critical' }]);
    await ground.change();
    expect(await ground.escalations()).toEqual(rows);
  });

  test('takes the route of its rule', async () => {
    await ground.find({ rule: 'R26' });
    await ground.change();
    expect((await open())[0]?.route.name).toBe('platform');
  });

  test('keeps a route that the policy changed meanwhile', async () => {
    await ground.find();
    await ground.change();
    const [before] = await open();
    const routes = { ...policy.escalations.routes, findings: policy.escalations.routes['audit']! };
    ground.deps.policy = { ...policy, escalations: { ...policy.escalations, routes } };
    await ground.change();
    ground.clock.advance(60_000);
    await ground.find();
    await ground.change();
    const [first, second] = await open();
    expect(first?.route).toEqual(before?.route);
    expect(second?.route.levels).toMatchObject([{ roles: ['security'] }, { roles: ['leads'] }]);
  });

  test('that returns starts a new one', async () => {
    const id = await ground.find();
    await ground.change();
    await ground.change(`update findings set state = 'resolved' where id = $1`, [id]);
    await ground.change(`update findings set state = 'open' where id = $1`, [id]);
    expect((await ground.escalations()).map(({ state }) => state).toSorted()).toEqual(['open', 'resolved']);
  });
});

describe('it is over', () => {
  test.each([
    ['when a run no longer finds it', `state = 'resolved', resolved_at = $2`, 'confirmed'],
    ['when two people accepted it', `state = 'accepted', accepted_until = $2`, 'accepted'],
    ['when it is no longer HIGH', `class = 'MED', rule = 'R24', last_seen_at = $2`, 'lowered'],
  ])('%s', async (_, change, how) => {
    const id = await ground.find();
    await ground.change();
    await ground.change(`update findings set ${change} where id = $1`, [id, now()]);
    expect(await ground.escalations()).toMatchObject([{ state: 'resolved', resolved_how: how }]);
    const { id: escalationId } = (await ground.escalations())[0]!;
    expect(await ground.climb(escalationId)).toBeNull();
    expect(await ground.steps(escalationId)).toEqual([]);
  });

  test('only once a run confirms what a person closed', async () => {
    const id = await ground.find();
    await ground.change();
    await ground.change(`update findings set state = 'resolved', closed_by = 'person:U1' where id = $1`, [
      id,
    ]);
    expect(await open()).toHaveLength(1);
    await ground.change(`update findings set confirmed_at = $2 where id = $1`, [id, now()]);
    expect(await open()).toEqual([]);
  });

  test('not while another HIGH of its cause is open, which then speaks', async () => {
    const first = await ground.find({ rule: 'R04', causeKey: 'account' });
    const second = await ground.find({ rule: 'R20', causeKey: 'account' });
    await ground.change();
    await ground.change(`update findings set state = 'resolved' where id = $1`, [first]);
    expect(await open()).toMatchObject([{ subject_id: second, severity: 'sev1' }]);
  });
});

describe('what gets worse', () => {
  test('says so, pages, and has less time', async () => {
    await ground.find({ rule: 'R20', causeKey: 'account' });
    await ground.change();
    const { id, next_at: firstAt } = (await open())[0]! as Row & { next_at: Date };
    ground.clock.set(firstAt);
    await ground.climb(id);
    expect((await open())[0]?.next_at?.getTime()).toBe(firstAt.getTime() + 60 * 60_000);
    await ground.find({ rule: 'R01', causeKey: 'account' });
    await ground.change();
    expect(await open()).toMatchObject([{ severity: 'sev1' }]);
    expect((await open())[0]?.next_at?.getTime()).toBe(firstAt.getTime() + 15 * 60_000);
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger']);
  });
});

describe('the opening balance', () => {
  test('is one escalation, until it is adopted', async () => {
    await ground.find({ opening: true });
    await ground.find({ opening: true });
    await ground.find({ opening: true, class: 'MED', rule: 'R24' });
    await ground.change();
    expect(await open()).toMatchObject([{ cause_key: 'opening', severity: 'sev1' }]);
    await ground.change(`update findings set adopted_at = $1 where opening`, [now()]);
    expect(await ground.escalations()).toMatchObject([{ state: 'resolved', resolved_how: 'adopted' }]);
    await ground.find({ opening: true });
    await ground.change();
    expect(await open()).toMatchObject([{ cause_key: 'opening' }]);
  });
});

describe('a flood', () => {
  const most = (count: number): void => {
    ground.deps.policy = { ...policy, escalations: { ...policy.escalations, most_at_once: count } };
  };

  test('is told singly up to a number, the rest together', async () => {
    most(2);
    for (let amount = 1; amount <= 5; amount += 1) {
      await ground.find({ rule: 'R20', causeKey: `c${amount}`, amountReportingMinor: amount });
    }
    await ground.change();
    expect((await open()).map((row) => row.cause_key).toSorted()).toEqual(['c4', 'c5', 'many:2026-01-15']);
    await ground.change();
    expect(await open()).toHaveLength(3);
    expect(await readEscalationOf(ground.ours.pool, 'c1')).toMatchObject({ state: 'open', level: 0 });
  });

  test('grows while it is open, and ends with its last cause', async () => {
    most(1);
    for (const causeKey of ['a', 'b', 'c', 'd']) await ground.find({ causeKey });
    await ground.change();
    for (const causeKey of ['e', 'f', 'g']) await ground.find({ causeKey });
    await ground.change();
    expect((await open()).filter((row) => row.cause_key.startsWith('many'))).toHaveLength(1);
    const { rows } = await ground.ours.pool.query('select cause_key from escalation_causes');
    expect(rows).toHaveLength(5);
    const [first] = rows as { cause_key: string }[];
    await ground.change(`update findings set state = 'resolved' where cause_key <> $1`, [first!.cause_key]);
    expect(await open()).toMatchObject([{ cause_key: 'many:2026-01-15' }]);
    await ground.change(`update findings set state = 'resolved'`);
    expect(await open()).toEqual([]);
  });

  test('of 10,000 findings is followed within two seconds', async () => {
    await ground.ours.pool.query(
      `insert into findings (id, key, rule, tenant_id, subject_kind, subject_id, class, action, evidence, cause_key,
              occurred_at, state, first_seen_at, last_seen_at)
       select gen_random_uuid(), i, 'R01', 'anadolu', 'account', i, 'HIGH', 'escalate', '{}', i, $1, 'open', $1, $1
         from generate_series(1, 10000) as i`,
      [now()],
    );
    const begunAt = performance.now();
    await ground.change();
    const firstMs = performance.now() - begunAt;
    await ground.change();
    const againMs = performance.now() - begunAt - firstMs;
    expect(await open()).toHaveLength(101);
    expect([firstMs, againMs].map((ms) => ms < 2_000)).toEqual([true, true]);
  });
});

describe('a level that reaches nobody', () => {
  const first = async () => (await open())[0]!;

  test('is passed over at once, and said so', async () => {
    await ground.ours.pool.query(`update user_groups set user_ids = '{}' where handle = 'finance-ops'`);
    await ground.find();
    await ground.change();
    await ground.climb((await first()).id);
    expect(await ground.steps((await first()).id)).toMatchObject([
      { round: 1, level: 1, passedOver: 'nobody', told: null },
      {
        round: 1,
        level: 2,
        passedOver: null,
        stepNo: 0,
        told: { users: [expect.any(String), expect.any(String)] },
      },
    ]);
  });

  test('is told in words when nobody is anywhere', async () => {
    await ground.ours.pool.query(`update user_groups set user_ids = '{}'`);
    await ground.find({ rule: 'R20' });
    await ground.change();
    await ground.climb((await first()).id);
    const steps = await ground.steps((await first()).id);
    expect(steps.filter(({ told }) => told !== null)).toMatchObject([{ round: 2, told: { users: [] } }]);
    expect(ground.pages).toMatchObject([{ action: 'trigger', severity: 'error' }]);
  });

  test('counts deactivated people as nobody', async () => {
    await ground.ours.pool.query(
      `insert into people (user_id, team_id, name, real_name, is_deleted, is_guest, is_stranger, is_bot, checked_at)
       select unnest(user_ids), 'T1', 'x', 'x', true, false, false, false, clock_timestamp()
         from user_groups where handle = 'finance-ops'`,
    );
    await ground.find();
    await ground.change();
    await ground.climb((await first()).id);
    expect(await ground.steps((await first()).id)).toMatchObject([{ passedOver: 'nobody' }, { level: 2 }]);
  });

  test('is told without mention while the groups are unread', async () => {
    await ground.ours.pool.query('update role_snapshot set groups_read_at = null');
    await ground.find();
    await ground.change();
    await ground.climb((await first()).id);
    expect(await ground.steps((await first()).id)).toMatchObject([
      { level: 1, told: { users: [], groups: [] } },
    ]);
  });

  test('of many people is mentioned as a group', async () => {
    const many = Array.from({ length: 9 }, (_, index) => `U0000MANY${index}`);
    await ground.ours.pool.query(`update user_groups set user_ids = $1 where handle = 'finance-ops'`, [many]);
    await ground.find();
    await ground.change();
    await ground.climb((await first()).id);
    expect(await ground.steps((await first()).id)).toMatchObject([
      { told: { users: [], groups: ['SFINANCEOPS'] } },
    ]);
  });
});

describe('at night', () => {
  test('Sev-3 waits for the morning, payouts do not', async () => {
    ground.clock.set('2026-01-15T23:00:00+03:00');
    const { startForFinding } = await import('../../src/escalations/start-for-finding.ts');
    const quiet = await ground.find({ rule: 'R24', class: 'MED' });
    const payout = await ground.find({ rule: 'R21', class: 'MED', family: 'payout' });
    for (const findingId of [quiet, payout])
      await startForFinding(ground.deps, now(), { findingId, person: person('OPS1') });
    const rows = await open();
    const firstAt = (id: string) => rows.find(({ subject_id: about }) => about === id)?.next_at;
    expect(firstAt(quiet)).toEqual(new Date('2026-01-16T08:00:00+03:00'));
    expect(firstAt(payout)).toEqual(now());
  });
});

test('a climb in vain stands in #incidents once, and pages each time', async () => {
  await ground.find({ rule: 'R20' });
  await ground.change();
  const { id } = (await open())[0]!;
  let at: Date | null = (await ground.climb(id)) ?? null;
  for (let told = 0; told < 6; told += 1) {
    ground.clock.set(at!);
    at = await ground.climb(id);
  }
  expect((await ground.steps(id)).map(({ round, level }) => `${round}.${level}`)).toEqual([
    '1.1',
    '1.2',
    '1.3',
    '2.1',
    '2.2',
    '2.3',
    '3.1',
  ]);
  expect(await ground.cards('incident')).toHaveLength(1);
  expect(await ground.cards('escalation')).toEqual([id]);
  expect(await ground.cards('escalation_step')).toHaveLength(6);
  expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'trigger']);
  expect(await acknowledge(ground.deps, now(), { id, person: person('SECURITY1') })).toMatchObject({
    ok: true,
  });
});
