import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listBreaches } from '../../src/slo/episode-store.ts';
import { openJudgeGround, plus, START, type JudgeGround } from './judge-ground.ts';

let ground: JudgeGround;
beforeAll(async () => {
  ground = await openJudgeGround();
});
afterAll(() => ground.close());

/** 23:00 in Istanbul, and the end of those quiet hours. */
const NIGHT = new Date('2026-01-15T20:00:00Z');
const MORNING = new Date('2026-01-16T05:00:00Z');

/** Five of a thousand fail for so long that the ticket goes on: none of it is fast enough to page. */
async function slowBurn(at: Date): Promise<Date> {
  await ground.minutes(plus(at, -1_000), 1_000, 0.5);
  await ground.judge(at);
  return at;
}

describe('in the quiet hours', () => {
  beforeEach(() => ground.calm(plus(NIGHT, -1_000)));

  it('a ticket waits for their end, and climbs never', async () => {
    await slowBurn(NIGHT);
    expect(await ground.episodes()).toMatchObject([{ tier: 'ticket', level: 'ticket', state: 'burning' }]);
    expect(await ground.cards()).toMatchObject([{ not_before: MORNING }]);
    expect(await ground.escalated()).toEqual([]);
  });

  it('a page waits for nothing', async () => {
    ground.only('page-fast');
    await ground.minutes(plus(NIGHT, -1_000), 995, 0);
    await ground.minutes(plus(NIGHT, -5), 5, 100);
    await ground.judge(NIGHT);
    expect(await ground.cards()).toMatchObject([{ not_before: NIGHT }]);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev1' }]);
  });

  it('a ticket that begins to page does not wait any more', async () => {
    await slowBurn(NIGHT);
    await ground.minutes(NIGHT, 10, 100);
    await ground.judge(plus(NIGHT, 10));
    expect(await ground.episodes()).toMatchObject([{ tier: 'page-fast', level: 'page' }]);
    expect(await ground.cards()).toMatchObject([{ not_before: plus(NIGHT, 10) }]);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev1', what: 'burn' }]);
  });

  it('by day a ticket is told at once', async () => {
    const noon = new Date('2026-01-15T09:00:00Z');
    await ground.calm(plus(noon, -1_000));
    await slowBurn(noon);
    expect(await ground.cards()).toMatchObject([{ not_before: noon }]);
  });
});

describe('a breach', () => {
  const breaches = () => listBreaches(ground.ours.pool, { from: new Date(0), to: new Date('2100-01-01') });
  beforeEach(() => ground.calm());

  it('escalates, though nothing burns fast enough to tell', async () => {
    ground.only();
    // 4,320,000 requests: 4,320 of them may fail.
    await ground.minutes(plus(START, -60), 44, 100);
    await ground.judge(plus(START, 60));
    expect(await breaches()).toMatchObject([{ beganAt: plus(START, 60), endedAt: null }]);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev2', what: 'breach', state: 'open' }]);
    expect(await ground.episodes()).toEqual([]);
    expect((await ground.audited()).at(-1)).toBe('slo.breached');
  });

  it('begins when the budget is overspent, not when it is spent', async () => {
    ground.only();
    await ground.ours.pool.query(`update slo_minutes set good = good - 4320 where minute = $1`, [
      plus(START, -73 * 60),
    ]);
    await ground.ours.pool.query(`update slo_sources set judged_until = $1`, [plus(START, -5)]);
    await ground.judge(START);
    expect(await breaches()).toEqual([]);
    await ground.minutes(START, 5, 1);
    await ground.judge(plus(START, 60));
    expect(await breaches()).toHaveLength(1);
  });

  it('ends only with a hundredth of the budget left', async () => {
    ground.only();
    const fail = (bad: number) => ground.minutes(plus(START, -60), 60, bad);
    await fail(80);
    await ground.judge(plus(START, 60));
    expect(await breaches()).toMatchObject([{ endedAt: null }]);
    await fail(71.7);
    await ground.judge(plus(START, 65));
    expect(await breaches()).toMatchObject([{ endedAt: null }]);
    expect(await ground.escalated()).toMatchObject([{ state: 'open' }]);
    await fail(70);
    await ground.judge(plus(START, 70));
    expect(await breaches()).toMatchObject([{ beganAt: plus(START, 60), endedAt: plus(START, 70) }]);
    expect(await ground.escalated()).toMatchObject([{ state: 'resolved' }]);
    expect((await ground.audited()).at(-1)).toBe('slo.kept_again');
  });

  it('keeps open what its burn escalated', async () => {
    ground.only('page-fast');
    await ground.minutes(START, 50, 100);
    await ground.judge(plus(START, 10));
    await ground.judge(plus(START, 50));
    expect(await breaches()).toHaveLength(1);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev1', state: 'open' }]);
    await ground.minutes(plus(START, 50), 60, 0);
    await ground.judge(plus(START, 110));
    expect(await ground.episodes()).toMatchObject([{ state: 'recovered' }]);
    expect(await ground.escalated()).toMatchObject([{ severity: 'sev1', state: 'open' }]);
  });

  it('escalates again once a person ended that', async () => {
    ground.only('page-fast');
    await ground.minutes(START, 50, 100);
    await ground.judge(plus(START, 10));
    await ground.ours.pool.query(
      `update escalations set state = 'resolved', resolved_at = now(), resolved_by = 'person:U1',
              resolved_how = 'person', next_at = null`,
    );
    await ground.judge(plus(START, 50));
    expect(await ground.escalated()).toMatchObject([
      { severity: 'sev1', state: 'resolved' },
      { severity: 'sev2', state: 'open', what: 'breach' },
    ]);
  });

  it('neither begins nor ends without data', async () => {
    ground.only();
    await ground.minutes(plus(START, -60), 44, 100);
    await ground.judge(plus(START, 60));
    await ground.ours.pool.query(`delete from slo_minutes`);
    await ground.judge(plus(START, 120));
    expect(await breaches()).toMatchObject([{ endedAt: null }]);
  });
});
