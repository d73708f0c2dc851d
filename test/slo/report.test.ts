import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAction } from '../../src/actions/add-action.ts';
import { finishAction } from '../../src/actions/finish-action.ts';
import { makeLog } from '../../src/log.ts';
import { loadReport, REPORT_SOURCE } from '../../src/slo/load-report.ts';
import { makeReportSchedule } from '../../src/slo/report.ts';
import { SECURITY } from '../actions/ground.ts';
import { makeTestClock } from '../support/clock.ts';
import { leaveOut, later, openReportGround, type ReportGround } from './report-ground.ts';

let ground: ReportGround;
const API = 'api-availability';
/** Monday, 10:00 in Istanbul; its report is about 12 to 18 January. */
const SLOT = new Date('2026-01-19T07:00:00Z');
const NEXT = later(SLOT, 7);
const WEEK = '2026-W03';
const FROM = new Date('2026-01-11T21:00:00Z');
const TO = later(FROM, 7);
const at = (iso: string) => new Date(`2026-01-${iso}:00Z`);

beforeAll(async () => {
  ground = await openReportGround();
});
afterAll(() => ground.ours.drop());
beforeEach(async () => {
  await ground.empty();
  ground.words.length = 0;
});

const api = async () => (await ground.figures(WEEK)).promises[0]!;
const rowsOf = async <T extends object>(sql: string): Promise<T[]> =>
  (await ground.ours.pool.query<T>(sql)).rows;

describe('the figures', () => {
  beforeEach(async () => {
    await ground.fill(API, later(FROM, -7), FROM, { good: 999, valid: 1_000 });
    await ground.fill(API, FROM, TO, { good: 100, valid: 100 });
    await ground.fill(API, at('13T09:00'), at('13T09:20'), { good: 40, valid: 100 });
    await ground.fill(API, at('14T02:10'), at('14T02:40'), { good: 90, valid: 100 });
    await rowsOf(`insert into slo_contributors (slo, minute, name, bad) values
      ('${API}', '2026-01-13T09:05Z', 'POST /withdrawals', 900), ('${API}', '2026-01-13T09:06Z', 'GET /balance', 300),
      ('${API}', '2026-01-11T20:59Z', 'of the week before', 9999), ('${API}', '2026-01-18T21:00Z', 'of this week', 9999)`);
    await rowsOf(`insert into slo_episodes (id, slo, state, tier, worst_tier, level, opened_at, changed_at, recovered_at,
        peak_burn, bad, acknowledged_by, acknowledged_at) values
      (gen_random_uuid(), '${API}', 'recovered', 'page-slow', 'page-fast', 'page', '2026-01-13T09:03Z', '2026-01-13T11:00Z',
       '2026-01-13T11:00Z', 212.5, 1200, 'USRE1', '2026-01-13T09:10Z'),
      (gen_random_uuid(), '${API}', 'recovered', 'ticket', 'ticket', 'ticket', '2026-01-09T09:03Z', '2026-01-10T11:00Z',
       '2026-01-10T11:00Z', 1.5, 50, null, null)`);
    await rowsOf(`insert into slo_breaches (id, slo, began_at, ended_at)
      values (gen_random_uuid(), '${API}', '2026-01-13T10:00Z', null)`);
    await ground.run(SLOT);
  });

  it('are those of the local week and its window', async () => {
    const valid = 7 * 1_440 * 100;
    const bad = 20 * 60 + 30 * 10;
    const allowed = valid * 11 * 0.001;
    expect(await api()).toMatchObject({
      health: 'broken',
      value: 0.99851,
      valid,
      bad,
      lastValue: 0.999,
      worstHour: { from: '2026-01-13T09:00:00.000Z', bad: 1_200, valid: 6_000, value: 0.8 },
      contributors: [
        { name: 'POST /withdrawals', bad: 900, share: 900 / bad },
        { name: 'GET /balance', bad: 300, share: 300 / bad },
      ],
      gapMinutes: 0,
      late: null,
      undecidedFrom: null,
    });
    const { spent, budgetLeft, days, trend } = await api();
    expect(spent).toBeCloseTo(bad / allowed, 9);
    expect(budgetLeft).toBeCloseTo(1 - (bad + valid / 100) / allowed, 9);
    expect(days.map(({ bad: each }) => each)).toEqual([0, 1_200, 300, 0, 0, 0, 0]);
    expect(trend).toHaveLength(12);
    expect(trend.map(({ value }) => value).slice(-3)).toEqual([null, 0.999, 0.99851]);
    expect(trend.at(-1)).toMatchObject({ week: WEEK, monday: '2026-01-12' });
  });

  it('name what burned and what was broken in the week', async () => {
    const { episodes, breaches } = await ground.figures(WEEK);
    expect(episodes).toMatchObject([{ worstTier: 'page-fast', peakBurn: 212.5, acknowledgedBy: 'USRE1' }]);
    expect(breaches).toEqual([{ slo: API, beganAt: '2026-01-13T10:00:00.000Z', endedAt: null }]);
    const [page = ''] = await ground.pages(WEEK);
    expect(page).toContain('at worst 212.5 times too fast, bad events: 1,200; USRE1 had it');
    expect(page).toContain('API availability: broken since 13 Jan 2026, 13:00 GMT+3');
    expect(page).toContain('❌ broken | 99.851% | 99.9% | -0.049 pp |');
  });

  it('are audited in numbers, and shown in the channel', async () => {
    const [row] = await rowsOf<{ actor: string; data: string }>(
      `select actor, data from audit_log where action = 'slo.reported' order by seq desc limit 1`,
    );
    expect(row?.actor).toBe('schedule:slo_report');
    expect(JSON.parse(row?.data ?? '')).toMatchObject({ week: WEEK, hours: 168, breaches: 1, isLate: false });
    expect(row?.data).not.toContain('USRE1');
    const { id, policyHash, definitionsHash } = await ground.stored(WEEK);
    expect([policyHash, definitionsHash]).toEqual([ground.policy.hash, 'd'.repeat(64)]);
    expect(await rowsOf(`select channel, subject_id, kind from cards`)).toEqual([
      { channel: 'slo', subject_id: id, kind: 'slo_report' },
    ]);
  });
});

