import { describe, expect, it } from 'vitest';
import { policyWith } from './cast.ts';
import { MARK_PAID, REJECT, useGround } from './ground.ts';
import type { Override } from '../../src/overrides/types.ts';
import { AppError } from '../../src/errors.ts';

const ground = useGround();
const EVIDENCE = { choice: MARK_PAID, evidence: 'https://bank.example/receipt' };

async function why(outcome: Promise<{ ok: true } | { ok: false; refusal: { why: string } }>) {
  const settled = await outcome;
  return settled.ok ? 'taken' : settled.refusal.why;
}

async function small(): Promise<Override> {
  await ground.add('tx');
  return await ground.asked('tx');
}

async function two(): Promise<Override> {
  await ground.add('tx', { amount: '2000' });
  return await ground.asked('tx');
}

describe('an approval', () => {
  it('is enough under the first tier, and has it carried out', async () => {
    const override = await small();
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({
      ok: true,
      reached: true,
      approvals: 1,
      needed: 1,
    });
    expect(await ground.read(override)).toMatchObject({
      state: 'approved',
      approvedAt: ground.clock.now(),
    });
    expect(await ground.actions(override)).toEqual(['requested', 'approved_by', 'approved']);
    expect(await ground.notices(override)).toEqual(['1 approved']);
    const { rows } = await ground.ours.pool.query(`select due_at from tasks where key = $1`, [
      `override:${override.id}`,
    ]);
    expect(rows).toEqual([{ due_at: ground.clock.now() }]);
  });

  it('of the first of two keeps it open', async () => {
    const override = await two();
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({
      reached: false,
      approvals: 1,
      needed: 2,
    });
    expect(await ground.approve(override, 'UMAN2')).toMatchObject({ reached: true, approvals: 2, needed: 2 });
    expect((await ground.votes(override)).map(({ personKey, role }) => [personKey, role])).toEqual([
      ['manager1', 'managers'],
      ['manager2', 'managers'],
    ]);
  });

  it('clicked twice, on two processes at once, is one vote', async () => {
    const override = await two();
    const outcomes = await Promise.all([
      why(ground.approve(override, 'UMAN1')),
      why(ground.approve(override, 'UMAN1', { pool: ground.other })),
    ]);
    expect(outcomes.toSorted()).toEqual(['taken', 'voted']);
    expect(await ground.votes(override)).toHaveLength(1);
    expect((await ground.read(override)).state).toBe('open');
  });

  it('of two managers in the same moment on two processes reaches it once, by two votes', async () => {
    const override = await two();
    const outcomes = await Promise.all([
      ground.approve(override, 'UMAN1'),
      ground.approve(override, 'UMAN2', { pool: ground.other }),
    ]);
    expect(outcomes.filter((outcome) => outcome.ok && outcome.reached)).toHaveLength(1);
    expect(await ground.votes(override)).toHaveLength(2);
    expect((await ground.actions(override)).filter((action) => action === 'approved')).toHaveLength(1);
    const done = await ground.drive(override);
    expect(done.state).toBe('executed');
    expect(ground.platform.effects).toHaveLength(1);
  });

  it('for 10,000 is not reached without a lead', async () => {
    await ground.add('tx', { amount: '10000' });
    const override = await ground.asked('tx');
    await ground.approve(override, 'UMAN1');
    expect(await ground.approve(override, 'UMAN2')).toMatchObject({ reached: false });
    expect(await ground.approve(override, 'ULEAD1')).toMatchObject({ reached: true });
  });

  it('of two leads at 5,000 is enough', async () => {
    await ground.add('tx', { amount: '5000' });
    const override = await ground.asked('tx');
    await ground.approve(override, 'ULEAD1');
    expect(await ground.approve(override, 'ULEAD2')).toMatchObject({ reached: true });
  });

  it('says where nobody knows whose account it is that they have no interest', async () => {
    const override = await small();
    await ground.approve(override, 'UMAN1');
    expect((await ground.votes(override))[0]?.noInterest).toBe(true);
  });
});

