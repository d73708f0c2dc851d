import { describe, expect, it } from 'vitest';
import type { Override } from '../../src/overrides/types.ts';
import { MARK_PAID, useGround } from './ground.ts';

const ground = useGround();

async function why(outcome: Promise<{ ok: true } | { ok: false; refusal: { why: string } }>) {
  const settled = await outcome;
  return settled.ok ? 'taken' : settled.refusal.why;
}

/** Approved by one, and void since the amount changed. */
async function makeVoid(): Promise<Override> {
  await ground.add('tx', { amount: '2000' });
  const override = await ground.asked('tx');
  await ground.approve(override, 'UMAN1');
  await ground.finance.pool.query(`update finance.transactions set amount = 2001`);
  await ground.approve(override, 'UMAN2');
  return override;
}

describe('renewing', () => {
  it('opens a new version of what is there now, without a vote', async () => {
    const override = await makeVoid();
    ground.clock.advance(60_000);
    expect(await why(ground.renew(override))).toBe('taken');
    const [first, second] = await ground.versions(override);
    expect(await ground.read(override)).toMatchObject({ state: 'open', version: 2, amountMinor: 200_100n });
    expect(second).toMatchObject({ openedAt: ground.clock.now(), quorum: { sumReportingMinor: '200100' } });
    expect(second?.requestHash).not.toBe(first?.requestHash);
    expect(second?.expiresAt).not.toEqual(first?.expiresAt);
    const renewed = await ground.read(override);
    expect(await ground.approve(renewed, 'UMAN2')).toMatchObject({ reached: false, approvals: 1 });
    expect(await ground.approve(renewed, 'UMAN1')).toMatchObject({ reached: true, approvals: 2 });
    expect(await ground.actions(override)).toEqual([
      'requested',
      'approved_by',
      'voided',
      'renewed',
      'approved_by',
      'approved_by',
      'approved',
    ]);
  });

  it('is for whoever asked, by any of their ids', async () => {
    const override = await makeVoid();
    expect(await why(ground.renew(override, 'UMAN1'))).toBe('not_yours');
    expect(await why(ground.renew(override, 'UOPS1B'))).toBe('taken');
  });

  it('twice at once is one new version', async () => {
    const override = await makeVoid();
    const outcomes = await Promise.all([why(ground.renew(override)), why(ground.renew(override))]);
    expect(outcomes.toSorted()).toEqual(['renewed', 'taken']);
    expect(await ground.versions(override)).toHaveLength(2);
  });

  it('is refused for what is not void, and for what does not hold any more', async () => {
    await ground.add('tx2');
    expect(await why(ground.renew(await ground.asked('tx2')))).toBe('renewed');
    const override = await makeVoid();
    await ground.move('tx', 'paid');
    expect(await why(ground.renew(override))).toBe('not_offered');
    await ground.cancel(override);
    expect(await why(ground.renew(override))).toBe('decided');
  });

  it('is refused once the void version has expired', async () => {
    const override = await makeVoid();
    const [version] = await ground.versions(override);
    ground.clock.set(version?.expiresAt ?? '');
    expect(await why(ground.renew(override))).toBe('expired');
    await ground.runOnce(override);
    expect((await ground.read(override)).state).toBe('expired');
  });

  it('is held to the rules of now', async () => {
    await ground.add('tx', { amount: '2000' });
    const override = await ground.asked('tx', { choice: MARK_PAID, evidence: 'receipt' });
    await ground.finance.pool.query(`update finance.transactions set amount = 10000`);
    await ground.approve(override, 'UMAN1');
    await ground.renew(override);
    expect((await ground.versions(override))[1]?.quorum).toMatchObject({ needed: 2, leads: 1 });
  });
});

describe('canceling', () => {
  it.each(['open', 'void', 'approved'])('ends what is %s', async (state) => {
    let override = await makeVoid();
    if (state !== 'void') {
      await ground.renew(override);
      override = await ground.read(override);
    }
    if (state === 'approved') for (const id of ['UMAN1', 'UMAN2']) await ground.approve(override, id);
    expect((await ground.read(override)).state).toBe(state);
    expect(await why(ground.cancel(override))).toBe('taken');
    expect(await ground.read(override)).toMatchObject({ state: 'canceled', overBy: 'person:UOPS1' });
    await ground.drive(override);
    expect(ground.platform.effects).toEqual([]);
    expect((await ground.read(override)).state).toBe('canceled');
  });

  it('is for whoever asked', async () => {
    await ground.add('tx');
    expect(await why(ground.cancel(await ground.asked('tx'), 'UMAN1'))).toBe('not_yours');
  });

  it('comes too late once it was begun', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    await ground.approve(override, 'UMAN1');
    await ground.runOnce(override);
    expect((await ground.read(override)).state).toBe('executing');
    expect(await why(ground.cancel(override))).toBe('decided');
  });

  it('races with its execution: either nothing is done or it is not canceled', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = `race${round}`;
      await ground.add(id);
      const override = await ground.asked(id);
      await ground.approve(override, 'UMAN1');
      const before = ground.platform.effects.length;
      await Promise.all([ground.runOnce(override), ground.cancel(override, 'UOPS1', ground.other)]);
      const { state } = await ground.drive(override);
      expect(ground.platform.effects.length - before).toBe(state === 'executed' ? 1 : 0);
      expect(['executed', 'canceled']).toContain(state);
    }
  });
});
