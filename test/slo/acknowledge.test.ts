import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge } from '../../src/escalations/acknowledge.ts';
import type { UserId } from '../../src/ids.ts';
import { ROLES, type Role } from '../../src/people/types.ts';
import { acknowledgeBurn, type BurnOutcome } from '../../src/slo/acknowledge.ts';
import { loadBurn } from '../../src/slo/load-burn.ts';
import type { Episode } from '../../src/slo/types.ts';
import { openJudgeGround, plus, START, type JudgeGround } from './judge-ground.ts';

let ground: JudgeGround;
beforeAll(async () => {
  ground = await openJudgeGround();
});
afterAll(() => ground.close());

let episode: Episode;
beforeEach(async () => {
  await ground.calm();
  ground.only('page-fast');
  await ground.minutes(START, 10, 100);
  await ground.judge(plus(START, 10));
  episode = (await ground.episodes())[0]!;
});

const someone = (userId: string, role: Role | null = 'sre') => ({
  userId: userId as UserId,
  roles: new Set(role === null ? [] : [role]),
});

async function take(userId: string, role: Role | null = 'sre', id = episode.id): Promise<BurnOutcome> {
  const deps = { ...ground.deps, escalations: ground.escalations };
  return await acknowledgeBurn(deps, ground.clock.now(), { id, person: someone(userId, role) });
}

const load = async () =>
  await loadBurn(ground.ours.pool, episode.id, { policy: ground.deps.policy, slos: ground.deps.slos });

async function rows<T extends object>(sql: string): Promise<T[]> {
  return (await ground.ours.pool.query<T>(sql)).rows;
}

describe('acknowledging a burn', () => {
  it.each([...ROLES, null])('is for those who answer: %s', async (role) => {
    const outcome = await take('U1', role);
    const may = role !== null && role !== 'security';
    expect(outcome.ok).toBe(may);
    expect(await load()).toMatchObject({ answered: may ? { by: 'U1' } : null });
    if (!may) expect(outcome).toMatchObject({ refusal: { why: 'not_yours' } });
  });

  it('takes its escalation, which climbs no further', async () => {
    await take('U1');
    expect(await rows(`select state, acknowledged_by from escalations`)).toEqual([
      { state: 'acknowledged', acknowledged_by: 'U1' },
    ]);
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'acknowledge']);
    const audited = await rows<{ action: string }>(`select action from audit_log order by seq desc limit 2`);
    expect(audited.map(({ action }) => action)).toEqual([
      'escalation.acknowledged',
      'slo_episode.acknowledged',
    ]);
  });

  it('twice is refused, with who was first', async () => {
    await take('U1');
    expect(await take('U2')).toMatchObject({ ok: false, refusal: { why: 'acknowledged', by: 'U1' } });
    expect(await take('U1')).toMatchObject({ ok: false, refusal: { why: 'acknowledged', by: 'U1' } });
  });

  it('by two at once is won by one', async () => {
    const outcomes = await Promise.all(['U1', 'U2', 'U3'].map((id) => take(id)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const audited = await rows(`select from audit_log where action = 'slo_episode.acknowledged'
      and subject_id = '${episode.id}'`);
    expect(audited).toHaveLength(1);
  });

  it('of what is over, or was never there, is refused', async () => {
    await ground.minutes(plus(START, 10), 10, 0);
    await ground.judge(plus(START, 20));
    expect(await take('U1')).toMatchObject({ refusal: { why: 'over', at: plus(START, 15) } });
    expect(await take('U1', 'sre', 'forged')).toMatchObject({ refusal: { why: 'not_found' } });
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await take('U1', 'sre', unknown)).toMatchObject({ refusal: { why: 'not_found' } });
  });

  it('meets judging at the same moment, and both stand', async () => {
    await ground.minutes(plus(START, 10), 3, 100);
    await Promise.all([take('U1'), ground.judge(plus(START, 13)), take('U2')]);
    expect(await ground.episodes()).toMatchObject([{ state: 'burning', bad: 1_300 }]);
    expect((await load())?.answered).not.toBeNull();
  });
});

describe('who has it', () => {
  it('is whoever took the escalation', async () => {
    const [{ id } = { id: '' }] = await ground.escalated();
    await acknowledge(ground.escalations, ground.clock.now(), { id, person: someone('U9') });
    expect(await load()).toMatchObject({ answered: { by: 'U9' } });
    expect(await take('U1')).toMatchObject({ refusal: { why: 'acknowledged', by: 'U9' } });
  });

  it('is still told when it is over', async () => {
    await take('U1');
    await ground.minutes(plus(START, 10), 10, 0);
    await ground.judge(plus(START, 20));
    expect(await load()).toMatchObject({ episode: { state: 'recovered' }, answered: { by: 'U1' } });
  });

  it('is nobody when it burns again', async () => {
    await take('U1');
    await ground.minutes(plus(START, 10), 10, 0);
    await ground.judge(plus(START, 20));
    await ground.minutes(plus(START, 20), 5, 100);
    await ground.judge(plus(START, 25));
    expect(await load()).toMatchObject({ episode: { state: 'burning', id: episode.id }, answered: null });
    expect(await take('U2')).toMatchObject({ ok: true });
  });
});

describe('what the message is drawn from', () => {
  it('tells rate, budget, contributors and the way it went', async () => {
    await ground.ours.pool.query(
      `insert into slo_contributors (slo, minute, name, bad)
       select $1, $2::timestamptz + n * interval '1 minute', name, bad
         from generate_series(0, 9) n, (values ('/pay', 75), ('/login', 25)) c (name, bad)`,
      [ground.slo.name, START],
    );
    const model = await load();
    expect(model?.burn.short).toBeCloseTo(1_000, 6);
    expect(model?.burn.long).toBeCloseTo(1_000 / 6, 6);
    // 4,321,000 requests or so, of which 4,321 may fail, and 1,000 did.
    expect(model?.budgetLeft).toBeCloseTo(1 - 1_000 / 4_320, 3);
    expect(model?.contributors).toEqual([
      { name: '/pay', share: 0.75 },
      { name: '/login', share: 0.25 },
    ]);
    expect(model?.chart).toHaveLength(19);
    expect(model?.chart.at(-1)).toEqual({ from: plus(START, 9), ratio: 1 });
    expect(model?.chart[0]).toEqual({ from: plus(START, -9), ratio: 0 });
    // Three quarters of thirty days, 167 times as fast.
    expect((model?.exhaustedAt?.getTime() ?? 0) - plus(START, 10).getTime()).toBeCloseTo(
      ((model?.budgetLeft ?? 0) / (1_000 / 6)) * 30 * 86_400_000,
      -3,
    );
  });

  it('has twenty points at most, however long it lasts', async () => {
    await ground.minutes(plus(START, 10), 1_000, 50);
    await ground.judge(plus(START, 1_010));
    const model = await load();
    expect(model?.chart.length).toBeLessThanOrEqual(20);
    expect(model?.chart.length).toBeGreaterThan(15);
    expect(model?.brokenSince).toEqual(plus(START, 1_010));
    expect(model?.exhaustedAt).toBeNull();
  });

  it('is nothing once the promise is defined no more', async () => {
    const slos = { all: [], hash: '' };
    expect(await loadBurn(ground.ours.pool, episode.id, { policy: ground.deps.policy, slos })).toBeNull();
  });
});