describe('who may not', () => {
  it.each([
    ['who asked', 'UOPS1', 'requester'],
    ['who asked, by another of their ids', 'UOPS1B', 'requester'],
    ['who holds no such role', 'UOPS2', 'not_eligible'],
  ])('%s', async (_who, userId, refusal) => {
    const override = await small();
    expect(await why(ground.approve(override, userId))).toBe(refusal);
    expect(await why(ground.reject(override, userId))).toBe(refusal);
    expect(await ground.votes(override)).toEqual([]);
  });

  it('the beneficiary', async () => {
    await ground.add('tx', { account: 'acc_own' });
    const override = await ground.asked('tx');
    expect(await why(ground.approve(override, 'UOWN'))).toBe('beneficiary');
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('taken');
  });

  it('who got the role after it was opened', async () => {
    const override = await small();
    ground.policy = policyWith((policy) => {
      policy['roles'] = { ...policy['roles'], managers: { users: ['UMAN1', 'UMAN2', 'UMAN3'] } };
    });
    expect(await why(ground.approve(override, 'UMAN3'))).toBe('role_new');
  });

  it('a deputy and whom they stand in for on one seat', async () => {
    await ground.add('tx', { amount: '2000' });
    const override = await ground.asked('tx');
    expect(await why(ground.approve(override, 'ULEAD1'))).toBe('taken');
    expect(await ground.approve(override, 'UDEP')).toMatchObject({
      refusal: { why: 'seat_taken', by: 'ULEAD1' },
    });
  });

  it('somebody whose role was lost since they voted: their vote lapses at quorum', async () => {
    const override = await two();
    await ground.approve(override, 'UMAN1');
    ground.identified.set('UMAN1', { ok: false, why: 'deactivated', locale: 'en' });
    expect(await ground.approve(override, 'UMAN2')).toMatchObject({ reached: false, approvals: 1 });
    expect(await ground.actions(override)).toContain('vote_lapsed');
    const { rows } = await ground.ours.pool.query<{ actor: string; data: string }>(
      `select actor, data from audit_log where action = 'override.vote_lapsed' and subject_id = $1`,
      [override.id],
    );
    expect(rows.map(({ actor, data }) => [actor, JSON.parse(data)])).toMatchObject([
      ['job:override', { voter: 'person:UMAN1', role: 'managers' }],
    ]);
    expect((await ground.votes(override)).map(({ lapsedAt }) => lapsedAt)).toEqual([
      ground.clock.now(),
      null,
    ]);
    expect(await ground.approve(override, 'ULEAD1')).toMatchObject({ reached: true, approvals: 2 });
  });

  it('anybody, while it can not be read whether earlier voters still may', async () => {
    const override = await two();
    await ground.approve(override, 'UMAN1');
    ground.identified.set('UMAN1', { ok: false, why: 'unreadable', locale: 'en' });
    expect(await why(ground.approve(override, 'UMAN2'))).toBe('roles_unread');
    expect(await ground.votes(override)).toHaveLength(1);
    ground.identified.clear();
    expect(await ground.approve(override, 'UMAN2')).toMatchObject({ reached: true });
  });
});

describe('the stricter rule holds', () => {
  it('when the policy changed while it was open', async () => {
    const override = await small();
    ground.policy = policyWith((policy) => {
      policy['overrides'] = { ...policy['overrides'], two_from: '100' };
    });
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ reached: false, needed: 2 });
    ground.policy = policyWith();
    expect(await ground.approve(override, 'UMAN2')).toMatchObject({ reached: true, needed: 2 });
  });

  it('when another of the same account was asked for meanwhile', async () => {
    await ground.add('tx1', { amount: '999', account: 'acc' });
    await ground.add('tx2', { amount: '999', account: 'acc' });
    const first = await ground.asked('tx1');
    await ground.asked('tx2');
    expect(await ground.approve(first, 'UMAN1')).toMatchObject({ reached: false, needed: 2 });
  });

  it('for what was executed up to 24 hours ago, and not a moment longer', async () => {
    await ground.add('tx1', { amount: '999', account: 'acc' });
    const first = await ground.asked('tx1');
    await ground.approve(first, 'UMAN1');
    const { overAt } = await ground.drive(first);
    ground.clock.set(new Date((overAt?.getTime() ?? 0) + 24 * 3_600_000));
    await ground.add('tx2', { amount: '999', account: 'acc' });
    const second = await ground.asked('tx2');
    expect((await ground.versions(second))[0]?.quorum.others).toBe(1);
    await ground.cancel(second);
    ground.clock.advance(1);
    await ground.add('tx3', { amount: '999', account: 'acc' });
    expect((await ground.versions(await ground.asked('tx3')))[0]?.quorum.others).toBe(0);
  });
});