describe('what is not known', () => {
  it('is NO DATA where nothing was ever read', async () => {
    await ground.run(SLOT);
    const { promises, webhooks } = await ground.figures(WEEK);
    expect(promises).toMatchObject([
      { health: 'no_data', value: null, budgetLeft: null, gapMinutes: 10_080, worstHour: null },
      { health: 'no_data', value: null, budgetLeft: null, gapMinutes: 10_080 },
    ]);
    expect(webhooks).toBeNull();
    const [page = '', turkish = ''] = await ground.pages(WEEK);
    expect(page).toContain('⚪ NO DATA | NO DATA | NO DATA');
    expect(page).toContain('⚪ 10,080 minutes without data');
    expect(page).not.toContain('✅');
    expect(turkish).toContain('⚪ 10.080 dakika için veri yok');
  });

  it('is told by its stretches, without what is left out', async () => {
    await ground.fill(API, FROM, TO, { good: 1, valid: 1 });
    await rowsOf(
      `delete from slo_minutes where minute >= '2026-01-14T10:00Z' and minute < '2026-01-14T10:34Z'`,
    );
    await rowsOf(`delete from slo_minutes where minute = '2026-01-15T10:00Z'`);
    await leaveOut(ground, { slo: API, from: at('14T10:30'), to: at('14T11:00') });
    await ground.run(SLOT);
    expect(await api()).toMatchObject({
      valid: 10_080 - 30 - 30 - 1,
      gapMinutes: 31,
      leftOutMinutes: 30,
      gaps: [
        { from: '2026-01-14T10:00:00.000Z', to: '2026-01-14T10:30:00.000Z' },
        { from: '2026-01-15T10:00:00.000Z', to: '2026-01-15T10:01:00.000Z' },
      ],
    });
  });

  it('of payouts is what is not decided or not read', async () => {
    await ground.fill('payout', FROM, TO, { good: 1, valid: 1 });
    await ground.fill('payout', at('13T09:00'), at('13T09:07'), { good: 0, valid: 1 }, 'decided');
    await rowsOf(`insert into slo_sources (slo, collected_until, silent_since)
      values ('payout', '2026-01-18T20:30Z', '2026-01-18T20:30Z')`);
    await ground.run(SLOT);
    expect((await ground.figures(WEEK)).promises[1]).toMatchObject({
      health: 'no_data',
      value: 1,
      late: 7,
      gapMinutes: 30,
      undecidedFrom: '2026-01-18T07:00:00.000Z',
      silentSince: '2026-01-18T20:30:00.000Z',
    });
  });

  it('is waited for while it is read, half an hour at most', async () => {
    await rowsOf(`insert into slo_sources (slo, collected_until) values ('${API}', '2026-01-17T00:00Z')`);
    const task = ground.retrying();
    const clock = makeTestClock(SLOT.toISOString());
    expect(await task(SLOT, clock)).toEqual({ state: 'again', at: new Date('2026-01-19T07:01:00Z') });
    clock.advance(29 * 60_000);
    expect(await task(SLOT, clock)).toMatchObject({ state: 'again' });
    clock.advance(60_000);
    expect(await task(SLOT, clock)).toEqual({ state: 'done' });
    expect((await ground.figures(WEEK)).isLate).toBe(true);
  });
});

