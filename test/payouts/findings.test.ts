import { expect, test } from 'vitest';
import { useGround } from './ground.ts';

const MINUTE_MS = 60_000;
const ground = useGround();
const escalations = async () =>
  (await ground.ours.pool.query('select severity, state, started_by from escalations')).rows;

test('stuck for 2 h is HIGH and escalated by itself', async () => {
  await ground.add('t1', { state: 'processing', since: 31 });
  await ground.check();
  expect(await ground.findings('t1')).toEqual([{ rule: 'R19', class: 'LOW', state: 'open' }]);
  expect(await escalations()).toEqual([]);
  ground.clock.advance(89 * MINUTE_MS);
  await ground.check();
  expect(await ground.findings('t1')).toMatchObject([{ rule: 'R19' }]);
  ground.clock.advance(1);
  await ground.check();
  expect(await ground.findings('t1')).toEqual([{ rule: 'R20', class: 'HIGH', state: 'open' }]);
  expect(await ground.only('t1')).toMatchObject({ rule: 'R20', class: 'HIGH', action: 'escalate' });
  expect(await escalations()).toEqual([{ severity: 'sev2', state: 'open', started_by: 'rule:R20' }]);
  expect((await ground.cards('payout'))[0]?.version).toBe(2);
});

test('failed and asked for over 24 h ago is escalated', async () => {
  await ground.add('t1', { since: 5, requested: 24 * 60 + 1 });
  await ground.check();
  expect(await ground.findings('t1')).toEqual([{ rule: 'R23', class: 'HIGH', state: 'open' }]);
  expect(await escalations()).toHaveLength(1);
});

test('what has moved on is resolved, with its escalation', async () => {
  await ground.add('t1', { state: 'processing', since: 121 });
  await ground.check();
  ground.clock.advance(MINUTE_MS);
  await ground.move('t1', 'paid', { n: 1, status: 'succeeded' });
  await ground.check();
  expect(await ground.findings('t1')).toEqual([{ rule: 'R20', class: 'HIGH', state: 'resolved' }]);
  expect(await escalations()).toMatchObject([{ state: 'resolved' }]);
});

test('a look at one payout leaves the others alone', async () => {
  await ground.add('t1');
  await ground.add('t2');
  await ground.check();
  ground.clock.advance(MINUTE_MS);
  await ground.move('t1', 'paid');
  await ground.move('t2', 'paid');
  await ground.look('t1');
  expect(await ground.findings('t1')).toMatchObject([{ state: 'resolved' }]);
  expect(await ground.findings('t2')).toMatchObject([{ state: 'open' }]);
  expect(await ground.only('t2')).toMatchObject({ state: 'open' });
});

test('what a person closed stays closed until it is worse', async () => {
  await ground.add('t1', { state: 'processing', since: 40 });
  await ground.check();
  await ground.ours.pool.query(
    `update findings set state = 'resolved', resolved_at = $1, closed_by = 'person:U1', closed_reason = 'other', closed_at = $1`,
    [ground.clock.now()],
  );
  ground.clock.advance(MINUTE_MS);
  await ground.check();
  expect(await ground.findings('t1')).toMatchObject([{ state: 'resolved' }]);
  ground.clock.advance(90 * MINUTE_MS);
  await ground.check();
  expect(await ground.findings('t1')).toEqual([{ rule: 'R20', class: 'HIGH', state: 'open' }]);
});

test('stuck deposits have findings and no message', async () => {
  await ground.finance.pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
            requested_at, state_since, updated_at)
     select 'd1', 'anadolu', 'a', 'deposit', 'pending_provider', 10, 'USD', 'bati', t, t, t, t from (select $1::timestamptz t) at`,
    [new Date(ground.clock.now().getTime() - 61 * MINUTE_MS)],
  );
  await ground.check();
  const read = async () => (await ground.ours.pool.query('select rule, family, state from findings')).rows;
  expect(await read()).toEqual([{ rule: 'R19', family: 'deposit', state: 'open' }]);
  expect(await ground.payouts()).toEqual([]);
  ground.clock.advance(MINUTE_MS);
  await ground.finance.pool.query(`update finance.transactions set state = 'completed'`);
  await ground.check();
  expect(await read()).toEqual([{ rule: 'R19', family: 'deposit', state: 'resolved' }]);
});

test('a finding is not rewritten while nothing changes', async () => {
  await ground.add('t1');
  await ground.check();
  const count = async () => (await ground.actions()).length;
  const before = await count();
  ground.clock.advance(5 * MINUTE_MS);
  await ground.check();
  expect(await count()).toBe(before);
});

test('the message shows anew how its escalation goes', async () => {
  await ground.add('t1', { state: 'processing', since: 121 });
  await ground.check();
  const version = async () => (await ground.cards('payout'))[0]?.version;
  ground.clock.advance(2 * MINUTE_MS);
  await ground.ours.pool.query(`update escalations set acknowledged_at = $1`, [ground.clock.now()]);
  ground.clock.advance(3 * MINUTE_MS);
  await ground.check();
  expect(await version()).toBe(2);
  ground.clock.advance(5 * MINUTE_MS);
  await ground.check();
  expect(await version()).toBe(2);
});