describe('a vote binds to what was seen', () => {
  it.each([
    ['the state', `update finance.transactions set state = 'paid'`, 'state'],
    ['the amount', `update finance.transactions set amount = 451`, 'amount'],
    ['the payee', `update finance.transactions set payee_ref = 'another'`, 'payee'],
    ['an attempt', `update finance.payout_attempts set provider_ref = 'another'`, 'attempts'],
  ])('%s changed: it is void, and nobody has voted', async (_what, sql, what) => {
    const override = await small();
    await ground.finance.pool.query(sql);
    const outcome = await ground.approve(override, 'UMAN1');
    expect(outcome).toMatchObject({ ok: false, refusal: { why: 'changed' } });
    expect(await ground.read(override)).toMatchObject({ state: 'void', approvedAt: null });
    expect(await ground.votes(override)).toEqual([]);
    expect(await ground.notices(override)).toEqual(['1 voided']);
    expect(await ground.actions(override)).toEqual(['requested', 'voided']);
    const [version] = await ground.versions(override);
    expect(version?.changes?.map((change) => change.what)).toContain(what);
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('changed');
  });

  it('what makes it right holds no more: it is void', async () => {
    const override = await small();
    await ground.ours.pool.query(`update provider_answers set answer = 'succeeded'`);
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({
      refusal: { why: 'changed', changes: [{ what: 'condition', after: expect.stringContaining('') }] },
    });
  });

  it('an answer that is old proves as much as when it was asked for', async () => {
    const override = await small();
    ground.clock.advance(3 * 3_600_000);
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('taken');
  });

  it('the payment is gone', async () => {
    const override = await small();
    await ground.finance.pool.query('delete from finance.transactions');
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({
      refusal: { why: 'changed', changes: [{ what: 'gone' }] },
    });
  });

  it('nobody votes while the money can not be read', async () => {
    const override = await small();
    ground.financeFault = new AppError('finance_unavailable', 'gone', { retryable: true });
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('unreadable');
    expect((await ground.read(override)).state).toBe('open');
  });

  it('the card of an earlier version decides nothing', async () => {
    await ground.add('tx', { amount: '2000' });
    const override = await ground.asked('tx');
    await ground.finance.pool.query(`update finance.transactions set amount = 2001`);
    await ground.approve(override, 'UMAN1');
    await ground.renew(override);
    expect(await ground.approve(override, 'UMAN1', { version: 1 })).toMatchObject({
      refusal: { why: 'renewed', version: 2 },
    });
    expect(await why(ground.reject(override, 'UMAN1'))).toBe('renewed');
  });

  it('whoever may not vote makes nothing void', async () => {
    const override = await small();
    await ground.finance.pool.query(`update finance.transactions set amount = 451`);
    expect(await why(ground.approve(override, 'UOPS2'))).toBe('not_eligible');
    expect((await ground.read(override)).state).toBe('open');
  });
});

describe('time and ends', () => {
  it('no vote counts from the moment of expiry on', async () => {
    const override = await small();
    ground.clock.set('2026-01-15T09:59:59.999Z');
    const at = ground.clock.now();
    const { expiresAt } = (await ground.versions(override))[0] ?? {};
    ground.clock.set(expiresAt ?? at);
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('expired');
    expect(await why(ground.reject(override, 'UMAN1'))).toBe('expired');
    ground.clock.set(at);
    expect(await why(ground.approve(override, 'UMAN1'))).toBe('taken');
  });

  it('one rejection ends it, with its words', async () => {
    const override = await two();
    await ground.approve(override, 'UMAN1');
    expect(await why(ground.reject(override, 'UMAN2', 'No proof'))).toBe('taken');
    expect(await ground.read(override)).toMatchObject({
      state: 'rejected',
      overBy: 'person:UMAN2',
      overReason: 'No proof',
    });
    expect(await ground.notices(override)).toEqual(['1 rejected']);
    expect(await why(ground.approve(override, 'ULEAD1'))).toBe('decided');
  });

  it('a rejection says why', async () => {
    const override = await small();
    expect(await why(ground.reject(override, 'UMAN1', ' '))).toBe('reason_missing');
  });

  it('of an approval and a rejection at once one decides', async () => {
    const override = await small();
    const outcomes = await Promise.all([
      why(ground.approve(override, 'UMAN1', { pool: ground.other })),
      why(ground.reject(override, 'UMAN2')),
    ]);
    expect(outcomes.toSorted()).toEqual(['decided', 'taken']);
  });

  it('an approval after a cancel, and the other way round', async () => {
    const override = await small();
    const outcomes = await Promise.all([
      why(ground.approve(override, 'UMAN1', { pool: ground.other })),
      why(ground.cancel(override)),
    ]);
    const { state } = await ground.read(override);
    expect(state).toBe('canceled');
    expect(outcomes[1]).toBe('taken');
    expect(['taken', 'decided']).toContain(outcomes[0]);
  });

  it('mark paid needs two whatever the amount', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx', EVIDENCE);
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ reached: false, needed: 2 });
    expect(REJECT.target).not.toBe(override.target);
  });
});