describe('corrections', () => {
  it('are listed with who approved them, put back ones too', async () => {
    await ground.fill(API, FROM, TO, { good: 1, valid: 1 });
    await leaveOut(ground, { slo: API, from: at('11T20:00'), to: at('11T21:30') });
    await leaveOut(ground, { slo: API, from: at('16T10:00'), to: at('16T11:00'), putBackAt: at('17T09:00') });
    await leaveOut(ground, { slo: API, from: at('18T21:00'), to: at('18T22:00') });
    await rowsOf(`insert into slo_windows (id, slo, from_at, to_at, cause, note, created_by, created_key, created_at, state)
      values (gen_random_uuid(), '${API}', '2026-01-14T10:00Z', '2026-01-14T11:00Z', 'bad_data', '', 'U1', 'u1', now(), 'asked')`);
    await ground.run(SLOT);
    const { corrections, promises } = await ground.figures(WEEK);
    expect(corrections).toMatchObject([
      {
        state: 'left_out',
        fromAt: '2026-01-11T20:00:00.000Z',
        approvedBy: ['UMAN1', 'ULEAD1'],
        backAt: null,
      },
      { state: 'put_back', approvedBy: ['UMAN1', 'ULEAD1'], backApprovedBy: ['UMAN2'] },
    ]);
    expect(promises[0]).toMatchObject({ leftOutMinutes: 30, valid: 10_080 - 30, gapMinutes: 0 });
    const [page = ''] = await ground.pages(WEEK);
    expect(page).toMatch(
      /LO\S*-\d+ API availability: .* left out \(maintenance\); asked for by USRE1, approved by UMAN1, ULEAD1/,
    );
    expect(page).toMatch(/counted again since .*, approved by UMAN2/);
  });
});

describe('actions', () => {
  const deps = () => ({
    pool: ground.ours.pool,
    policy: ground.policy,
    log: makeLog('silent'),
    sources: [REPORT_SOURCE],
    directory: { user: async () => undefined },
  });
  const add = async (dueOn: string | null, requestId: string) => {
    const added = await addAction(deps(), SLOT, {
      source: { kind: 'slo_report', id: (await ground.stored(WEEK)).id },
      what: `Raise the limit | of ${requestId}`,
      ownerId: null,
      dueOn,
      person: SECURITY,
      requestId,
    });
    if (!added.ok) throw new Error(added.refusal.why);
    return added.action;
  };

  it('of last time come first in the next report', async () => {
    await ground.run(SLOT);
    await add('2026-01-20', 'V1');
    const done = await add('2026-01-22', 'V2');
    await finishAction(deps(), at('20T07:00'), { id: done.id, person: SECURITY });
    await ground.run(NEXT);
    const { actions } = await ground.figures('2026-W04');
    expect(actions).toMatchObject({ figures: { inTime: 1, judged: 2, open: 1, gaps: 1 }, more: 0 });
    expect(actions.open).toMatchObject([
      { what: 'Raise the limit | of V1', ownerId: null, dueOn: '2026-01-20' },
    ]);
    const [page = ''] = await ground.pages('2026-W04');
    expect(page.indexOf('Raise the limit \\| of V1')).toBeLessThan(page.indexOf('API availability'));
    expect(page).toContain('Closed in time since the last report: 1 of 2 (50.0%)');
  });

  it('that end are shown on every report with them', async () => {
    await ground.run(SLOT);
    const action = await add('2026-01-20', 'V3');
    await ground.run(NEXT);
    await finishAction(deps(), NEXT, { id: action.id, person: SECURITY });
    const { id } = await ground.stored('2026-W04');
    expect((await loadReport(ground.ours.pool, id))?.actions.earlier).toMatchObject([
      { action: { state: 'done' } },
    ]);
    expect((await ground.figures('2026-W04')).actions.open).toHaveLength(1);
    const versions = await rowsOf<{ version: number }>(
      `select wanted_version::int as version from cards where kind = 'slo_report' order by created_at`,
    );
    expect(versions).toEqual([{ version: 3 }, { version: 2 }]);
  });
});

describe('the moment', () => {
  it('is Monday at ten, about the week before it', () => {
    const slots = ground.slots('2026-01-15T06:00:00Z', '2026-02-01T00:00:00Z');
    expect(slots).toEqual([SLOT, NEXT]);
    const schedule = makeReportSchedule(ground.policy);
    const payloadOf = (slotAt: Date) => schedule.task({ schedule: schedule.name, slotAt }).payload;
    expect(payloadOf(SLOT)).toMatchObject({ week: WEEK });
    expect(payloadOf(at('18T20:59'))).toMatchObject({ week: '2026-W02' });
  });

  it('makes one report, however many run it', async () => {
    await Promise.all([1, 2, 3].map(() => ground.run(SLOT)));
    await ground.run(SLOT, makeTestClock(NEXT.toISOString()));
    expect(await rowsOf(`select week from slo_reports`)).toEqual([{ week: WEEK }]);
    expect(await rowsOf(`select kind from cards`)).toHaveLength(1);
    expect(ground.words).toEqual(['reported']);
  });

  it('that was missed is made up for, and says when', async () => {
    await ground.run(SLOT, makeTestClock('2026-01-20T11:30:00Z'));
    const figures = await ground.figures(WEEK);
    expect(figures).toMatchObject({ isLate: true, from: FROM.toISOString(), to: TO.toISOString() });
    const [page = '', turkish = ''] = await ground.pages(WEEK);
    expect(page).toContain('was due 19 Jan 2026, 10:00 GMT+3 and was made 20 Jan 2026, 14:30 GMT+3');
    expect(turkish).toContain('Gecikmeli: 19 Oca 2026 10:00 GMT+3 için planlanmıştı');
  });
});
