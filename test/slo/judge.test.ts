import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadBurn } from '../../src/slo/load-burn.ts';
import { makePayoutSlo } from './ground.ts';
import { openJudgeGround, plus, START, type JudgeGround } from './judge-ground.ts';

let ground: JudgeGround;
beforeAll(async () => {
  ground = await openJudgeGround();
});
afterAll(() => ground.close());
beforeEach(() => ground.calm());

/** An outage of so many minutes from `from` on, and a calm hour or more after it. */
async function outage(from: number, length: number, calmAfter = 0): Promise<void> {
  await ground.minutes(plus(START, from), length, 100);
  await ground.minutes(plus(START, from + length), calmAfter, 0);
}

const load = async (id: string) =>
  await loadBurn(ground.ours.pool, id, { policy: ground.deps.policy, slos: ground.deps.slos });

describe('a fast burn', () => {
  it('opens one episode, with its card and escalation', async () => {
    await outage(0, 2);
    await ground.judge(plus(START, 2), plus(START, 3));
    const [episode, ...more] = await ground.episodes();
    expect(more).toEqual([]);
    // The minute's own time, not that of judging it.
    expect(episode).toMatchObject({
      state: 'burning',
      tier: 'page-fast',
      level: 'page',
      openedAt: plus(START, 1),
      history: [{ what: 'opened', tier: 'page-fast', at: plus(START, 1).toISOString() }],
    });
    expect(await ground.cards()).toMatchObject([{ subject_id: episode?.id, not_before: plus(START, 3) }]);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev1', state: 'open', what: 'burn' }]);
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger']);
    expect((await ground.audited()).at(-1)).toBe('slo_episode.opened');
  });

  it('eases, and settles when no page is on', async () => {
    await outage(0, 10, 400);
    await ground.judge(plus(START, 10));
    await ground.judge(plus(START, 16));
    expect((await ground.episodes())[0]).toMatchObject({ tier: 'page-slow', level: 'page' });
    expect(await ground.escalated()).toMatchObject([{ state: 'open' }]);
    await ground.judge(plus(START, 41));
    expect((await ground.episodes())[0]).toMatchObject({ tier: 'ticket', level: 'ticket' });
    expect(await ground.escalated()).toMatchObject([{ state: 'resolved' }]);
    expect(ground.pages.map(({ action }) => action)).toEqual(['trigger', 'resolve']);
    await ground.judge(plus(START, 400));
    const [episode] = await ground.episodes();
    expect(episode).toMatchObject({ state: 'recovered', worstTier: 'page-fast', bad: 1_000 });
    expect(episode?.history.map(({ what }) => what)).toEqual(['opened', 'eased', 'eased', 'recovered']);
  });

  it('that is reopened escalates anew, on the same card', async () => {
    ground.only('page-fast');
    await outage(0, 5, 30);
    await ground.judge(plus(START, 5));
    await ground.judge(plus(START, 30));
    await outage(30, 5);
    await ground.judge(plus(START, 35));
    const episodes = await ground.episodes();
    expect(episodes).toHaveLength(1);
    expect(episodes[0]?.history.map(({ what }) => what)).toEqual(['opened', 'recovered', 'reopened']);
    expect(await ground.cards()).toHaveLength(1);
    expect(await ground.escalated()).toMatchObject([{ state: 'resolved' }, { state: 'open' }]);
  });

  it('shows new figures every five minutes', async () => {
    await outage(0, 20);
    await ground.judge(plus(START, 6));
    const versions: number[] = [];
    for (const minute of [7, 8, 9, 10, 11, 12]) {
      await ground.judge(plus(START, minute));
      versions.push((await ground.cards())[0]?.wanted_version ?? 0);
    }
    expect(new Set(versions).size).toBe(2);
    expect(versions[3]).toBe((versions[2] ?? 0) + 1);
  });
});

describe('judging', () => {
  it('twice changes nothing', async () => {
    await outage(0, 10);
    await ground.judge(plus(START, 10));
    const before = [await ground.episodes(), await ground.audited(), await ground.cards()];
    await ground.judge(plus(START, 10));
    await ground.judge(plus(START, 7));
    expect([await ground.episodes(), await ground.audited(), await ground.cards()]).toEqual(before);
  });

  it('minute by minute comes to the same as at once', async () => {
    const parts = async () => {
      ground.only('page-fast', 'page-slow');
      await outage(0, 12, 30);
      await ground.minutes(plus(START, 42), 20, 3);
      await ground.minutes(plus(START, 62), 60, 0);
    };
    await parts();
    await ground.judge(plus(START, 122));
    const [{ id: _one, number: _1, ...whole } = { id: '', number: 0 }] = await ground.episodes();
    await ground.calm();
    await parts();
    for (let minute = 1; minute <= 122; minute += 1) await ground.judge(plus(START, minute));
    const [{ id: _other, number: _2, ...stepwise } = { id: '', number: 0 }] = await ground.episodes();
    expect(stepwise).toEqual(whole);
  });

  it('by two at once is done once', async () => {
    await outage(0, 10);
    await Promise.all([1, 2, 3].map(() => ground.judge(plus(START, 10))));
    expect(await ground.episodes()).toHaveLength(1);
    expect(await ground.escalated()).toHaveLength(1);
  });

  it('does not go back to minutes corrected later', async () => {
    await outage(0, 10);
    await ground.judge(plus(START, 10));
    await ground.minutes(START, 10, 0);
    await ground.judge(plus(START, 10));
    expect((await ground.episodes())[0]).toMatchObject({ state: 'burning', openedAt: plus(START, 1) });
    await ground.minutes(plus(START, 10), 5, 0);
    await ground.judge(plus(START, 15));
    expect((await ground.episodes())[0]).toMatchObject({ state: 'recovered', recoveredAt: plus(START, 11) });
  });

  it('freezes while there is no data', async () => {
    await outage(0, 10);
    await ground.judge(plus(START, 300));
    const [episode] = await ground.episodes();
    expect(episode).toMatchObject({ state: 'burning', tier: 'page-fast', changedAt: plus(START, 1) });
    expect(await load(episode?.id ?? '')).toMatchObject({ isFrozen: true, burn: { short: null } });
    expect(await ground.escalated()).toMatchObject([{ state: 'open' }]);
  });

  it('of nothing at all opens nothing', async () => {
    await ground.judge(plus(START, 600));
    expect(await ground.episodes()).toEqual([]);
    expect(await ground.escalated()).toEqual([]);
  });

  it('pages nobody for what is over, but shows it', async () => {
    await outage(0, 5, 400);
    await ground.judge(plus(START, 405));
    expect(await ground.episodes()).toMatchObject([{ state: 'recovered' }]);
    expect(await ground.cards()).toHaveLength(1);
    expect(await ground.escalated()).toEqual([]);
    expect(ground.pages).toEqual([]);
  });
});

describe('payouts', () => {
  it('burn by when they became late, not by when they were asked for', async () => {
    const payouts = await openJudgeGround(makePayoutSlo());
    try {
      await payouts.calm();
      await payouts.minutes(plus(START, -4_320), 4_320, 0, 'decided');
      await payouts.minutes(START, 200, 100);
      await payouts.minutes(START, 200, 0, 'decided');
      await payouts.judge(plus(START, 200));
      expect(await payouts.episodes()).toEqual([]);
      await payouts.minutes(plus(START, 200), 120, 100, 'decided');
      await payouts.judge(plus(START, 320));
      expect(await payouts.episodes()).toMatchObject([{ tier: 'page-slow', openedAt: plus(START, 309) }]);
    } finally {
      await payouts.close();
    }
  });
});
